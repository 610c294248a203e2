//! The text objects of vim: words, quotes, brackets, paragraphs.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::Editor;
use super::ObjectSpan;
use super::motion::{Class, WordKind, class_of, closing, opening, skip, skip_back};

/// The range of a text object at the caret; `None` where there is none.
pub(super) fn range(editor: &Editor, span: ObjectSpan, object: char) -> Option<Range<usize>> {
    match object {
        'w' => Some(word(editor, span, WordKind::Small)),
        'W' => Some(word(editor, span, WordKind::Big)),
        '"' | '\'' | '`' => quoted(editor, span, object),
        '(' | ')' | 'b' => bracketed(editor, span, '(', ')'),
        '[' | ']' => bracketed(editor, span, '[', ']'),
        '{' | '}' | 'B' => bracketed(editor, span, '{', '}'),
        '<' | '>' => bracketed(editor, span, '<', '>'),
        'p' => Some(paragraph(editor, span)),
        _ => None,
    }
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
    Some(match span {
        ObjectSpan::Inner => open + 1..close,
        ObjectSpan::Around => open..close + 1,
    })
}

fn bracketed(editor: &Editor, span: ObjectSpan, open: char, close: char) -> Option<Range<usize>> {
    let (text, caret) = (editor.text(), editor.caret());
    let here = text.get(caret..)?.chars().next();
    let start = if here == Some(open) { caret } else { opening(text, caret, open, close)? };
    let end = closing(text, start + 1, open, close)?;
    Some(match span {
        ObjectSpan::Inner => start + 1..end,
        ObjectSpan::Around => start..end + 1,
    })
}

/// The lines up to an empty one on both sides; around it with the empty lines that follow.
fn paragraph(editor: &Editor, span: ObjectSpan) -> Range<usize> {
    let (text, caret) = (editor.text(), editor.caret());
    let start = text.get(..caret).and_then(|it| it.rfind("\n\n")).map_or(0, |gap| gap + 2);
    let end =
        text.get(caret..).and_then(|it| it.find("\n\n")).map_or(text.len(), |gap| caret + gap);
    let end = end.max(start);
    if span == ObjectSpan::Inner {
        return start..end;
    }
    let rest = text.get(end..).unwrap_or_default();
    start..end + (rest.len() - rest.trim_start_matches('\n').len())
}
