//! Adds a calculation to the text of a history, to the byte as the web app itself would write it.
//! Must not give a text that the web app's calculator cannot extend.

use crate::chat::{Calculation, Timestamp, ToolUse};
use crate::store::json::{
    Field, Fields, FormatError, decode_string, has_unpaired_surrogate, raw_elements,
};

use super::reading;

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

/// One calculation as the web app stores it, laid out for its place in the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HistoryEntry(String);

impl HistoryEntry {
    /// The entry of a call that brought a result; `None` for any other.
    pub(super) fn of(tool: &ToolUse) -> Option<Self> {
        let output = reading::read(tool.output.as_bytes(), 2).ok().filter(|_| tool.success)?;
        let output = Fields::of(&output)?;
        Some(Self::new(output.raw("expression")?, output.raw("result")?, tool.at))
    }

    /// The entry of a raw expression with its raw result.
    pub(super) fn new(expression: &str, result: &str, at: Timestamp) -> Self {
        Self(format!(
            "{{\n      \"expression\": {expression},\n      \"result\": {result},\n      \
             \"timestamp\": {}\n    }}",
            at.seconds()
        ))
    }
}

/// The text of the file with one more calculation; `None` where there is no file.
pub(super) fn append(file: Option<&[u8]>, entry: &HistoryEntry) -> Result<NewHistory, AppendError> {
    let (text, is_whole) = match file.map(|file| reading::read(file, 0)) {
        None => ("{}".to_owned(), true),
        Some(Ok(text)) => (text, true),
        Some(Err(FormatError::Malformed)) => ("{}".to_owned(), false),
        Some(Err(FormatError::TooDeep)) => return Err(AppendError("it is nested too deeply")),
    };
    let text = with(&text, entry)?;
    if has_unpaired_surrogate(&text) {
        return Err(AppendError("it holds half of a surrogate pair"));
    }
    Ok(if is_whole { NewHistory::Extended(text) } else { NewHistory::Rebuilt(text) })
}

fn with(text: &str, entry: &HistoryEntry) -> Result<String, AppendError> {
    let mut members = Fields::of(text).ok_or(AppendError("it is not an object"))?.all;
    if members.iter().all(|member| member.key != HISTORY) {
        members.push(Field::new(HISTORY.to_owned(), "[]".to_owned()));
    }
    for member in members.iter_mut().filter(|member| member.key == HISTORY) {
        let not_a_list = AppendError("its \"history\" is not a list");
        let mut all = raw_elements(&member.raw).ok_or(not_a_list)?;
        all.push(&entry.0);
        all.drain(..all.len().saturating_sub(MAX_CALCULATIONS));
        member.raw = format!("[\n    {}\n  ]", all.join(",\n    "));
    }
    let members = members.iter().map(|member| format!("{}: {}", member.raw_key, member.raw));
    Ok(format!("{{\n  {}\n}}", members.collect::<Vec<_>>().join(",\n  ")))
}

/// The calculations in the text of a file, oldest first; none where it cannot be read.
pub(super) fn calculations(file: &[u8]) -> Vec<Calculation> {
    let text = reading::read(file, 0).unwrap_or_default();
    let object = Fields::of(&text).unwrap_or_default();
    let calculation = |entry| {
        let entry = Fields::of(entry)?;
        let expression = entry.text("expression")?;
        let result = entry.raw("result").map_or_else(String::new, shown);
        Some(Calculation { expression, result })
    };
    let entries = object.raw(HISTORY).and_then(raw_elements).unwrap_or_default();
    entries.into_iter().filter_map(calculation).collect()
}

/// A raw value on one line, as people read it; a text without quotes.
fn shown(raw: &str) -> String {
    match raw.as_bytes() {
        [b'"', ..] => decode_string(raw),
        [b'[', ..] => {
            let items = raw_elements(raw).unwrap_or_default().into_iter().map(shown);
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        [b'{', ..] => {
            let member = |it: &Field| format!("{}: {}", decode_string(&it.raw_key), shown(&it.raw));
            let members = Fields::of(raw).unwrap_or_default().all;
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        _ => raw.to_owned(),
    }
}
