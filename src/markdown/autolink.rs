//! Addresses that stand in plain text without brackets, and references to footnotes that are
//! defined elsewhere or nowhere.
//! Must not find an address inside a word, or take the end of the sentence into it.

/// A stretch of plain text, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextSpan<'a> {
    /// Nothing special.
    Plain(&'a str),
    /// An address.
    Address(&'a str),
    /// A reference to a footnote, `[^name]`.
    Footnote { written: &'a str, name: &'a str },
}

/// How addresses begin that need no brackets.
const SCHEMES: &[&str] = &["https://", "http://", "www."];

/// Cuts text into stretches.
pub(super) fn split_spans(text: &str) -> Vec<TextSpan<'_>> {
    let mut out = Vec::new();
    let mut plain = 0_usize;
    let mut from = 0_usize;
    while let Some((at, length, found)) = next_span(text, from) {
        if let Some(before) = text.get(plain..at).filter(|it| !it.is_empty()) {
            out.push(TextSpan::Plain(before));
        }
        out.push(found);
        plain = at.saturating_add(length);
        from = plain;
    }
    if let Some(rest) = text.get(plain..).filter(|it| !it.is_empty()) {
        out.push(TextSpan::Plain(rest));
    }
    out
}

/// The next stretch that is not plain: its first byte and its length.
fn next_span(text: &str, mut from: usize) -> Option<(usize, usize, TextSpan<'_>)> {
    loop {
        let rest = text.get(from..)?;
        let at = from.saturating_add(rest.find(['h', 'w', '['])?);
        let here = text.get(at..)?;
        if let Some(name) = footnote_name(here) {
            let length = name.len().saturating_add("[^]".len());
            let written = here.get(..length)?;
            return Some((at, length, TextSpan::Footnote { written, name }));
        }
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_none_or(|c| !c.is_alphanumeric())
            && let Some(address) = leading_address(here)
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

/// The address a text begins with, without what ends the sentence around it.
fn leading_address(text: &str) -> Option<&str> {
    let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme))?;
    let mut found = text.get(..text.find(is_address_end).unwrap_or(text.len()))?;
    while let Some(last) = found.chars().next_back() {
        let closes_more = last == ')' && found.matches(')').count() > found.matches('(').count();
        if !closes_more
            && !matches!(last, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~')
        {
            break;
        }
        found = found.get(..found.len().saturating_sub(last.len_utf8()))?;
    }
    (found.len() > scheme.len()).then_some(found)
}

/// Whether a character is in no address: spaces, quotes, controls and what is shown for them.
fn is_address_end(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\u{2400}'..='\u{2424}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        let found = |text: &'static str| {
            split_spans(text)
                .into_iter()
                .find_map(|it| if let TextSpan::Address(it) = it { Some(it) } else { None })
        };
        assert_eq!(found("see https://a.b/c_d(e), then"), Some("https://a.b/c_d(e)"));
        assert_eq!(found("(www.a.b/x)."), Some("www.a.b/x"));
        assert_eq!(found("xhttps://a.b"), None);
        assert_eq!(found("https://"), None);
        assert_eq!(found("how why [what"), None);
    }

    #[test]
    fn marks_of_footnotes_are_found_and_nothing_is_lost() {
        let parts = split_spans("a[^1], [^b-c] [^ d] [^");
        assert!(parts.contains(&TextSpan::Footnote { written: "[^1]", name: "1" }));
        assert!(parts.contains(&TextSpan::Footnote { written: "[^b-c]", name: "b-c" }));
        assert_eq!(parts.len(), 5);
    }
}
