//! Twenty pipelines in a real shell, as people write them.

use std::path::Path;
use std::process::Command;

use crate::support::demo_server;
use crate::support::home::Home;

#[cfg(unix)]
#[test]
fn twenty_pipelines_work() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pipelines.sh");
    let program = Path::new(env!("CARGO_BIN_EXE_duologue")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let ran = Command::new("sh")
        .arg(script)
        .env_clear()
        .envs(home.environment())
        .env("PATH", path)
        .env("TMPDIR", home.path())
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&ran.stdout).into_owned();
    let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{report}{errors}");
    assert!(report.trim_end().ends_with("held"), "{report}");
}
