//! Standard output for results, standard error for messages: harmless text, and a closed pipe is no error.
//! Must not be bypassed: text of a model or a file could control the terminal.

use std::borrow::Cow;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::chat::control_character::is_control_character;
use crate::chat::io_reason;
use crate::view::clean;

use super::error::CliError;
use super::wrap_words::wrap_words;

/// Who reads the output of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputFormat {
    /// A program: JSON, in the web app's shape where it has one.
    Json,
    /// A person: lines of text.
    Text,
}

impl OutputFormat {
    /// The format that the flag `--json` asks for.
    pub(super) const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// Writes text unchanged: for what this program made itself.
pub(super) fn write(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    ignore_broken_pipe(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Whether the reader of standard output is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PipeState {
    Open,
    Closed,
}

/// Writes text unchanged; returns whether the reader wants more. Long outputs stop where it does not.
pub(super) fn write_to_pipe(text: &str) -> Result<PipeState, CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(PipeState::Closed),
        result => ignore_broken_pipe(result).map(|()| PipeState::Open),
    }
}

/// Writes text of a model, a file or a title: control characters become visible stand-ins.
pub(super) fn write_clean(text: &str) -> Result<(), CliError> {
    write(&clean::text(text))
}

/// Writes what `fill` writes exactly as it is stored; on a terminal, which it could control, like
/// [`write_clean`].
pub(super) fn write_exact<T>(
    fill: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<Option<T>, CliError> {
    let out = io::stdout().lock();
    let filled = if out.is_terminal() {
        let mut lines = CleanLines { out, line: Vec::new() };
        fill(&mut lines).and_then(|filled| lines.finish().map(|()| filled))
    } else {
        let mut out = BufWriter::new(out);
        fill(&mut out).and_then(|filled| out.flush().map(|()| filled))
    };
    match filled {
        Ok(filled) => Ok(Some(filled)),
        Err(error) => ignore_broken_pipe(Err(error)).map(|()| None),
    }
}

/// Makes each line harmless before it is written.
struct CleanLines<W> {
    out: W,
    /// The beginning of the next line.
    line: Vec<u8>,
}

impl<W: Write> CleanLines<W> {
    /// Writes the last line and ends it.
    fn finish(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.write_all(b"\n")?;
        }
        self.out.flush()
    }
}

impl<W: Write> Write for CleanLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = memchr::memchr(b'\n', bytes).map(|at| at.saturating_add(1));
        let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        self.line.extend_from_slice(taken);
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            self.out.write_all(clean::text(&String::from_utf8_lossy(&line)).as_bytes())?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes JSON on one line, in which no character can control a terminal.
pub(super) fn write_json(value: &serde_json::Value) -> Result<(), CliError> {
    write(&format!("{}\n", escape(&value.to_string())))
}

/// JSON as one line in which no character can control a terminal.
pub(super) fn json_line(value: &impl Serialize) -> io::Result<String> {
    Ok(escape(&serde_json::to_string(value)?).into_owned())
}

/// Whether another program reads the results, such as a pager.
pub(super) fn is_stdout_piped() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        use std::os::unix::fs::FileTypeExt;
        let copy = io::stdout().as_fd().try_clone_to_owned();
        let metadata = copy.and_then(|out| std::fs::File::from(out).metadata());
        metadata.is_ok_and(|data| data.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    {
        !io::stdout().is_terminal()
    }
}

/// Writes a line to standard error, wrapped at words on a terminal. A closed standard error is ignored.
pub(super) fn print_message(text: &str) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "{}", wrap_for(&out, &clean::text(text)));
}

/// Writes a prompt to standard error; the answer is typed on the same line.
pub(super) fn print_prompt(text: &str) {
    let mut out = io::stderr().lock();
    let _ = write!(out, "{}", wrap_for(&out, &clean::text(text))).and_then(|()| out.flush());
}

/// The text as a terminal of this width shows it: broken between words, not inside one.
fn wrap_for(out: &impl IsTerminal, text: &str) -> String {
    if !out.is_terminal() {
        return text.to_owned();
    }
    let columns = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    if columns == 0 { text.to_owned() } else { wrap_words(text, columns) }
}

/// Escapes control characters and those that reverse the text direction. In JSON text they can only be
/// inside strings, where an escape means the same.
fn escape(json: &str) -> Cow<'_, str> {
    if !json.contains(is_control_character) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_control_character(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn ignore_broken_pipe(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let why = io_reason(&error);
            Err(CliError::failed(format!("Standard output cannot be written: {why}.")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_keeps_its_value_and_has_no_control_characters() {
        let value = serde_json::json!({ "t": "a\u{9b}b\u{202e}c\u{7f}é\n" });
        let json = value.to_string();
        let text = escape(&json);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert_eq!(text, "{\"t\":\"a\\u009bb\\u202ec\\u007fé\\n\"}");
    }
}
