//! Visual mode: what is selected, and the commands for it.

use std::ops::Range;

use super::super::{Editor, SelectionMode};
use super::edits;
use super::motion;
use super::registers::Register;
use super::text_object::{self, Object};
use super::{ObjectSpan, Region, Vim, VimMode, VimOperator};

impl Vim {
    pub(super) const fn is_visual(&self) -> bool {
        matches!(self.mode, VimMode::Visual | VimMode::VisualLine)
    }

    /// Selects a text object, by characters or by lines as that object is. Words and paragraphs are
    /// added to what is selected already.
    pub(super) fn select_object(&mut self, editor: &mut Editor, span: ObjectSpan, name: char) {
        let adds = editor.caret() > self.visual_start && matches!(name, 'w' | 'W' | 'p');
        let before = editor.caret();
        if adds {
            let next = motion::next_over_lines(editor.text(), before);
            editor.move_caret_to(next, SelectionMode::Extend);
        }
        if let Some(Object { range, is_linewise }) = text_object::find(editor, span, name) {
            self.mode = if is_linewise { VimMode::VisualLine } else { VimMode::Visual };
            self.visual_start = if adds { self.visual_start } else { range.start };
            let last = motion::previous(editor.text(), range.end).max(range.start);
            editor.move_caret_to(self.visual_start, SelectionMode::Clear);
            editor.move_caret_to(last, SelectionMode::Extend);
        } else {
            editor.move_caret_to(before, SelectionMode::Extend);
        }
        self.clear_pending();
    }

    /// The selection with the character under the caret, or its whole lines.
    pub(super) fn visual_range(&self, editor: &Editor) -> (Range<usize>, bool) {
        let start = self.visual_start.min(editor.text().len());
        let (first, last) = (start.min(editor.caret()), start.max(editor.caret()));
        if self.mode == VimMode::VisualLine {
            return (edits::whole_lines(editor, first..last), true);
        }
        (first..motion::next(editor.text(), last), false)
    }

    pub(super) fn run_visual(&mut self, editor: &mut Editor, c: char) {
        let (range, is_linewise) = self.visual_range(editor);
        let selected = Region::new(range.clone(), is_linewise);
        let lines = if is_linewise {
            selected.clone()
        } else {
            let last = motion::previous(editor.text(), range.end).max(range.start);
            Region::new(edits::whole_lines(editor, range.start..last), true)
        };
        match c {
            'x' => self.apply(editor, VimOperator::Delete, selected),
            's' => self.apply(editor, VimOperator::Change, selected),
            'D' | 'X' => self.apply(editor, VimOperator::Delete, lines),
            'C' | 'S' => self.apply(editor, VimOperator::Change, lines),
            'Y' => self.apply(editor, VimOperator::Yank, lines),
            'p' | 'P' => self.put_over(editor, c),
            'J' => {
                let lines = editor.text().get(lines.range).unwrap_or_default();
                let count = lines.matches('\n').count().saturating_add(1);
                editor.move_caret_to(range.start, SelectionMode::Clear);
                self.mode = VimMode::Normal;
                edits::join_lines(editor, count);
            }
            'o' => {
                let other = std::mem::replace(&mut self.visual_start, editor.caret());
                editor.move_caret_to(self.visual_start, SelectionMode::Clear);
                editor.move_caret_to(other, SelectionMode::Extend);
            }
            'v' => self.switch_visual(editor, VimMode::Visual),
            'V' => self.switch_visual(editor, VimMode::VisualLine),
            '~' => {
                edits::switch_case(editor, range.clone());
                self.mode = VimMode::Normal;
                editor.move_caret_to(range.start, SelectionMode::Clear);
            }
            _ => {}
        }
        self.clear_pending();
    }

    /// Puts a register in the place of the selection, which the unnamed register holds from then on;
    /// with `P` it stays as it was.
    fn put_over(&mut self, editor: &mut Editor, c: char) {
        let (range, is_linewise) = self.visual_range(editor);
        self.mode = VimMode::Normal;
        let Some(register) = self.registers.get(self.register).cloned() else {
            return self.apply(editor, VimOperator::Delete, Region::new(range, is_linewise));
        };
        if c == 'p' {
            self.registers.set(None, Register::of(editor, range.clone(), is_linewise));
        }
        edits::put_over(editor, range, is_linewise, &register, self.count.max(1));
    }

    pub(super) fn switch_visual(&mut self, editor: &mut Editor, mode: VimMode) {
        if self.mode == mode {
            self.mode = VimMode::Normal;
            return editor.move_caret_to(editor.caret(), SelectionMode::Clear);
        }
        if !self.is_visual() {
            self.visual_start = editor.caret();
        }
        self.mode = mode;
    }
}
