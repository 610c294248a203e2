//! Writes JSON as the web app does: Python's `json.dump` with two spaces and nothing escaped that
//! need not be.

use crate::store::json::encode_string;

use super::document::{Document, Text};

/// The text of a document; `None` where it holds half a surrogate pair.
pub(super) fn write(document: &Document) -> Option<String> {
    let mut out = String::new();
    push(document, 0, &mut out)?;
    Some(out)
}

fn push(document: &Document, depth: usize, out: &mut String) -> Option<()> {
    let inside = depth.saturating_add(1);
    match document {
        Document::Literal(text) => out.push_str(text),
        Document::Text(text) => push_text(text, out)?,
        Document::Array(items) if items.is_empty() => out.push_str("[]"),
        Document::Object(members) if members.is_empty() => out.push_str("{}"),
        Document::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                push_line(index > 0, inside, out);
                push(item, inside, out)?;
            }
            push_line(false, depth, out);
            out.push(']');
        }
        Document::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                push_line(index > 0, inside, out);
                push_text(key, out)?;
                out.push_str(": ");
                push(value, inside, out)?;
            }
            push_line(false, depth, out);
            out.push('}');
        }
    }
    Some(())
}

fn push_line(comma: bool, depth: usize, out: &mut String) {
    out.push_str(if comma { ",\n" } else { "\n" });
    out.extend(std::iter::repeat_n("  ", depth));
}

fn push_text(text: &Text, out: &mut String) -> Option<()> {
    if text.lone {
        return None;
    }
    encode_string(&text.text, out);
    Some(())
}

/// A value on one line, as people read it; a text without quotes.
pub(super) fn shown(document: &Document) -> String {
    match document {
        Document::Literal(text) => text.clone(),
        Document::Text(text) => text.text.clone(),
        Document::Array(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Document::Object(members) => {
            let member =
                |(key, value): &(Text, Document)| format!("{}: {}", key.text, shown(value));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}
