//! Where the motions of vim lead.

use unicode_segmentation::UnicodeSegmentation;

use super::super::Editor;

/// How far an operator reaches with a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Up to the target.
    Exclusive,
    /// The character at the target too.
    Inclusive,
    /// The whole lines between.
    Linewise,
}

/// Where a motion leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MotionTarget {
    pub(super) at: usize,
    pub(super) reach: Reach,
}

/// A search for a character in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Find {
    /// `f`: onto the next one.
    Onto,
    /// `t`: before the next one.
    Before,
    /// `F`: back onto the one before.
    BackOnto,
    /// `T`: back to after the one before.
    BackAfter,
}

impl Find {
    pub(super) const fn reversed(self) -> Self {
        match self {
            Self::Onto => Self::BackOnto,
            Self::Before => Self::BackAfter,
            Self::BackOnto => Self::Onto,
            Self::BackAfter => Self::Before,
        }
    }
}

/// What kind of character a grapheme is, for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Space,
    Punctuation,
    Word,
}

/// Whether words end at white space only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    Small,
    Big,
}

pub(super) fn class_of(grapheme: &str, kind: WordKind) -> Class {
    match grapheme.chars().next() {
        None => Class::Space,
        Some(c) if c.is_whitespace() => Class::Space,
        Some(c) if kind == WordKind::Big || c.is_alphanumeric() || c == '_' => Class::Word,
        Some(_) => Class::Punctuation,
    }
}

/// The target of a motion by one character; `None` where it is no motion.
pub(super) fn target(editor: &Editor, motion: char, count: usize) -> Option<MotionTarget> {
    let (text, caret, times) = (editor.text(), editor.caret(), count.max(1));
    let line = editor.line_around(caret);
    let repeat = |step: &dyn Fn(usize) -> usize| (0..times).fold(caret, |at, _| step(at));
    let exclusive = |at| MotionTarget { at, reach: Reach::Exclusive };
    let inclusive = |at| MotionTarget { at, reach: Reach::Inclusive };
    let linewise = |at| MotionTarget { at, reach: Reach::Linewise };
    Some(match motion {
        'h' => exclusive(repeat(&|at| previous(text, at)).max(line.start)),
        'l' => exclusive(repeat(&|at| next(text, at)).min(line.end)),
        ' ' => exclusive(repeat(&|at| next_over_lines(text, at))),
        'w' => exclusive(repeat(&|at| next_word(text, at, WordKind::Small))),
        'W' => exclusive(repeat(&|at| next_word(text, at, WordKind::Big))),
        'b' => exclusive(repeat(&|at| word_before(text, at, WordKind::Small))),
        'B' => exclusive(repeat(&|at| word_before(text, at, WordKind::Big))),
        'e' => inclusive(repeat(&|at| word_end(text, at, WordKind::Small))),
        'E' => inclusive(repeat(&|at| word_end(text, at, WordKind::Big))),
        '0' => exclusive(line.start),
        '^' => exclusive(first_non_blank(text, line)),
        '$' => exclusive(line_down(editor, times.saturating_sub(1)).end),
        'G' => linewise(if count == 0 { last_line(editor) } else { nth_line(text, count) }),
        '}' => exclusive(repeat(&|at| paragraph_after(text, at))),
        '{' => exclusive(repeat(&|at| paragraph_before(text, at))),
        '%' => inclusive(matching_bracket(text, caret)?),
        _ => return None,
    })
}

/// The target of `gg`.
pub(super) fn first_line(editor: &Editor, count: usize) -> MotionTarget {
    MotionTarget { at: nth_line(editor.text(), count.max(1)), reach: Reach::Linewise }
}

/// The target of a search in the line; `None` where the character is not there.
pub(super) fn find(
    editor: &Editor,
    find: Find,
    wanted: char,
    count: usize,
) -> Option<MotionTarget> {
    let (text, caret) = (editor.text(), editor.caret());
    let line = editor.line_around(caret);
    let nth = count.max(1).saturating_sub(1);
    let is_it = |(at, grapheme): (usize, &str)| grapheme.starts_with(wanted).then_some(at);
    if matches!(find, Find::Onto | Find::Before) {
        let from = next(text, caret).min(line.end);
        let at =
            from + text.get(from..line.end)?.grapheme_indices(true).filter_map(is_it).nth(nth)?;
        let at = if find == Find::Before { previous(text, at) } else { at };
        return Some(MotionTarget { at, reach: Reach::Inclusive });
    }
    let before = text.get(line.start..caret)?.grapheme_indices(true).rev();
    let at = line.start + before.filter_map(is_it).nth(nth)?;
    let at = if find == Find::BackAfter { next(text, at) } else { at };
    Some(MotionTarget { at, reach: Reach::Exclusive })
}

/// The start of the next grapheme.
pub(super) fn next(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.graphemes(true).next().map_or(0, str::len)
}

/// The next character, which after the last of a line is the first of the next one.
pub(super) fn next_over_lines(text: &str, at: usize) -> usize {
    let next_at = next(text, at);
    let is_line_break = text.get(next_at..).is_some_and(|rest| rest.starts_with('\n'));
    let is_on_one = text.get(at..).is_some_and(|rest| rest.starts_with('\n'));
    if is_line_break && !is_on_one { next_at + 1 } else { next_at }
}

/// The start of the grapheme before.
pub(super) fn previous(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    at - before.graphemes(true).next_back().map_or(0, str::len)
}

fn class_at(text: &str, at: usize, kind: WordKind) -> Class {
    let rest = text.get(at..).unwrap_or_default();
    class_of(rest.graphemes(true).next().unwrap_or_default(), kind)
}

/// The first position from `at` on whose class is not this one.
pub(super) fn skip(text: &str, mut at: usize, kind: WordKind, class: Class) -> usize {
    while at < text.len() && class_at(text, at, kind) == class {
        at = next(text, at);
    }
    at
}

/// The first position of the run of this class that ends before `at`.
pub(super) fn skip_back(text: &str, mut at: usize, kind: WordKind, class: Class) -> usize {
    while at > 0 && class_at(text, previous(text, at), kind) == class {
        at = previous(text, at);
    }
    at
}

/// The start of the next word; an empty line is one.
fn next_word(text: &str, at: usize, kind: WordKind) -> usize {
    let class = class_at(text, at, kind);
    let mut end = if class == Class::Space { at } else { skip(text, at, kind, class) };
    while end < text.len() && class_at(text, end, kind) == Class::Space {
        if end > at && is_empty_line(text, end) {
            break;
        }
        end = next(text, end);
    }
    end
}

/// The start of the word before; an empty line is one.
fn word_before(text: &str, at: usize, kind: WordKind) -> usize {
    let mut end = at;
    while end > 0 && class_at(text, previous(text, end), kind) == Class::Space {
        end = previous(text, end);
        if is_empty_line(text, end) {
            return end;
        }
    }
    if end == 0 {
        return 0;
    }
    skip_back(text, end, kind, class_at(text, previous(text, end), kind))
}

fn is_empty_line(text: &str, at: usize) -> bool {
    let starts_line = at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n'));
    starts_line && text.get(at..).is_some_and(|rest| rest.starts_with('\n'))
}

fn word_end(text: &str, at: usize, kind: WordKind) -> usize {
    let start = skip(text, next(text, at), kind, Class::Space);
    if start >= text.len() {
        return previous(text, text.len()).max(at);
    }
    previous(text, skip(text, start, kind, class_at(text, start, kind)))
}

pub(super) fn first_non_blank(text: &str, line: std::ops::Range<usize>) -> usize {
    let words = text.get(line.clone()).unwrap_or_default();
    line.start + (words.len() - words.trim_start().len())
}

/// The line so many lines below the caret's, or the last one.
pub(super) fn line_down(editor: &Editor, lines: usize) -> std::ops::Range<usize> {
    let mut line = editor.line_around(editor.caret());
    for _ in 0..lines {
        if line.end < editor.text().len() {
            line = editor.line_around(line.end + 1);
        }
    }
    line
}

/// How many characters there are before the caret in its line.
pub(super) fn column(editor: &Editor) -> usize {
    let line = editor.line_around(editor.caret());
    let before = editor.text().get(line.start..editor.caret()).unwrap_or_default();
    before.graphemes(true).count()
}

/// The target of `j` and `k`: a column so many lines away.
pub(super) fn vertical(editor: &Editor, down: bool, lines: usize, column: usize) -> MotionTarget {
    let text = editor.text();
    let mut line = editor.line_around(editor.caret());
    for _ in 0..lines {
        if down && line.end < text.len() {
            line = editor.line_around(line.end + 1);
        } else if !down && line.start > 0 {
            line = editor.line_around(line.start - 1);
        }
    }
    let there = text.get(line.clone()).unwrap_or_default();
    let offset = there.grapheme_indices(true).nth(column).map_or(there.len(), |(at, _)| at);
    MotionTarget { at: line.start + offset, reach: Reach::Linewise }
}

/// Whether a motion leads nowhere from here, which ends the operator before it.
pub(super) fn is_stuck(editor: &Editor, motion: char) -> bool {
    let line = editor.line_around(editor.caret());
    match motion {
        'b' | 'B' => editor.caret() == 0,
        'k' => line.start == 0,
        'j' => line.end == editor.text().len(),
        _ => false,
    }
}

fn last_line(editor: &Editor) -> usize {
    editor.line_around(editor.text().len()).start
}

fn nth_line(text: &str, number: usize) -> usize {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    starts.take(number).last().unwrap_or(0)
}

fn paragraph_after(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let words = rest.len() - rest.trim_start_matches('\n').len();
    rest.get(words..).and_then(|it| it.find("\n\n")).map_or(text.len(), |gap| at + words + gap + 1)
}

fn paragraph_before(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default().trim_end_matches('\n');
    before.rfind("\n\n").map_or(0, |gap| gap + 1)
}

/// The bracket that matches the next one in the line.
fn matching_bracket(text: &str, caret: usize) -> Option<usize> {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let rest = text.get(caret..)?;
    let line = rest.split('\n').next()?;
    let (offset, bracket) = line.char_indices().find(|(_, c)| "()[]{}".contains(*c))?;
    let at = caret + offset;
    let (open, close) = PAIRS.into_iter().find(|(a, b)| *a == bracket || *b == bracket)?;
    if bracket == open {
        closing(text, at + 1, open, close)
    } else {
        opening(text, at, open, close)
    }
}

/// The bracket that closes what is open at a position.
pub(super) fn closing(text: &str, from: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.get(from..)?.char_indices() {
        if c == close && depth == 0 {
            return Some(from + at);
        }
        depth = depth + usize::from(c == open) - usize::from(c == close);
    }
    None
}

/// The bracket that opens what is closed at a position.
pub(super) fn opening(text: &str, before: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.get(..before)?.char_indices().rev() {
        if c == open && depth == 0 {
            return Some(at);
        }
        depth = depth + usize::from(c == close) - usize::from(c == open);
    }
    None
}
