//! The edits of vim that have no counterpart in the editor: put, replace, join, other case.
//! Must not know the mode.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::{Editor, SelectionMode};
use super::motion;
use super::registers::Register;

/// The lines that a range touches, without the last line break.
pub(super) fn whole_lines(editor: &Editor, range: Range<usize>) -> Range<usize> {
    editor.line_around(range.start).start..editor.line_around(range.end).end
}

/// Lines with the line break that goes with them.
pub(super) fn with_line_break(editor: &Editor, lines: Range<usize>) -> Range<usize> {
    if lines.end < editor.text().len() {
        lines.start..lines.end + 1
    } else {
        lines.start.saturating_sub(1)..lines.end
    }
}

/// Moves the caret to the first character of its line that is no white space.
pub(super) fn go_to_first_non_blank(editor: &mut Editor, at: usize) {
    let line = editor.line_around(at);
    editor.move_caret_to(motion::first_non_blank(editor.text(), line), SelectionMode::Clear);
}

/// Inserts a register after the caret or before it; whole lines below or above.
pub(super) fn put(editor: &mut Editor, register: &Register, is_after: bool, count: usize) {
    let text = register.text.repeat(count);
    let line = editor.line_around(editor.caret());
    let at = match (register.linewise, is_after) {
        (true, true) => line.end,
        (true, false) => line.start,
        (false, true) => motion::next(editor.text(), editor.caret()).min(line.end),
        (false, false) => editor.caret(),
    };
    if !register.linewise {
        editor.replace_range(at..at, &text);
        return go_to_put(editor, at, &text);
    }
    let (text, start) = if is_after {
        (format!("\n{}", without_last_break(&text)), at.saturating_add(1))
    } else {
        (text, at)
    };
    editor.replace_range(at..at, &text);
    go_to_first_non_blank(editor, start);
}

/// Puts a register in the place of a selection, lines on lines of their own.
pub(super) fn put_over(
    editor: &mut Editor,
    selected: Range<usize>,
    is_linewise: bool,
    register: &Register,
    count: usize,
) {
    let text = register.text.repeat(count);
    let (text, start) = match (register.linewise, is_linewise) {
        (_, true) => (without_last_break(&text).to_owned(), selected.start),
        (true, false) => (format!("\n{text}"), selected.start.saturating_add(1)),
        (false, false) => (text, selected.start),
    };
    editor.replace_range(selected, &text);
    if register.linewise || is_linewise {
        go_to_first_non_blank(editor, start);
    } else {
        go_to_put(editor, start, &text);
    }
}

fn without_last_break(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// The caret goes to the last character that was put, or to the first of several lines.
fn go_to_put(editor: &mut Editor, at: usize, text: &str) {
    let last = motion::previous(editor.text(), at.saturating_add(text.len()));
    let caret = if text.contains('\n') { at } else { last.max(at) };
    editor.move_caret_to(caret, SelectionMode::Clear);
}

/// Replaces every character of a range by another one, but for line breaks.
pub(super) fn replace_each(editor: &mut Editor, range: Range<usize>, with: char) {
    let old = editor.text().get(range.clone()).unwrap_or_default();
    let new: String = old.graphemes(true).map(|it| if it == "\n" { '\n' } else { with }).collect();
    editor.replace_range(range, &new);
}

/// Turns small letters into capitals, and the other way round.
pub(super) fn switch_case(editor: &mut Editor, range: Range<usize>) {
    let old = editor.text().get(range.clone()).unwrap_or_default();
    let new: String = old
        .chars()
        .flat_map(|c| {
            let upper = c.is_uppercase();
            let lower: Vec<char> = c.to_lowercase().collect();
            if upper { lower } else { c.to_uppercase().collect() }
        })
        .collect();
    editor.replace_range(range, &new);
}

/// Joins so many lines, at least two, with one space where there are words on both sides.
pub(super) fn join_lines(editor: &mut Editor, count: usize) {
    for _ in 0..count.saturating_sub(1).max(1) {
        let line = editor.line_around(editor.caret());
        let Some(rest) = editor.text().get(line.end + 1..) else {
            return;
        };
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let next = rest.get(indent..).and_then(|it| it.chars().next());
        let before = editor.text().get(line.clone()).unwrap_or_default();
        let needs_space = !before.is_empty()
            && !before.ends_with(' ')
            && next.is_some_and(|c| c != '\n' && c != ')');
        let space = if needs_space { " " } else { "" };
        editor.replace_range(line.end..line.end + 1 + indent, space);
        editor.move_caret_to(line.end, SelectionMode::Clear);
    }
}
