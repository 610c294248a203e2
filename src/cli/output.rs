//! Standard output and error: results there, messages here; harmless text, quiet on a closed pipe.
//! May not be bypassed: nothing else in the program prints.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::view::clean;

use crate::cli::error::CliError;

/// Writes text as it is: for what this program made itself.
///
/// # Errors
/// When standard output fails. A reader that went away is no failure.
pub fn write(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    ignore_broken_pipe(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Whether anybody reads what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipeState {
    /// As far as is known.
    Open,
    /// It went away.
    Closed,
}

/// Writes text as it is, and tells whether more is wanted.
///
/// # Errors
/// When standard output fails. A reader that went away is no failure.
pub fn write_to_pipe(text: &str) -> Result<PipeState, CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(PipeState::Closed),
        result => ignore_broken_pipe(result).map(|()| PipeState::Open),
    }
}

/// Writes text of a model, a file or a title, made harmless.
///
/// # Errors
/// When standard output fails.
pub fn write_clean(text: &str) -> Result<(), CliError> {
    write(&clean::text(text))
}

/// Writes text exactly as it is stored; on a terminal, where it could act, made harmless.
///
/// # Errors
/// When standard output fails.
pub fn write_exact(text: &str) -> Result<(), CliError> {
    if !io::stdout().is_terminal() {
        return write(text);
    }
    write_clean(text)?;
    if text.ends_with('\n') { Ok(()) } else { write("\n") }
}

/// Writes JSON in which no character can act on a terminal.
///
/// # Errors
/// When standard output fails.
pub fn write_json(value: &serde_json::Value) -> Result<(), CliError> {
    write(&format!("{}\n", escape(&value.to_string())))
}

/// Whether another program reads the results as they come.
#[must_use]
pub fn is_stdout_piped() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        use std::os::unix::fs::FileTypeExt;
        let copy = io::stdout().as_fd().try_clone_to_owned();
        let about = copy.and_then(|out| std::fs::File::from(out).metadata());
        about.is_ok_and(|about| about.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    {
        !io::stdout().is_terminal()
    }
}

/// Says something to the person, not to the pipe. A closed standard error is nobody's problem.
pub fn print_message(text: &str) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "{}", clean::text(text));
}

/// Asks the person something; the answer goes on the same line.
pub fn print_prompt(text: &str) {
    let mut out = io::stderr().lock();
    let _ = write!(out, "{}", clean::text(text)).and_then(|()| out.flush());
}

/// In JSON text, controls and characters that turn text around can only stand inside strings,
/// where an escape means the same.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let acts =
            matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if acts {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

fn ignore_broken_pipe(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::failed(format!("Standard output cannot be written: {error}.")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_and_holds_nothing_that_acts() {
        let value = serde_json::json!({ "t": "a\u{9b}b\u{202e}c\u{7f}é\n" });
        let text = escape(&value.to_string());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert_eq!(text, "{\"t\":\"a\\u009bb\\u202ec\\u007fé\\n\"}");
    }
}
