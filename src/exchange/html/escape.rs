//! Escapes text for an HTML page.

use crate::chat::control_character::control_symbol;

/// Returns text for use between tags or in quotes. Control characters become visible ones.
#[must_use]
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out);
    out
}

/// Whether a byte may begin a character that is not copied as it is.
const fn is_notable(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | 0..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef)
}

/// The same for every byte: looking up is faster than comparing.
static NOTABLE: [bool; 256] = {
    let mut table = [false; 256];
    let (mut rest, mut byte): (&mut [bool], u8) = (&mut table, 0);
    while let Some((first, others)) = rest.split_first_mut() {
        *first = is_notable(byte);
        (rest, byte) = (others, byte.wrapping_add(1));
    }
    table
};

pub(super) fn push_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    let is_notable = |byte: u8| NOTABLE.get(usize::from(byte)).is_some_and(|it| *it);
    while let Some(at) = rest.bytes().position(is_notable) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let mut chars = rest.get(at..).unwrap_or_default().chars();
        if let Some(c) = chars.next() {
            push_escaped_char(c, out);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn push_escaped_char(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\n' | '\t' => out.push(c),
        // Two noncharacters.
        '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
        // HTML forbids control characters.
        _ => out.push(control_symbol(c).unwrap_or(c)),
    }
}

/// Returns the address of a link that can only open a web page or a mail program.
#[must_use]
pub(super) fn safe_address(address: &str) -> Option<&str> {
    let address = address.trim();
    let lower: String = address.chars().take(8).collect::<String>().to_ascii_lowercase();
    let safe = ["https://", "http://", "mailto:"].iter().any(|start| lower.starts_with(start));
    safe.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_web_and_mail_addresses_are_links() {
        for good in ["https://a.example/?x=<y>", " HTTP://a", "MailTo:a@b.example"] {
            assert_eq!(safe_address(good), Some(good.trim()));
        }
        for address in [
            "javascript:alert(1)",
            "java\nscript:x",
            " data:text/html,x",
            "vbscript:x",
            "//a",
            "#a",
            "",
        ] {
            assert_eq!(safe_address(address), None, "{address}");
        }
    }

    proptest! {
        #[test]
        fn escaped_text_has_no_markup_and_no_control_characters(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            prop_assert!(!escaped.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
