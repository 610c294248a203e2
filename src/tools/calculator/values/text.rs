//! Python's `repr` of texts and bytes.
//! Must not use a newer Unicode than Python 3.13, which has version 15.1.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Returns whether Python's `repr` shows a code point without an escape.
pub(in crate::tools::calculator) fn is_printable(code: u32) -> bool {
    let Some(c) = char::from_u32(code) else { return false };
    c == ' '
        || !matches!(
            c.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::Surrogate
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::SpaceSeparator
        )
}

/// Appends a text in quotes.
pub(super) fn quoted(text: &[u32], out: &mut Vec<u32>) {
    let quote = quote_for(text.iter().copied());
    out.push(u32::from(quote));
    for code in text {
        match char::from_u32(*code) {
            Some(it) if it == quote || it == '\\' => out.extend([u32::from('\\'), *code]),
            Some('\n') => push(out, "\\n"),
            Some('\r') => push(out, "\\r"),
            Some('\t') => push(out, "\\t"),
            _ if is_printable(*code) => out.push(*code),
            _ => push(out, &escaped(*code)),
        }
    }
    out.push(u32::from(quote));
}

/// Appends bytes in quotes.
pub(super) fn quoted_bytes(bytes: &[u8], out: &mut Vec<u32>) {
    let quote = quote_for(bytes.iter().map(|it| u32::from(*it)));
    push(out, "b");
    out.push(u32::from(quote));
    for byte in bytes {
        match char::from(*byte) {
            it if it == quote || it == '\\' => out.extend([u32::from('\\'), u32::from(it)]),
            '\n' => push(out, "\\n"),
            '\r' => push(out, "\\r"),
            '\t' => push(out, "\\t"),
            it @ ' '..='~' => out.push(u32::from(it)),
            _ => push(out, &escaped(u32::from(*byte))),
        }
    }
    out.push(u32::from(quote));
}

/// Returns the double quote if only that needs no escapes, else the single one.
fn quote_for(text: impl Iterator<Item = u32>) -> char {
    let (mut single, mut double) = (false, false);
    for code in text {
        single |= code == u32::from('\'');
        double |= code == u32::from('"');
    }
    if single && !double { '"' } else { '\'' }
}

/// Returns the escape of a code point.
pub(super) fn escaped(code: u32) -> String {
    match code {
        0..=0xFF => format!("\\x{code:02x}"),
        0x100..=0xFFFF => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

pub(super) fn push(out: &mut Vec<u32>, more: &str) {
    out.extend(more.chars().map(u32::from));
}
