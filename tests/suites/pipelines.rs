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

/// A library asks `tput` for the size where there is no terminal.
#[cfg(target_os = "linux")]
#[test]
fn without_a_terminal_no_other_program_is_run() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    let programs = home.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    let tput = programs.join("tput");
    std::fs::write(&tput, "#!/bin/sh\ntouch \"$HOME/tput-was-run\"\necho 80\n").unwrap();
    std::fs::set_permissions(&tput, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let ran = Command::new("setsid")
        .args(["--wait", env!("CARGO_BIN_EXE_duologue"), "list"])
        .env_clear()
        .envs(home.environment())
        .env("PATH", format!("{}:{path}", programs.display()))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert!(!home.path().join("tput-was-run").exists());
}
