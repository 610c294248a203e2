//! The placeholders in the text of a template.

use std::fmt;

use crate::settings::suggest::suggestion;

use super::fault::TemplateFault;

/// What opens a placeholder. With a backslash before it, it is text.
const OPEN: &str = "{{";
/// What closes a placeholder, on the same line.
const CLOSE: &str = "}}";

/// Something that a template leaves out until it is used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placeholder {
    /// Everything after the name of the template.
    Argument,
    /// The text or the message that is selected in the window.
    Selection,
    /// The text in the clipboard.
    Clipboard,
    /// The text of a file.
    File(String),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Text(String),
    Placeholder(Placeholder),
}

impl Segment {
    /// How it is written in a template, but for backslashes.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Placeholder(placeholder) => placeholder.to_string(),
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => f.write_str("{{argument}}"),
            Self::Selection => f.write_str("{{selection}}"),
            Self::Clipboard => f.write_str("{{clipboard}}"),
            Self::File(path) => write!(f, "{{{{file:{path}}}}}"),
        }
    }
}

/// Parses the text of a template, whose first line has this number in its file.
pub(super) fn parse(body: &str, first_line: usize) -> Result<Vec<Segment>, TemplateFault> {
    let skipped = body.len().saturating_sub(body.trim_start().len());
    let first_line = first_line.saturating_add(count_breaks(body, skipped));
    let body = body.trim();
    let mut segments = Vec::new();
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if let Some(before) = before.strip_suffix('\\') {
            text.push_str(before);
            text.push_str(OPEN);
            rest = after;
            continue;
        }
        text.push_str(before);
        let (placeholder, behind) = read_placeholder(after).map_err(|reason| {
            let parsed = body.len().saturating_sub(after.len());
            TemplateFault { line: first_line.saturating_add(count_breaks(body, parsed)), reason }
        })?;
        if !text.is_empty() {
            segments.push(Segment::Text(std::mem::take(&mut text)));
        }
        segments.push(Segment::Placeholder(placeholder));
        rest = behind;
    }
    text.push_str(rest);
    if !text.is_empty() {
        segments.push(Segment::Text(text));
    }
    Ok(segments)
}

/// How many lines end in the first bytes of a text.
fn count_breaks(text: &str, bytes: usize) -> usize {
    text.get(..bytes).unwrap_or_default().matches('\n').count()
}

/// The placeholder that a text continues, and what is behind it.
fn read_placeholder(text: &str) -> Result<(Placeholder, &str), String> {
    let closed = text.split_once(CLOSE).filter(|(inside, _)| !inside.contains('\n'));
    let Some((inside, behind)) = closed else {
        return Err(
            "The placeholder is not closed on this line. Write }} behind it, or \\{{ for two \
                    braces as text."
                .to_owned(),
        );
    };
    let inside = inside.trim();
    let placeholder = match inside.split_once(':').map(|(name, path)| (name.trim(), path.trim())) {
        Some(("file", "")) => {
            return Err("The placeholder names no file. Write {{file:PATH}}.".to_owned());
        }
        Some(("file", path)) => Placeholder::File(path.to_owned()),
        _ => match inside {
            "argument" => Placeholder::Argument,
            "selection" => Placeholder::Selection,
            "clipboard" => Placeholder::Clipboard,
            _ => return Err(unknown(inside)),
        },
    };
    Ok((placeholder, behind))
}

fn unknown(inside: &str) -> String {
    let name = inside.split(':').next().unwrap_or_default().trim();
    let hint = suggestion(name, ["argument", "selection", "clipboard", "file"]);
    format!(
        "There is no placeholder \"{inside}\".{hint} Use argument, selection, clipboard or \
         file:PATH."
    )
}
