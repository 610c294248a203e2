//! Output on a terminal through the program of `PAGER`; anywhere else straight to standard output.

use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

use crate::settings::{hide_api_key, shell_command};

use super::error::CliError;
use super::output::{self, PipeState};

/// Where the lines of a command go.
#[derive(Debug)]
pub(super) struct Pager {
    child: Option<Child>,
}

impl Pager {
    /// Starts the pager where standard output is a terminal and `PAGER` names one.
    pub(super) fn start() -> Self {
        let program = std::env::var("PAGER").unwrap_or_default();
        let wanted = io::stdout().is_terminal()
            && !program.trim().is_empty()
            && program != "cat"
            && is_installed(&program);
        Self { child: wanted.then(|| spawn(&program)).flatten() }
    }

    /// Writes text unchanged; returns whether the reader wants more.
    pub(super) fn write(&mut self, text: &str) -> Result<PipeState, CliError> {
        let Some(input) = self.child.as_mut().and_then(|child| child.stdin.as_mut()) else {
            return output::write_to_pipe(text);
        };
        match input.write_all(text.as_bytes()) {
            Ok(()) => Ok(PipeState::Open),
            // The user has left the pager.
            Err(_) => Ok(PipeState::Closed),
        }
    }
}

/// Waits until the user leaves the pager.
impl Drop for Pager {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

/// Whether the shell finds the program of a command line; without it, what is written would be lost.
fn is_installed(command_line: &str) -> bool {
    let Some(program) = command_line.split_whitespace().next() else { return false };
    // The command of a line that sets variables first is found by the shell only.
    if cfg!(windows) || program.contains('=') {
        return true;
    }
    let mut search = Command::new("sh");
    hide_api_key(&mut search)
        .args(["-c", "command -v -- \"$0\"", program])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    search.status().is_ok_and(|status| status.success())
}

/// Starts a pager as the shell would. `less` keeps colours and ends by itself where all fits one screen,
/// unless the user has set LESS.
fn spawn(program: &str) -> Option<Child> {
    let mut command = shell_command(program);
    hide_api_key(&mut command).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    command.spawn().ok()
}
