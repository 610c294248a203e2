//! The file in which the web app keeps the calculations of a conversation, and what its text
//! becomes with one more: as the app itself would write it, to the byte.
//! Must not touch the disk, and never give a text with which the app's calculator would fail.

mod document;
mod reading;
mod writing;

use crate::chat::Timestamp;

use document::Document;

/// The most calculations that the app keeps.
const MOST: usize = 100;

/// One calculation.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The expression as the model sent it.
    pub expression: &'a str,
    /// The result as JSON text.
    pub result: &'a str,
    /// When it was made.
    pub at: Timestamp,
}

/// The new text of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It holds everything that was there, but for what is older than the last hundred.
    Kept(String),
    /// The file was damaged, and nothing in it is kept: it is worth a copy.
    Replaced(String),
}

/// Why there is no new text: the file stays as it is, and in the app the calculation fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the app says to the model.
    pub error: String,
}

/// The text of the file with one more calculation; `None` where there is no file.
///
/// # Errors
///
/// If the file holds JSON of another shape, or half a surrogate pair.
pub fn append(file: Option<&[u8]>, entry: Entry) -> Result<Appended, Refused> {
    let (document, kept) = match file.map(reading::read) {
        None => (Document::Object(Vec::new()), true),
        Some(Ok(document)) => (document, true),
        Some(Err(reading::Unreadable::Damaged)) => (Document::Object(Vec::new()), false),
        Some(Err(reading::Unreadable::TooDeep)) => {
            return Err(refused("maximum recursion depth exceeded"));
        }
    };
    let text = writing::write(&with(document, entry)?).ok_or_else(not_json)?;
    Ok(if kept { Appended::Kept(text) } else { Appended::Replaced(text) })
}

fn with(mut document: Document, entry: Entry) -> Result<Document, Refused> {
    let kind = document.kind();
    let Document::Object(members) = &mut document else {
        return Err(refused(&format!("'{kind}' object has no attribute 'get'")));
    };
    let key = "history";
    let mut history = match members.iter_mut().find(|(name, _)| name.is(key)) {
        Some((_, Document::Array(entries))) => std::mem::take(entries),
        Some((_, other)) => {
            let kind = other.kind();
            return Err(refused(&format!("'{kind}' object has no attribute 'append'")));
        }
        None => {
            members.push((document::Text::of(key), Document::Array(Vec::new())));
            Vec::new()
        }
    };
    history.push(written(entry)?);
    history.drain(..history.len().saturating_sub(MOST));
    if let Some((_, place)) = members.iter_mut().find(|(name, _)| name.is(key)) {
        *place = Document::Array(history);
    }
    Ok(document)
}

fn written(entry: Entry) -> Result<Document, Refused> {
    let result = reading::read(entry.result.as_bytes()).map_err(|_| not_json())?;
    let at = Document::Literal(entry.at.seconds().to_string());
    let text = document::Text::of;
    Ok(Document::Object(vec![
        (text("expression"), Document::Text(text(entry.expression))),
        (text("result"), result),
        (text("timestamp"), at),
    ]))
}

fn refused(why: &str) -> Refused {
    Refused { error: format!("Calculation error: {why}") }
}

fn not_json() -> Refused {
    Refused { error: super::error::EvalError::not_json().sentence() }
}

#[cfg(test)]
mod tests;
