//! Asks the user something on the terminal before a command goes on.

use std::io::{self, BufRead, IsTerminal};

use super::error::CliError;
use super::output;
use crate::chat::io_reason;

/// Whether the user can be asked: standard input and standard error are a terminal.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question that is answered with yes or no; anything but `y` or `yes` is no.
pub(super) fn ask_yes_or_no(question: &str) -> Result<bool, CliError> {
    output::print_prompt(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|error| {
        CliError::failed(format!("The answer could not be read: {}.", io_reason(&error)))
    })?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
