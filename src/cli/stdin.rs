//! Reads what is piped into a command, and joins it with the question.
//! Must not read more than a limit, because a pipe may never end.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::chat::attachment::{MAX_FILE_BYTES, format_size};
use crate::chat::io_reason;
use crate::chat::text_encoding::{DecodedText, TextEncoding, decode};

use super::error::CliError;
use super::output;
use super::stdin_owner::{StdinOwner, find_owner};

/// How long standard input is waited for before the user is told.
const SILENT_WAIT: Duration = Duration::from_secs(1);

/// Whether `ask` reads standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StdinUse {
    /// Not at all: `--no-stdin`.
    Ignored,
    /// What was piped into this command, but nothing that its caller reads as well, such as the lines of
    /// a `while read` loop.
    IfOwn,
    /// All of it: the question is `-` or missing.
    Always,
}

/// The text on standard input, or `None` where a terminal is there or it is not read. Says so where it
/// is not UTF-8. Fails where it may be meant for the question or for the caller.
pub(super) fn read_piped(
    stdin_use: StdinUse,
    encoding: Option<TextEncoding>,
) -> Result<Option<String>, CliError> {
    if stdin_use == StdinUse::Ignored || io::stdin().is_terminal() {
        return Ok(None);
    }
    if stdin_use == StdinUse::IfOwn {
        match find_owner() {
            StdinOwner::Command => {}
            StdinOwner::Caller => {
                output::print_message(
                    "Standard input was left to the calling program, which reads it too. Add - to send it as well.",
                );
                return Ok(None);
            }
            StdinOwner::Unclear => {
                return Err(CliError::usage(
                    "The calling program has the same standard input. Add - to send it with the \
                     question, or --no-stdin to leave it. Nothing was sent.",
                ));
            }
        }
    }
    decode_input(read_awaited()?, encoding).map(Some)
}

/// All of standard input as text, for what may be as long as an attached file.
pub(super) fn read_text() -> Result<String, CliError> {
    let bytes = read_limited(io::stdin(), MAX_FILE_BYTES)?;
    decode_input(bytes, None)
}

/// The text of what was read from standard input; says so where it is not UTF-8.
pub(super) fn decode_input(
    bytes: Vec<u8>,
    encoding: Option<TextEncoding>,
) -> Result<String, CliError> {
    let decoded = decode(bytes, encoding).and_then(DecodedText::without_nul).map_err(|error| {
        CliError::usage(format!("Standard input cannot be used: {error}. Nothing was sent."))
    })?;
    if encoding.is_none()
        && let Some(name) = decoded.encoding
    {
        output::print_message(&format!("Standard input was read as {name}."));
    }
    Ok(decoded.text)
}

/// Reads standard input to its end, which must come within that many bytes.
pub(super) fn read_limited(input: impl Read, most: u64) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    input
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    check_length(bytes, most)
}

/// What was read, if it is no longer than that many bytes.
pub(super) fn check_length(bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, CliError> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        return Ok(bytes);
    }
    let most = format_size(most);
    Err(CliError::usage(format!(
        "Standard input is larger than {most}, which is the limit. Nothing was sent."
    )))
}

pub(super) fn unreadable(error: &io::Error) -> CliError {
    CliError::failed(format!("Standard input cannot be read: {}.", io_reason(error)))
}

/// Reads to the end; says so where that takes longer than a second.
fn read_awaited() -> Result<Vec<u8>, CliError> {
    let (bytes_tx, bytes_rx) = mpsc::channel();
    let read = move || {
        // A closed channel means that the program is ending.
        let _ = bytes_tx.send(read_limited(io::stdin(), MAX_FILE_BYTES));
    };
    thread::Builder::new().name("stdin".into()).spawn(read).map_err(|error| unreadable(&error))?;
    let mut received = bytes_rx.recv_timeout(SILENT_WAIT);
    if matches!(received, Err(RecvTimeoutError::Timeout)) {
        output::print_message("Reading standard input until it ends; --no-stdin ignores it.");
        received = bytes_rx.recv().map_err(|_| RecvTimeoutError::Disconnected);
    }
    received.unwrap_or_else(|_| Err(CliError::failed("Standard input cannot be read.")))
}

/// Joins the question on the command line with what was piped in; fails where both are empty.
pub(super) fn join_question(
    argument: Option<&str>,
    piped: Option<&str>,
) -> Result<String, CliError> {
    let question = join(argument, piped);
    if question.is_empty() {
        let text = "The question is empty. Try: duologue ask \"What is a monad?\"";
        return Err(CliError::usage(text));
    }
    Ok(question)
}

/// Words of the command line, and below them what was piped in; empty where both are blank.
pub(super) fn join(argument: Option<&str>, piped: Option<&str>) -> String {
    let argument = argument.map(str::trim_end).unwrap_or_default();
    let piped = piped.unwrap_or_default().trim_end_matches(['\n', '\r']);
    match (argument.trim().is_empty(), piped.trim().is_empty()) {
        (true, true) => String::new(),
        (false, true) => argument.to_owned(),
        (true, false) => piped.to_owned(),
        (false, false) => format!("{argument}\n\n{piped}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_without_an_end_is_refused_at_the_limit() {
        assert_eq!(read_limited(&b"abc"[..], 3).unwrap(), b"abc");
        let error = read_limited(io::repeat(b'y'), MAX_FILE_BYTES).unwrap_err();
        assert_eq!(error.code, 2);
        assert!(error.text.contains("larger than 10 MB"), "{}", error.text);
    }

    #[test]
    fn the_question_and_piped_text_are_joined_and_an_empty_question_is_rejected() {
        let ask = |argument: Option<&str>, piped: Option<&str>| {
            join_question(argument, piped).map_err(|problem| problem.code)
        };
        assert_eq!(ask(Some("review this"), Some("+a\n-b\n")).unwrap(), "review this\n\n+a\n-b");
        assert_eq!(ask(Some("hi"), None).unwrap(), "hi");
        assert_eq!(ask(None, Some("hi\n")).unwrap(), "hi");
        assert_eq!(ask(None, Some("  \n")), Err(2));
        assert_eq!(ask(Some("  "), None), Err(2));
    }
}
