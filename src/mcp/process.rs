//! Starts the program of a server. It is a child of a second process of this program (`supervisor`),
//! which ends it however this one ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

use crate::settings::{McpServer, hide_api_key};

use super::fault::Faults;

/// The hidden command that [`super::supervise`] runs for.
pub(super) const SUPERVISE_COMMAND: &str = "__mcp-server";

/// A program that was started: what it prints, and what it reads. Dropping its input ends it.
pub(super) struct Program {
    pub(super) output: ChildStdout,
    pub(super) input: ChildStdin,
}

/// Returns this program's own file, also where a new version has taken its place since the start.
pub(crate) fn own_program() -> PathBuf {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return running.to_owned();
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("duologue"))
}

/// Starts the program of a server. Must be called within a Tokio runtime.
///
/// # Errors
/// When the system starts no process. A program that is not there is noticed later: its supervisor
/// says so on standard error.
pub(super) fn start(
    own_program: &Path,
    command: &str,
    server: &McpServer,
    faults: &Faults,
) -> std::io::Result<Program> {
    let mut process = Command::new(own_program);
    process.arg(SUPERVISE_COMMAND).arg("--").arg(command).args(&server.args);
    hide_api_key(&mut process).envs(server.env.iter());
    if let Some(folder) = &server.folder {
        process.current_dir(folder);
    }
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Ctrl+C in the terminal is for this program, which then ends the server in its own way.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    let mut child = tokio::process::Command::from(process).spawn()?;
    let missing = || std::io::Error::other("a pipe to the program is missing");
    let output = child.stdout.take().ok_or_else(missing)?;
    let input = child.stdin.take().ok_or_else(missing)?;
    if let Some(stderr) = child.stderr.take() {
        tokio::spawn(keep_stderr(stderr, faults.clone()));
    }
    // Waits for it, so that no dead process stays behind.
    tokio::spawn(async move { child.wait().await });
    Ok(Program { output, input })
}

/// Reads what the program prints to its standard error, so that it never waits for a reader.
async fn keep_stderr(mut stderr: ChildStderr, faults: Faults) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        faults.keep_stderr(buffer.get(..count).unwrap_or_default());
    }
    faults.end_stderr();
}
