//! Finds formulas between `\(` and `\)` or `\[` and `\]`, as many models write them, and dollar signs
//! that mean money.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::options::options;

/// Returns whether a formula, as written, is inline.
pub(super) fn is_inline(written: &str) -> bool {
    written.starts_with("\\(")
}

/// Returns whether an apparent formula that ends at a byte is two prices: `$5-$10`.
pub(super) fn is_money(source: &str, end: usize) -> bool {
    source.as_bytes().get(end).is_some_and(u8::is_ascii_digit)
}

/// Returns the opening and the closing bracket of each formula, in order.
///
/// Both are in one block and outside code, links and HTML. With `$$` in place of each, the parser
/// finds the formula; `is_inline` then decides by the source whether it is a display formula.
pub(super) fn formula_brackets(source: &str) -> Vec<[Range<usize>; 2]> {
    if !source.contains("\\(") && !source.contains("\\[") {
        return Vec::new();
    }
    let mut brackets = Vec::new();
    let mut open: Option<Bracket> = None;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Text(_) => {
                let Some(bracket) = escaped_bracket(source, range.start) else { continue };
                if matches!(bracket.byte, b'(' | b'[') {
                    open = Some(bracket);
                } else if let Some(opening) = open.take_if(|open| open.is_closed_by(&bracket))
                    && is_formula(source.get(opening.range.end..bracket.range.start))
                {
                    brackets.push([opening.range, bracket.range]);
                }
            }
            Event::Start(tag) if !is_inline_tag(&tag) => open = None,
            _ => {}
        }
    }
    brackets
}

/// A bracket with the backslash before it.
struct Bracket {
    byte: u8,
    range: Range<usize>,
}

impl Bracket {
    const fn is_closed_by(&self, other: &Self) -> bool {
        matches!((self.byte, other.byte), (b'(', b')') | (b'[', b']'))
    }
}

fn is_formula(inner: Option<&str>) -> bool {
    inner.is_some_and(|tex| !tex.contains('$') && !tex.trim().is_empty())
}

/// Returns the bracket at a byte if a backslash escapes it. Of two backslashes (`\\[2pt]` ends a row
/// of a formula) the first escapes the second.
fn escaped_bracket(source: &str, at: usize) -> Option<Bracket> {
    let byte = *source.as_bytes().get(at)?;
    let before = source.as_bytes().get(..at)?;
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    let escaped = matches!(byte, b'(' | b')' | b'[' | b']') && backslashes % 2 == 1;
    let range = at.saturating_sub(1)..at.saturating_add(1);
    escaped.then_some(Bracket { byte, range })
}

const fn is_inline_tag(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::super::{TextContext, read_events};
    use super::*;

    /// The formulas of a text, in the dollars of their kind.
    fn formulas(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        read_events(text, TextContext::default(), |event, _, _| match event {
            Event::InlineMath(tex) => found.push(format!("${}$", tex.trim())),
            Event::DisplayMath(tex) => found.push(format!("$${}$$", tex.trim())),
            _ => {}
        });
        found
    }

    /// The text that is no formula.
    fn shown(text: &str) -> String {
        let mut out = String::new();
        read_events(text, TextContext::default(), |event, _, _| match event {
            Event::Text(text) => out.push_str(&text),
            Event::Start(Tag::Paragraph) => out.push('¶'),
            _ => {}
        });
        out
    }

    #[test]
    fn formulas_are_between_brackets_or_dollars_and_never_in_code() {
        for (text, found) in [
            (r"so \( x_1 \) and \[ y \]", vec!["$x_1$", "$$y$$"]),
            ("\\[\na = b\n\\]", vec!["$$a = b$$"]),
            (r"`\(x\)` and \(y\)", vec!["$y$"]),
            ("```\n\\(x\\)\n```\n\\(y\\)", vec!["$y$"]),
            (r"$a$ and $$b$$", vec!["$a$", "$$b$$"]),
            (r"\(a * b\) and \(c * d\)", vec!["$a * b$", "$c * d$"]),
            (r"[x](https://a.example/\(y\)) \(z\)", vec!["$z$"]),
            (r"an open \( paren", vec![]),
            (r"\\(x\\)", vec![]),
            ("\\(a\n\nb\\)", vec![]),
            (r"\(\)", vec![]),
        ] {
            assert_eq!(formulas(text), found, "{text}");
        }
    }

    #[test]
    fn a_row_of_a_formula_may_end_with_a_spacing() {
        let text = "\\[\\begin{matrix} a \\\\[2pt] b \\end{matrix}\\]";
        assert_eq!(formulas(text), [r"$$\begin{matrix} a \\[2pt] b \end{matrix}$$"]);
    }

    #[test]
    fn prices_are_not_formulas() {
        assert_eq!(shown("from $5-$10 a day"), "¶from $5-$10 a day");
        assert_eq!(formulas("$5-$10 and $x$"), ["$x$"]);
    }
}
