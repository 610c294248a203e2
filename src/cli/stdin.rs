//! Reads what is piped into a command, and joins it with the question.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::chat::text_encoding::{DecodedText, TextEncoding, decode};

use super::error::CliError;
use super::output;

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
/// is not UTF-8.
pub(super) fn read_piped(
    stdin_use: StdinUse,
    encoding: Option<TextEncoding>,
) -> Result<Option<String>, CliError> {
    if stdin_use == StdinUse::Ignored || io::stdin().is_terminal() {
        return Ok(None);
    }
    if stdin_use == StdinUse::IfOwn && is_shared_with_caller() {
        output::print_message(
            "Standard input was left to the calling program, which reads it too. Add - to send it as well.",
        );
        return Ok(None);
    }
    let bytes = read_to_end()?;
    let decoded = decode(bytes, encoding).and_then(DecodedText::without_nul).map_err(|error| {
        CliError::usage(format!("Standard input cannot be sent: {error}. Nothing was sent."))
    })?;
    if encoding.is_none()
        && let Some(name) = decoded.encoding
    {
        output::print_message(&format!("Standard input was read as {name}."));
    }
    Ok(Some(decoded.text))
}

/// Reads to the end; says so where that takes longer than a second.
fn read_to_end() -> Result<Vec<u8>, CliError> {
    let failed =
        |error: io::Error| CliError::failed(format!("Standard input cannot be read: {error}."));
    let (bytes_tx, bytes_rx) = mpsc::channel();
    let read = move || {
        let mut bytes = Vec::new();
        let result = io::stdin().read_to_end(&mut bytes).map(|_| bytes);
        // Nobody waits any more where the program ends.
        let _ = bytes_tx.send(result);
    };
    thread::Builder::new().name("stdin".into()).spawn(read).map_err(failed)?;
    let mut received = bytes_rx.recv_timeout(SILENT_WAIT);
    if matches!(received, Err(RecvTimeoutError::Timeout)) {
        output::print_message("Reading standard input until it ends; --no-stdin ignores it.");
        received = bytes_rx.recv().map_err(|_| RecvTimeoutError::Disconnected);
    }
    match received {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(CliError::failed("Standard input cannot be read.")),
    }
}

/// Whether the calling process has the same pipe or file as its standard input. A device such as
/// `/dev/null` can be read by both.
#[cfg(unix)]
fn is_shared_with_caller() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let Ok(own) = io::stdin().as_fd().try_clone_to_owned().map(std::fs::File::from) else {
        return false;
    };
    let Ok(metadata) = own.metadata() else { return false };
    if metadata.file_type().is_char_device() {
        return false;
    }
    if metadata.is_file() {
        // Somebody has read the beginning of the file. Shells may hold it open also where only this
        // program reads it.
        return rustix::fs::tell(&own).is_ok_and(|offset| offset > 0);
    }
    let caller = std::os::unix::process::parent_id();
    // Only where the system has such a folder.
    std::fs::metadata(format!("/proc/{caller}/fd/0"))
        .is_ok_and(|theirs| (theirs.dev(), theirs.ino()) == (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
const fn is_shared_with_caller() -> bool {
    false
}

/// Joins the question on the command line with what was piped in; fails where both are empty.
pub(super) fn join_question(
    argument: Option<&str>,
    piped: Option<String>,
) -> Result<String, CliError> {
    let argument = argument.map(str::trim_end).unwrap_or_default();
    let piped = piped.unwrap_or_default();
    let piped = piped.trim_end_matches(['\n', '\r']);
    Ok(match (argument.trim().is_empty(), piped.trim().is_empty()) {
        (true, true) => {
            let text = "The question is empty. Try: duologue ask \"What is a monad?\"";
            return Err(CliError::usage(text));
        }
        (false, true) => argument.to_owned(),
        (true, false) => piped.to_owned(),
        (false, false) => format!("{argument}\n\n{piped}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_and_piped_text_are_joined_and_an_empty_question_is_rejected() {
        let ask = |argument: Option<&str>, piped: Option<&str>| {
            join_question(argument, piped.map(str::to_owned)).map_err(|problem| problem.code)
        };
        assert_eq!(ask(Some("review this"), Some("+a\n-b\n")).unwrap(), "review this\n\n+a\n-b");
        assert_eq!(ask(Some("hi"), None).unwrap(), "hi");
        assert_eq!(ask(None, Some("hi\n")).unwrap(), "hi");
        assert_eq!(ask(None, Some("  \n")), Err(2));
        assert_eq!(ask(Some("  "), None), Err(2));
    }
}
