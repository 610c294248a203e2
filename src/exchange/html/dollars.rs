//! Formulas written as `\(…\)` and `\[…\]`, which many models do, rewritten with dollar signs.
//! May not touch code.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The text with its formulas between dollar signs.
#[must_use]
pub(super) fn with_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") {
        return Cow::Borrowed(text);
    }
    let code = code_ranges(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0_usize;
    while let Some(found) = text.get(done..).and_then(|rest| next(rest, done)) {
        let inside_code = code.iter().any(|it| it.start < found.end && found.start < it.end);
        let end = if inside_code { found.start.saturating_add(2) } else { found.end };
        out.push_str(text.get(done..found.start).unwrap_or_default());
        let whole = text.get(found.start..end).unwrap_or_default();
        if inside_code {
            out.push_str(whole);
        } else {
            let sign = if whole.starts_with("\\[") { "$$" } else { "$" };
            let inner = whole.get(2..whole.len().saturating_sub(2)).unwrap_or_default().trim();
            out.push_str(&format!("{sign}{inner}{sign}"));
        }
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// The next pair with something between that no empty line divides.
fn next(rest: &str, offset: usize) -> Option<Range<usize>> {
    let mut from = 0_usize;
    loop {
        let start = rest.get(from..)?.find('\\').map(|at| at.saturating_add(from))?;
        let behind = rest.get(start..)?;
        let close = match behind.as_bytes().get(1) {
            Some(b'(') => "\\)",
            Some(b'[') => "\\]",
            // An escaped backslash escapes nothing behind it.
            Some(b'\\') => {
                from = start.saturating_add(2);
                continue;
            }
            Some(_) | None => {
                from = start.saturating_add(1);
                continue;
            }
        };
        let inner = behind.get(2..)?;
        match inner.split_once(close) {
            Some((formula, _)) if is_formula(formula) => {
                let start = start.saturating_add(offset);
                return Some(start..start.saturating_add(formula.len()).saturating_add(4));
            }
            Some(_) | None => from = start.saturating_add(2),
        }
    }
}

fn is_formula(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains("\n\n") && !text.contains('$')
}

fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                depth = depth.saturating_add(1);
                ranges.push(range);
            }
            Event::End(TagEnd::CodeBlock) => depth = depth.saturating_sub(1),
            Event::Code(_) if depth == 0 => ranges.push(range),
            _ => {}
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_dollars_and_code_does_not() {
        for (text, wanted) in [
            (r"so \( x_1 \) and \[ y \]", "so $x_1$ and $$y$$"),
            ("\\[\na = b\n\\]", "$$a = b$$"),
            (r"`\(x\)` and \(y\)", r"`\(x\)` and $y$"),
            ("```\n\\(x\\)\n```\n\\(y\\)", "```\n\\(x\\)\n```\n$y$"),
            (r"an open \( paren", r"an open \( paren"),
            (r"\\(x\\)", r"\\(x\\)"),
            ("\\(a\n\nb\\)", "\\(a\n\nb\\)"),
            (r"\(\)", r"\(\)"),
        ] {
            assert_eq!(with_dollars(text), wanted);
        }
    }
}
