//! Replaces the placeholders of a template.

use std::collections::BTreeMap;

use crate::chat::attachment::{MAX_TOTAL_BYTES, format_size};

use super::placeholder::{Placeholder, Segment};

/// The text for a placeholder, or a sentence that says why there is none.
pub type InsertedText = Result<String, String>;

/// The largest question that a template may become, in bytes: as much as the files of a question.
const MAX_EXPANDED_BYTES: u64 = MAX_TOTAL_BYTES;

/// Joins the pieces; each placeholder is looked up once.
pub(super) fn replace_placeholders(
    segments: &[Segment],
    argument: &str,
    insert: &mut dyn FnMut(&Placeholder) -> InsertedText,
) -> Result<String, String> {
    let mut inserted: BTreeMap<&Placeholder, String> = BTreeMap::new();
    let mut text = String::new();
    for segment in segments {
        let piece = match segment {
            Segment::Text(piece) => piece.as_str(),
            Segment::Placeholder(Placeholder::Argument) => argument.trim(),
            Segment::Placeholder(placeholder) => {
                if !inserted.contains_key(placeholder) {
                    let piece = insert(placeholder)?;
                    inserted.insert(placeholder, without_last_break(piece));
                }
                inserted.get(placeholder).map_or("", String::as_str)
            }
        };
        check_size(text.len().saturating_add(piece.len()))?;
        text.push_str(piece);
    }
    Ok(text)
}

/// The text with an argument below it, where there is one.
pub(super) fn join(text: &str, argument: &str) -> String {
    match argument.trim_end_matches(['\n', '\r']) {
        argument if argument.trim().is_empty() => text.to_owned(),
        argument => format!("{text}\n\n{argument}"),
    }
}

/// Removes the line break at the end of a file, which is no part of the sentence around the placeholder.
fn without_last_break(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

fn check_size(bytes: usize) -> Result<(), String> {
    match u64::try_from(bytes) {
        Ok(bytes) if bytes <= MAX_EXPANDED_BYTES => Ok(()),
        _ => Err(format!(
            "The question would be larger than {}, which is the limit. Insert less.",
            format_size(MAX_EXPANDED_BYTES)
        )),
    }
}
