//! Asks the user something on the terminal before a command goes on.

use std::io::{self, BufRead, IsTerminal};

use super::error::CliError;
use super::output;
use crate::chat::io_reason;

/// Whether the user can be asked: standard input and standard error are a terminal.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question that is answered with yes or no, no by default, until the answer is one of them; `None`
/// where the input has ended.
pub(super) fn ask_yes_or_no(question: &str) -> Result<Option<bool>, CliError> {
    loop {
        let Some(typed) = ask_line(&format!("{question} [y/N] "))? else { return Ok(None) };
        match typed.to_lowercase().as_str() {
            "y" | "yes" => return Ok(Some(true)),
            "" | "n" | "no" => return Ok(Some(false)),
            _ => {
                discard_typed_ahead();
                output::print_message("Type y for yes or n for no.");
            }
        }
    }
}

/// Discards the lines that were pasted with one that is no answer: they are none either.
fn discard_typed_ahead() {
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

/// Reads a line behind a prompt, without the spaces around it; `None` where the input has ended before its end.
pub(super) fn ask_line(prompt: &str) -> Result<Option<String>, CliError> {
    output::print_prompt(prompt);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| {
        CliError::failed(format!("Standard input cannot be read: {}.", io_reason(&error)))
    })?;
    if !line.ends_with('\n') {
        // Ctrl+D does not end the line on the screen.
        output::print_message("");
        return Ok(None);
    }
    Ok(Some(line.trim().to_owned()))
}
