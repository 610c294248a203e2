//! Bare addresses in plain text, and references to footnotes that are defined elsewhere or nowhere.

use memchr::{memchr3, memchr3_iter};

/// A span of plain text, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextSpan<'a> {
    Plain(&'a str),
    Address(&'a str),
    /// `[^name]`.
    Footnote {
        written: &'a str,
        name: &'a str,
    },
}

/// The beginnings of addresses that are links without brackets, as in the section "Autolinks
/// (extension)" of GitHub Flavored Markdown 0.29 (2019).
const SCHEMES: &[&str] = &["https://", "http://", "www."];

/// Returns whether a text may have spans that are not plain; most have none, which is seen at once.
pub(super) fn may_have_spans(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr3_iter(b':', b'.', b'[', bytes).any(|at| {
        let (before, rest) = bytes.split_at_checked(at).unwrap_or_default();
        rest.starts_with(b"://") || rest.starts_with(b"[^") || before.ends_with(b"www")
    })
}

/// Splits text into spans, which together are the whole text.
pub(super) fn split_spans(text: &str) -> Vec<TextSpan<'_>> {
    let mut out = Vec::new();
    let mut plain = 0_usize;
    let mut from = 0_usize;
    while let Some((at, length, span)) = next_span(text, from) {
        if let Some(before) = text.get(plain..at).filter(|it| !it.is_empty()) {
            out.push(TextSpan::Plain(before));
        }
        out.push(span);
        plain = at.saturating_add(length);
        from = plain;
    }
    if let Some(rest) = text.get(plain..).filter(|it| !it.is_empty()) {
        out.push(TextSpan::Plain(rest));
    }
    out
}

/// Returns the next span that is not plain, with its position and length.
fn next_span(text: &str, mut from: usize) -> Option<(usize, usize, TextSpan<'_>)> {
    loop {
        let rest = text.get(from..)?;
        let at = from.saturating_add(memchr3(b'h', b'w', b'[', rest.as_bytes())?);
        let remaining = text.get(at..)?;
        if let Some(name) = footnote_name(remaining) {
            let length = name.len().saturating_add("[^]".len());
            let written = remaining.get(..length)?;
            return Some((at, length, TextSpan::Footnote { written, name }));
        }
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_none_or(|c| !c.is_alphanumeric())
            && let Some(address) = leading_address(remaining)
        {
            return Some((at, address.len(), TextSpan::Address(address)));
        }
        from = at.saturating_add(1);
    }
}

fn footnote_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("[^")?;
    let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'))?;
    let name = name.get(..end).filter(|name| !name.is_empty())?;
    text.get(end.saturating_add(2)..)?.starts_with(']').then_some(name)
}

/// Returns the address at the start of a text, without the punctuation of the sentence around it.
fn leading_address(text: &str) -> Option<&str> {
    let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme))?;
    let mut address = text.get(..text.find(is_address_end).unwrap_or(text.len()))?;
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    while let Some(last) = address.chars().next_back() {
        match last {
            ')' if closed > opened => closed = closed.saturating_sub(1),
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~' => {}
            _ => break,
        }
        address = address.get(..address.len().saturating_sub(last.len_utf8()))?;
    }
    (address.len() > scheme.len()).then_some(address)
}

/// Returns whether a character cannot be in an address: spaces, quotes, control characters and the
/// symbols shown for them.
fn is_address_end(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\u{2400}'..='\u{2424}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::growth::assert_proportional;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        let found = |text: &'static str| {
            split_spans(text).into_iter().find_map(|span| match span {
                TextSpan::Address(address) => Some(address),
                _ => None,
            })
        };
        assert_eq!(found("see https://a.b/c_d(e), then"), Some("https://a.b/c_d(e)"));
        assert_eq!(found("(www.a.b/x)."), Some("www.a.b/x"));
        assert_eq!(found("xhttps://a.b"), None);
        assert_eq!(found("https://"), None);
        assert_eq!(found("how why [what"), None);
        for text in ["see https://a.b", "http://a", "(www.a.b/x).", "a[^1]"] {
            assert!(may_have_spans(text), "{text}");
        }
        assert!(!may_have_spans("how: why. [what] www"));
    }

    #[test]
    fn brackets_behind_an_address_take_time_in_proportion_to_their_number() {
        assert_proportional(
            "brackets",
            |count| format!("https://a.b/(c){}", ")".repeat(count)),
            |text| {
                assert_eq!(split_spans(text).first(), Some(&TextSpan::Address("https://a.b/(c)")))
            },
        );
    }

    #[test]
    fn footnote_references_are_found_and_no_text_is_lost() {
        let parts = split_spans("a[^1], [^b-c] [^ d] [^");
        assert!(parts.contains(&TextSpan::Footnote { written: "[^1]", name: "1" }));
        assert!(parts.contains(&TextSpan::Footnote { written: "[^b-c]", name: "b-c" }));
        assert_eq!(parts.len(), 5);
    }
}
