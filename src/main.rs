//! Parses the command line, runs it, and turns the result into an exit code.
//! May not do anything else; it is the only place that exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(duologue::cli::run(std::env::args_os()))
}
