//! The text objects of vim: words, quotes, brackets, paragraphs.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::Editor;
use super::ObjectSpan;
use super::motion::{Class, WordKind, class_of, closing, opening, skip, skip_back};

/// A text object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) range: Range<usize>,
    /// Whether an operator takes whole lines, line breaks included.
    pub(super) is_linewise: bool,
}

/// The text object at the caret; `None` where there is none.
pub(super) fn find(editor: &Editor, span: ObjectSpan, object: char) -> Option<Object> {
    let range = match object {
        'w' => word(editor, span, WordKind::Small),
        'W' => word(editor, span, WordKind::Big),
        '"' | '\'' | '`' => quoted(editor, span, object)?,
        '(' | ')' | 'b' => return bracketed(editor, span, '(', ')'),
        '[' | ']' => return bracketed(editor, span, '[', ']'),
        '{' | '}' | 'B' => return bracketed(editor, span, '{', '}'),
        '<' | '>' => return bracketed(editor, span, '<', '>'),
        'p' => return Some(Object { range: paragraph(editor, span), is_linewise: true }),
        _ => return None,
    };
    Some(Object { range, is_linewise: false })
}

fn word(editor: &Editor, span: ObjectSpan, kind: WordKind) -> Range<usize> {
    let (text, caret) = (editor.text(), editor.caret());
    let line = editor.line_around(caret);
    let here = text.get(caret..line.end).unwrap_or_default();
    let class = class_of(here.graphemes(true).next().unwrap_or_default(), kind);
    let start = skip_back(text, caret, kind, class).max(line.start);
    let end = skip(text, caret, kind, class).min(line.end);
    if span == ObjectSpan::Inner {
        return start..end;
    }
    if class == Class::Space {
        let after = text.get(end..line.end).unwrap_or_default();
        let next = class_of(after.graphemes(true).next().unwrap_or_default(), kind);
        return start..skip(text, end, kind, next).min(line.end);
    }
    let after = skip(text, end, kind, Class::Space).min(line.end);
    if after > end {
        return start..after;
    }
    skip_back(text, start, kind, Class::Space).max(line.start)..end
}

fn quoted(editor: &Editor, span: ObjectSpan, quote: char) -> Option<Range<usize>> {
    let (text, caret) = (editor.text(), editor.caret());
    let line = editor.line_around(caret);
    let quotes: Vec<usize> =
        text.get(line.clone())?.match_indices(quote).map(|(at, _)| line.start + at).collect();
    let mut pairs = quotes.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    let (open, close) = pairs.find(|(_, close)| *close >= caret)?;
    if span == ObjectSpan::Inner {
        return Some(open + 1..close);
    }
    let after = text.get(close + 1..line.end).unwrap_or_default();
    let blank = after.len() - after.trim_start().len();
    if blank > 0 {
        return Some(open..close + 1 + blank);
    }
    let before = text.get(line.start..open).unwrap_or_default();
    Some(line.start + before.trim_end().len()..close + 1)
}

/// Brackets around the caret, else the next ones behind it.
fn bracketed(editor: &Editor, span: ObjectSpan, open: char, close: char) -> Option<Object> {
    let (text, caret) = (editor.text(), editor.caret());
    let here = text.get(caret..)?.chars().next();
    let around = if here == Some(open) { Some(caret) } else { opening(text, caret, open, close) };
    let pair = |start: usize| Some((start, closing(text, start + 1, open, close)?));
    let behind = || text.get(caret..).and_then(|it| it.find(open)).map(|at| caret + at);
    let (start, end) = around.and_then(pair).or_else(|| behind().and_then(pair))?;
    if span == ObjectSpan::Around {
        return Some(Object { range: start..end + 1, is_linewise: false });
    }
    // Between brackets on lines of their own: the lines.
    let inner = text.get(start + 1..end)?;
    if let Some(lines) = inner.strip_prefix('\n')
        && let Some(last) = lines.rfind('\n')
        && lines.get(last..).is_some_and(|it| it.trim().is_empty())
    {
        return Some(Object { range: start + 2..start + 2 + last, is_linewise: true });
    }
    Some(Object { range: start + 1..end, is_linewise: false })
}

/// The lines of a paragraph, or the empty lines between two; around them with the empty lines that
/// follow, or else with those before.
fn paragraph(editor: &Editor, span: ObjectSpan) -> Range<usize> {
    let text = editor.text();
    let line = editor.line_around(editor.caret());
    let is_gap = line.is_empty();
    let here = run_of_lines(editor, line, is_gap);
    if span == ObjectSpan::Inner {
        return here;
    }
    if here.end < text.len() {
        let next = editor.line_around(here.end + 1);
        return here.start..run_of_lines(editor, next, !is_gap).end;
    }
    if here.start > 0 && !is_gap {
        let before = editor.line_around(here.start - 1);
        return run_of_lines(editor, before, true).start..here.end;
    }
    here
}

/// The lines around one that are empty as it is, or are not.
fn run_of_lines(editor: &Editor, line: Range<usize>, empty: bool) -> Range<usize> {
    let (mut start, mut end) = (line.start, line.end);
    while start > 0 && editor.line_around(start - 1).is_empty() == empty {
        start = editor.line_around(start - 1).start;
    }
    while end < editor.text().len() && editor.line_around(end + 1).is_empty() == empty {
        end = editor.line_around(end + 1).end;
    }
    start..end
}
