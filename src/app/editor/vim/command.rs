//! The commands of normal mode, and operators.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::{Editor, Motion, SelectionMode};
use super::motion::{self, Find, MotionTarget, Reach};
use super::registers::{BLACK_HOLE, Register};
use super::text_object::Object;
use super::{ObjectSpan, Prefix, Region, Vim, VimMode, VimOperator, edits, text_object};

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
        if self.operator.is_some() && motion::is_stuck(editor, c) {
            return self.clear_pending();
        }
        let goal_column = self.goal_column.take();
        if matches!(c, 'j' | 'k') {
            return self.go_up_or_down(editor, c, goal_column);
        }
        if let Some(target) = motion::target(editor, c, self.total_count()) {
            // Beyond the end of the line, `j` and `k` stay at the ends of lines.
            self.goal_column = (c == '$').then_some(usize::MAX);
            return self.go(editor, target, c);
        }
        if matches!(c, ';' | ',')
            && let Some((find, wanted)) = self.last_find
        {
            let find = if c == ';' { find } else { find.reversed() };
            return self.find_again(editor, find, wanted);
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
            Prefix::Object(span) => match self.operator {
                None => self.select_object(editor, span, c),
                Some(operator) => match text_object::find(editor, span, c) {
                    None => self.clear_pending(),
                    Some(Object { range, is_linewise }) => {
                        self.apply(editor, operator, Region::new(range, is_linewise));
                    }
                },
            },
        }
    }

    fn find(&mut self, editor: &mut Editor, find: Find, wanted: char) {
        match motion::find(editor, find, wanted, self.total_count()) {
            Some(target) => self.go(editor, target, 'f'),
            None => self.clear_pending(),
        }
    }

    /// The same once more: where the caret is beside a character already, the one behind it counts.
    fn find_again(&mut self, editor: &mut Editor, find: Find, wanted: char) {
        let count = self.total_count();
        let nearest = motion::find(editor, find, wanted, count);
        if count <= 1 && nearest.is_some_and(|it| it.at == editor.caret()) {
            self.count = 2;
        }
        self.find(editor, find, wanted);
    }

    /// Counts before an operator and before its motion multiply; zero is none.
    fn total_count(&self) -> usize {
        match (self.operator_count, self.count) {
            (0, count) | (count, 0) => count,
            (one, two) => one.saturating_mul(two).min(MAX_COUNT),
        }
    }

    /// Moves the caret, or applies the operator that waits.
    fn go(&mut self, editor: &mut Editor, target: MotionTarget, motion: char) {
        let Some(operator) = self.operator else {
            let select =
                if self.is_visual() { SelectionMode::Extend } else { SelectionMode::Clear };
            editor.move_caret_to(target.at, select);
            return self.clear_pending();
        };
        let region = region(editor, operator, target, motion);
        self.apply(editor, operator, region);
    }

    /// `j` and `k` keep the column from which they began.
    fn go_up_or_down(&mut self, editor: &mut Editor, c: char, goal_column: Option<usize>) {
        let column = goal_column.unwrap_or_else(|| motion::column(editor));
        let target = motion::vertical(editor, c == 'j', self.total_count().max(1), column);
        self.go(editor, target, c);
        self.goal_column = Some(column);
    }

    fn start_operator(&mut self, editor: &mut Editor, operator: VimOperator) {
        if self.is_visual() {
            let (range, is_linewise) = self.visual_range(editor);
            return self.apply(editor, operator, Region::new(range, is_linewise));
        }
        if self.operator == Some(operator) {
            let lines = self.total_count().max(1).saturating_sub(1);
            let first = editor.caret();
            let end = motion::line_down(editor, lines).end;
            let range = editor.line_around(first).start..end;
            return self.apply(editor, operator, Region { range, is_linewise: true, first });
        }
        self.operator = Some(operator);
        self.operator_count = std::mem::take(&mut self.count);
    }

    pub(super) fn apply(&mut self, editor: &mut Editor, operator: VimOperator, region: Region) {
        let Region { range, is_linewise, first } = region;
        if range.is_empty() && !is_linewise && operator != VimOperator::Change {
            return self.clear_pending();
        }
        if is_linewise || !range.is_empty() {
            let register = Register::of(editor, range.clone(), is_linewise);
            self.registers.set(self.register, register);
        }
        let keeps = self.register != Some(BLACK_HOLE);
        self.mode = VimMode::Normal;
        self.clear_pending();
        if operator == VimOperator::Yank {
            return editor.move_caret_to(first, SelectionMode::Clear);
        }
        let deletes_lines = is_linewise && operator == VimOperator::Delete;
        let gone = if deletes_lines {
            edits::with_line_break(editor, range.clone())
        } else {
            range.clone()
        };
        if keeps {
            editor.cut_range(gone);
        } else {
            editor.replace_range(gone, "");
        }
        if deletes_lines {
            edits::go_to_first_non_blank(editor, range.start);
        } else {
            editor.move_caret_to(range.start, SelectionMode::Clear);
        }
        if operator == VimOperator::Change {
            self.mode = VimMode::Insert;
        }
    }

    fn run_normal(&mut self, editor: &mut Editor, c: char) {
        let (count, caret) = (self.count.max(1), editor.caret());
        let line = editor.line_around(caret);
        let right = (0..count).fold(caret, |at, _| motion::next(editor.text(), at)).min(line.end);
        let left =
            (0..count).fold(caret, |at, _| motion::previous(editor.text(), at)).max(line.start);
        let apply = |vim: &mut Self, editor: &mut Editor, operator, range| {
            vim.apply(editor, operator, Region::new(range, false));
        };
        match c {
            'x' => return apply(self, editor, VimOperator::Delete, caret..right),
            'X' => return apply(self, editor, VimOperator::Delete, left..caret),
            's' => return apply(self, editor, VimOperator::Change, caret..right),
            'S' => return self.start_twice(editor, VimOperator::Change),
            'D' => return apply(self, editor, VimOperator::Delete, caret..line.end),
            'C' => return apply(self, editor, VimOperator::Change, caret..line.end),
            'Y' => return self.start_twice(editor, VimOperator::Yank),
            'p' | 'P' => {
                if let Some(register) = self.registers.get(self.register) {
                    edits::put(editor, register, c == 'p', count);
                }
            }
            'u' => (0..count).for_each(|_| self.undo(editor)),
            'v' => self.switch_visual(editor, VimMode::Visual),
            'V' => self.switch_visual(editor, VimMode::VisualLine),
            'J' => edits::join_lines(editor, count),
            '~' => edits::switch_case(editor, caret..right),
            _ => self.start_insert(editor, c),
        }
        self.clear_pending();
    }

    /// An operator on the caret's line, as if it were typed twice.
    fn start_twice(&mut self, editor: &mut Editor, operator: VimOperator) {
        self.start_operator(editor, operator);
        self.start_operator(editor, operator);
    }

    /// `r`: replaces characters by another one, where there are as many.
    fn replace(&mut self, editor: &mut Editor, with: char) {
        if self.is_visual() {
            let (range, _) = self.visual_range(editor);
            edits::replace_each(editor, range.clone(), with);
            editor.move_caret_to(range.start, SelectionMode::Clear);
        } else {
            let (caret, count) = (editor.caret(), self.count.max(1));
            let line = editor.line_around(caret);
            let rest = editor.text().get(caret..line.end).unwrap_or_default();
            if rest.graphemes(true).count() >= count {
                let end = (0..count).fold(caret, |at, _| motion::next(editor.text(), at));
                edits::replace_each(editor, caret..end, with);
                let last = motion::previous(editor.text(), editor.caret());
                editor.move_caret_to(last, SelectionMode::Clear);
            }
        }
        self.mode = VimMode::Normal;
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
            // Undo leads back to where the caret is now.
            'o' => editor.replace_range(line.end..line.end, "\n"),
            'O' => {
                editor.replace_range(line.start..line.start, "\n");
                editor.move_caret(Motion::Left, SelectionMode::Clear);
            }
            _ => return,
        }
        self.mode = VimMode::Insert;
    }
}

/// What an operator works on with a motion.
fn region(editor: &Editor, operator: VimOperator, target: MotionTarget, motion: char) -> Region {
    let (text, caret) = (editor.text(), editor.caret());
    let (start, mut end) = (caret.min(target.at), caret.max(target.at));
    if target.reach == Reach::Linewise {
        let range = edits::whole_lines(editor, start..end);
        return Region { range, is_linewise: true, first: start };
    }
    if target.reach == Reach::Inclusive {
        end = motion::next(text, end);
    }
    if matches!(motion, 'w' | 'W') {
        end = end_of_word_motion(text, start..end, operator);
    }
    let line = editor.line_around(start);
    let is_in_indent = start <= motion::first_non_blank(text, line.clone());
    let spans_lines = end > line.end;
    // An exclusive motion to the beginning of a line stops at the end of the line before.
    if spans_lines && target.reach == Reach::Exclusive && editor.line_around(end).start == end {
        end = end.saturating_sub(1);
        if is_in_indent && start < end {
            return Region { range: line.start..end, is_linewise: true, first: start };
        }
    }
    let rest = text.get(end..editor.line_around(end).end).unwrap_or_default();
    if operator == VimOperator::Delete && end > line.end && is_in_indent && rest.trim().is_empty() {
        return Region {
            range: edits::whole_lines(editor, start..end),
            is_linewise: true,
            first: start,
        };
    }
    Region::new(start..end, false)
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
