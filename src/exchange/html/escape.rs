//! Escapes text for an HTML page.

/// Text between tags or in quotes. Characters that are not for reading become visible ones.
#[must_use]
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out);
    out
}

/// Adds escaped text.
pub(super) fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            // Pages may not hold controls; the pictures of them are for reading.
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\x7f' => out.push('\u{2421}'),
            // C1 controls, characters that turn text around, and two that are no characters.
            '\u{80}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

/// The address of a link, where following it can only open another page or a mail program.
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
    fn only_addresses_that_cannot_run_anything_are_links() {
        for good in ["https://a.example/?x=<y>", " HTTP://a", "MailTo:a@b.example"] {
            assert_eq!(safe_address(good), Some(good.trim()));
        }
        for bad in [
            "javascript:alert(1)",
            "java\nscript:x",
            " data:text/html,x",
            "vbscript:x",
            "//a",
            "#a",
            "",
        ] {
            assert_eq!(safe_address(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_escaped_means_anything(wild in any::<String>()) {
            let text = escape(&wild);
            prop_assert!(!text.contains(['<', '>', '"', '\'']));
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
