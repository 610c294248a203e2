//! The commands of normal and visual mode.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::{Editor, Motion, SelectionMode};
use super::motion::{self, Find, MotionTarget, Reach};
use super::registers::{BLACK_HOLE, Register};
use super::{ObjectSpan, Prefix, Vim, VimMode, VimOperator, text_object};

/// The most times a command is repeated.
const MAX_COUNT: usize = 9999;

impl Vim {
    /// Handles a character of a command.
    pub(super) fn handle_char(&mut self, editor: &mut Editor, c: char) {
        if let Some(prefix) = self.prefix.take() {
            return self.after_prefix(editor, prefix, c);
        }
        if let Some(digit) = c.to_digit(10).filter(|digit| *digit > 0 || self.count > 0) {
            let digit = usize::try_from(digit).unwrap_or(0);
            self.count = self.count.saturating_mul(10).saturating_add(digit).min(MAX_COUNT);
            return;
        }
        if let Some(prefix) = self.prefix_of(c) {
            self.prefix = Some(prefix);
            return;
        }
        if let Some(operator) = operator_of(c) {
            return self.start_operator(editor, operator);
        }
        if let Some(target) = motion::target(editor, c, self.total_count()) {
            return self.go(editor, target, c);
        }
        if matches!(c, ';' | ',')
            && let Some((find, wanted)) = self.last_find
        {
            let find = if c == ';' { find } else { find.reversed() };
            return self.find(editor, find, wanted);
        }
        if self.operator.is_some() {
            return self.clear_pending();
        }
        if self.is_visual() { self.run_visual(editor, c) } else { self.run_normal(editor, c) }
    }

    fn prefix_of(&self, c: char) -> Option<Prefix> {
        let takes_object = self.operator.is_some() || self.is_visual();
        Some(match c {
            '"' => Prefix::Register,
            'g' => Prefix::G,
            'r' if self.operator.is_none() => Prefix::Replace,
            'f' => Prefix::Find(Find::Onto),
            't' => Prefix::Find(Find::Before),
            'F' => Prefix::Find(Find::BackOnto),
            'T' => Prefix::Find(Find::BackAfter),
            'i' if takes_object => Prefix::Object(ObjectSpan::Inner),
            'a' if takes_object => Prefix::Object(ObjectSpan::Around),
            _ => return None,
        })
    }

    fn after_prefix(&mut self, editor: &mut Editor, prefix: Prefix, c: char) {
        match prefix {
            Prefix::Register => self.register = Some(c),
            Prefix::G if c == 'g' => {
                self.go(editor, motion::first_line(editor, self.total_count()), 'g');
            }
            Prefix::G => self.clear_pending(),
            Prefix::Find(find) => {
                self.last_find = Some((find, c));
                self.find(editor, find, c);
            }
            Prefix::Replace => self.replace(editor, c),
            Prefix::Object(span) => match text_object::range(editor, span, c) {
                None => self.clear_pending(),
                Some(range) => self.take_object(editor, range),
            },
        }
    }

    fn find(&mut self, editor: &mut Editor, find: Find, wanted: char) {
        match motion::find(editor, find, wanted, self.total_count()) {
            Some(target) => self.go(editor, target, 'f'),
            None => self.clear_pending(),
        }
    }

    /// Counts before an operator and before its motion multiply; zero is none.
    fn total_count(&self) -> usize {
        match (self.operator_count, self.count) {
            (0, count) | (count, 0) => count,
            (one, two) => one.saturating_mul(two).min(MAX_COUNT),
        }
    }

    const fn is_visual(&self) -> bool {
        matches!(self.mode, VimMode::Visual | VimMode::VisualLine)
    }

    /// Moves the caret, or applies the operator that waits.
    fn go(&mut self, editor: &mut Editor, target: MotionTarget, motion: char) {
        let Some(operator) = self.operator else {
            let select =
                if self.is_visual() { SelectionMode::Extend } else { SelectionMode::Clear };
            editor.move_caret_to(target.at, select);
            return self.clear_pending();
        };
        let (text, caret) = (editor.text(), editor.caret());
        let (mut start, mut end) = (caret.min(target.at), caret.max(target.at));
        if target.reach == Reach::Inclusive {
            end = motion::next(text, end);
        }
        if matches!(motion, 'w' | 'W') {
            end = end_of_word_motion(text, start..end, operator);
        }
        let linewise = target.reach == Reach::Linewise;
        if linewise {
            start = editor.line_around(start).start;
            end = editor.line_around(end).end;
        }
        self.apply(editor, operator, start..end, linewise);
    }

    fn start_operator(&mut self, editor: &mut Editor, operator: VimOperator) {
        if self.is_visual() {
            let (range, linewise) = self.visual_range(editor);
            return self.apply(editor, operator, range, linewise);
        }
        if self.operator == Some(operator) {
            let lines = self.total_count().max(1).saturating_sub(1);
            let start = editor.line_around(editor.caret()).start;
            let end = motion::line_down(editor, lines).end;
            return self.apply(editor, operator, start..end, true);
        }
        self.operator = Some(operator);
        self.operator_count = std::mem::take(&mut self.count);
    }

    fn take_object(&mut self, editor: &mut Editor, range: Range<usize>) {
        if let Some(operator) = self.operator {
            return self.apply(editor, operator, range, false);
        }
        self.visual_start = range.start;
        let last = motion::previous(editor.text(), range.end).max(range.start);
        editor.move_caret_to(range.start, SelectionMode::Clear);
        editor.move_caret_to(last, SelectionMode::Extend);
        self.clear_pending();
    }

    /// The selection with the character under the caret, or its whole lines.
    fn visual_range(&self, editor: &Editor) -> (Range<usize>, bool) {
        let start = self.visual_start.min(editor.text().len());
        let (first, last) = (start.min(editor.caret()), start.max(editor.caret()));
        if self.mode == VimMode::VisualLine {
            return (editor.line_around(first).start..editor.line_around(last).end, true);
        }
        (first..motion::next(editor.text(), last), false)
    }

    fn apply(
        &mut self,
        editor: &mut Editor,
        operator: VimOperator,
        range: Range<usize>,
        linewise: bool,
    ) {
        let mut text = editor.text().get(range.clone()).unwrap_or_default().to_owned();
        if linewise {
            text.push('\n');
        }
        self.registers.set(self.register, Register { text, linewise });
        let keeps = self.register != Some(BLACK_HOLE);
        self.mode = VimMode::Normal;
        self.clear_pending();
        if operator == VimOperator::Yank {
            return editor.move_caret_to(range.start, SelectionMode::Clear);
        }
        let deletes_lines = linewise && operator == VimOperator::Delete;
        let range = if deletes_lines { with_line_break(editor, range) } else { range };
        if keeps {
            editor.cut_range(range);
        } else {
            editor.replace_range(range, "");
        }
        if deletes_lines {
            let line = editor.line_around(editor.caret());
            editor
                .move_caret_to(motion::first_non_blank(editor.text(), line), SelectionMode::Clear);
        }
        if operator == VimOperator::Change {
            self.mode = VimMode::Insert;
        }
    }

    fn run_visual(&mut self, editor: &mut Editor, c: char) {
        let (range, linewise) = self.visual_range(editor);
        match c {
            'x' | 'D' | 'X' => self.apply(editor, VimOperator::Delete, range, linewise),
            's' | 'C' | 'S' => self.apply(editor, VimOperator::Change, range, linewise),
            'Y' => self.apply(editor, VimOperator::Yank, range, true),
            'p' | 'P' => {
                let put = self.registers.get(self.register).map(|it| it.text.clone());
                self.apply(editor, VimOperator::Delete, range, linewise);
                editor.insert(&put.unwrap_or_default());
            }
            'o' => {
                let other = std::mem::replace(&mut self.visual_start, editor.caret());
                editor.move_caret_to(self.visual_start, SelectionMode::Clear);
                editor.move_caret_to(other, SelectionMode::Extend);
            }
            'v' => self.switch_visual(editor, VimMode::Visual),
            'V' => self.switch_visual(editor, VimMode::VisualLine),
            '~' => {
                self.switch_case(editor, range.clone());
                editor.move_caret_to(range.start, SelectionMode::Clear);
            }
            _ => {}
        }
        self.clear_pending();
    }

    fn switch_visual(&mut self, editor: &mut Editor, mode: VimMode) {
        if self.mode == mode {
            self.mode = VimMode::Normal;
            return editor.move_caret_to(editor.caret(), SelectionMode::Clear);
        }
        if !self.is_visual() {
            self.visual_start = editor.caret();
        }
        self.mode = mode;
    }

    fn run_normal(&mut self, editor: &mut Editor, c: char) {
        let (count, caret) = (self.count.max(1), editor.caret());
        let line = editor.line_around(caret);
        let right = (0..count).fold(caret, |at, _| motion::next(editor.text(), at)).min(line.end);
        let left =
            (0..count).fold(caret, |at, _| motion::previous(editor.text(), at)).max(line.start);
        match c {
            'x' => return self.apply(editor, VimOperator::Delete, caret..right, false),
            'X' => return self.apply(editor, VimOperator::Delete, left..caret, false),
            's' => return self.apply(editor, VimOperator::Change, caret..right, false),
            'S' => return self.apply(editor, VimOperator::Change, line, true),
            'D' => return self.apply(editor, VimOperator::Delete, caret..line.end, false),
            'C' => return self.apply(editor, VimOperator::Change, caret..line.end, false),
            'Y' => return self.apply(editor, VimOperator::Yank, line, true),
            'p' | 'P' => self.put(editor, c, count),
            'u' => (0..count).for_each(|_| editor.undo()),
            'v' => self.switch_visual(editor, VimMode::Visual),
            'V' => self.switch_visual(editor, VimMode::VisualLine),
            'J' => join_lines(editor, count),
            '~' => self.switch_case(editor, caret..right),
            _ => self.start_insert(editor, c),
        }
        self.clear_pending();
    }

    /// `i a I A o O`.
    fn start_insert(&mut self, editor: &mut Editor, c: char) {
        let line = editor.line_around(editor.caret());
        let go = |editor: &mut Editor, at| editor.move_caret_to(at, SelectionMode::Clear);
        match c {
            'i' => {}
            'a' => go(editor, motion::next(editor.text(), editor.caret()).min(line.end)),
            'I' => go(editor, motion::first_non_blank(editor.text(), line)),
            'A' => go(editor, line.end),
            'o' => {
                go(editor, line.end);
                editor.insert("\n");
            }
            'O' => {
                go(editor, line.start);
                editor.insert("\n");
                editor.move_caret(Motion::Left, SelectionMode::Clear);
            }
            _ => return,
        }
        self.mode = VimMode::Insert;
    }

    /// Inserts a register after the caret or before it; whole lines below or above.
    fn put(&self, editor: &mut Editor, c: char, count: usize) {
        let Some(register) = self.registers.get(self.register) else {
            return;
        };
        let text = register.text.repeat(count);
        let line = editor.line_around(editor.caret());
        let at = match (register.linewise, c) {
            (true, 'p') => line.end,
            (true, _) => line.start,
            (false, 'p') => motion::next(editor.text(), editor.caret()).min(line.end),
            (false, _) => editor.caret(),
        };
        if !register.linewise {
            editor.replace_range(at..at, &text);
            let last = motion::previous(editor.text(), editor.caret());
            return editor.move_caret_to(last, SelectionMode::Clear);
        }
        let (text, start) = match c {
            'p' => (format!("\n{}", text.trim_end_matches('\n')), at.saturating_add(1)),
            _ => (text, at),
        };
        editor.replace_range(at..at, &text);
        editor.move_caret_to(start, SelectionMode::Clear);
    }

    /// `r`: replaces characters by another one.
    fn replace(&mut self, editor: &mut Editor, with: char) {
        let caret = editor.caret();
        let (range, end) = if self.is_visual() {
            let (range, _) = self.visual_range(editor);
            (range.clone(), range.start)
        } else {
            let line = editor.line_around(caret);
            let count = self.count.max(1);
            let end = (0..count).fold(caret, |at, _| motion::next(editor.text(), at));
            (caret..end.min(line.end), caret)
        };
        let old = editor.text().get(range.clone()).unwrap_or_default();
        let new: String =
            old.graphemes(true).map(|it| if it == "\n" { '\n' } else { with }).collect();
        editor.replace_range(range, &new);
        editor.move_caret_to(end, SelectionMode::Clear);
        self.mode = VimMode::Normal;
        self.clear_pending();
    }

    fn switch_case(&mut self, editor: &mut Editor, range: Range<usize>) {
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
        self.mode = VimMode::Normal;
    }
}

const fn operator_of(c: char) -> Option<VimOperator> {
    match c {
        'd' => Some(VimOperator::Delete),
        'c' => Some(VimOperator::Change),
        'y' => Some(VimOperator::Yank),
        _ => None,
    }
}

/// As in vim, `dw` on the last word of a line stops at its end, and `cw` at the end of the word.
fn end_of_word_motion(text: &str, range: Range<usize>, operator: VimOperator) -> usize {
    let reached = text.get(range.clone()).unwrap_or_default();
    if operator == VimOperator::Change && !reached.starts_with(char::is_whitespace) {
        return range.start + reached.trim_end().len();
    }
    let words = reached.trim_end();
    let crosses = reached.get(words.len()..).and_then(|gap| gap.find('\n'));
    crosses.filter(|_| !words.is_empty()).map_or(range.end, |gap| range.start + words.len() + gap)
}

/// Lines with the line break that goes with them.
fn with_line_break(editor: &Editor, lines: Range<usize>) -> Range<usize> {
    if lines.end < editor.text().len() {
        lines.start..lines.end + 1
    } else {
        lines.start.saturating_sub(1)..lines.end
    }
}

/// Joins lines with one space between them.
fn join_lines(editor: &mut Editor, count: usize) {
    for _ in 0..count.saturating_sub(1).max(1) {
        let end = editor.line_around(editor.caret()).end;
        let Some(rest) = editor.text().get(end..).filter(|rest| !rest.is_empty()) else {
            return;
        };
        let blank = rest.len() - rest.trim_start().len();
        editor.replace_range(end..end + blank, " ");
        editor.move_caret_to(end, SelectionMode::Clear);
    }
}
