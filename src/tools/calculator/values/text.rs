//! How Python writes a text or bytes as they would stand in a program.
//! Must not use a newer Unicode than the web app's Python, which has version 15.1.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether Python writes a code point as it is.
pub(in crate::tools::calculator) fn is_printable(code: u32) -> bool {
    let Some(it) = char::from_u32(code) else { return false };
    it == ' '
        || !matches!(
            it.general_category(),
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

/// A text in quotes.
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

/// Bytes in quotes.
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

/// The double quote where only that needs no escape.
fn quote_for(text: impl Iterator<Item = u32>) -> char {
    let (mut single, mut double) = (false, false);
    for code in text {
        single |= code == u32::from('\'');
        double |= code == u32::from('"');
    }
    if single && !double { '"' } else { '\'' }
}

/// A code point as an escape.
pub(super) fn escaped(code: u32) -> String {
    match code {
        0..=0xFF => format!("\\x{code:02x}"),
        0x100..=0xFFFF => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// Appends to a text.
pub(super) fn push(out: &mut Vec<u32>, more: &str) {
    out.extend(more.chars().map(u32::from));
}
