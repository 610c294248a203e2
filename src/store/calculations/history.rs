//! Adds a calculation to the text of a history, to the byte as the web app itself would write it.
//! Must not give a text that the web app's calculator cannot extend.

use crate::chat::{Calculation, Timestamp, ToolUse};

use super::document::{Document, Text};
use super::reading::{self, ReadError};
use super::writing;

/// The most calculations that the web app keeps (hcorion/ai-multitool bdc7763, 2026).
const MAX_CALCULATIONS: usize = 100;

/// The key of the calculations.
const HISTORY: &str = "history";

/// The new text of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NewHistory {
    /// It holds everything that was there, but for what is older than the last hundred.
    Extended(String),
    /// The file was damaged, and nothing in it is kept: it is worth a copy.
    Rebuilt(String),
}

/// Why there is no new text, as half a sentence: in the web app every calculation fails with this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AppendError(pub &'static str);

/// One calculation as the web app stores it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HistoryEntry(Document);

impl HistoryEntry {
    /// The entry of a call that brought a result; `None` for any other.
    pub(super) fn of(tool: &ToolUse) -> Option<Self> {
        let output = reading::read(tool.output.as_bytes()).ok().filter(|_| tool.success)?;
        Some(Self::new(output.get("expression")?, output.get("result")?, tool.at))
    }

    /// The entry of an expression with its result.
    pub(super) fn new(expression: &Document, result: &Document, at: Timestamp) -> Self {
        let at = Document::Literal(at.seconds().to_string());
        Self(Document::Object(vec![
            (Text::of("expression"), expression.clone()),
            (Text::of("result"), result.clone()),
            (Text::of("timestamp"), at),
        ]))
    }
}

/// The text of the file with one more calculation; `None` where there is no file.
pub(super) fn append(file: Option<&[u8]>, entry: &HistoryEntry) -> Result<NewHistory, AppendError> {
    let (document, is_whole) = match file.map(reading::read) {
        None => (Document::Object(Vec::new()), true),
        Some(Ok(document)) => (document, true),
        Some(Err(ReadError::Damaged)) => (Document::Object(Vec::new()), false),
        Some(Err(ReadError::TooDeep)) => return Err(AppendError("it is nested too deeply")),
    };
    let text = writing::write(&with(document, entry)?)
        .ok_or(AppendError("it holds half of a surrogate pair"))?;
    Ok(if is_whole { NewHistory::Extended(text) } else { NewHistory::Rebuilt(text) })
}

fn with(mut document: Document, entry: &HistoryEntry) -> Result<Document, AppendError> {
    let Document::Object(members) = &mut document else {
        return Err(AppendError("it is not an object"));
    };
    let index = members.iter().position(|(name, _)| name.is(HISTORY));
    let index = index.unwrap_or_else(|| {
        members.push((Text::of(HISTORY), Document::Array(Vec::new())));
        members.len().saturating_sub(1)
    });
    let Some((_, Document::Array(history))) = members.get_mut(index) else {
        return Err(AppendError("its \"history\" is not a list"));
    };
    history.push(entry.0.clone());
    history.drain(..history.len().saturating_sub(MAX_CALCULATIONS));
    Ok(document)
}

/// The calculations in the text of a file, oldest first; none where it cannot be read.
pub(super) fn calculations(file: &[u8]) -> Vec<Calculation> {
    let document = reading::read(file).ok();
    let Some(Document::Array(entries)) = document.as_ref().and_then(|it| it.get(HISTORY)) else {
        return Vec::new();
    };
    let calculation = |entry: &Document| {
        let expression = entry.get("expression").and_then(Document::as_text)?.to_owned();
        let result = entry.get("result").map_or_else(String::new, writing::shown);
        Some(Calculation { expression, result })
    };
    entries.iter().filter_map(calculation).collect()
}
