//! Vim keys over the editor: modes, counts, operators, motions, text objects and registers.
//! Must not move by bytes: every position comes from the editor's graphemes.

mod change;
mod command;
mod edits;
mod motion;
mod registers;
mod text_object;
mod undo;
mod visual;

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::settings::Keymap;

use super::{Editor, SelectionMode, keys};
use change::VimChange;
use motion::Find;
use registers::Registers;

/// The mode of the composer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VimMode {
    /// Keys type text, as without vim.
    #[default]
    Insert,
    /// Keys are commands and motions.
    Normal,
    /// Keys extend the selection.
    Visual,
    /// Keys extend a selection of whole lines.
    VisualLine,
}

impl VimMode {
    /// The name that the screen shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Normal => "NORMAL",
            Self::Visual => "VISUAL",
            Self::VisualLine => "V-LINE",
        }
    }
}

/// What vim mode made of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VimKey {
    /// The key was used; the editor may have changed.
    Used,
    /// It means what it means without vim.
    Passed,
}

/// What the next character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    /// `"`: the name of a register.
    Register,
    /// `g`: the second key of a motion such as `gg`.
    G,
    /// `r`: the replacement.
    Replace,
    /// `f`, `F`, `t` or `T`: the character to find.
    Find(Find),
    /// `i` or `a`: the text object.
    Object(ObjectSpan),
}

/// Whether a text object comes with what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ObjectSpan {
    /// `i`: without it.
    Inner,
    /// `a`: with it.
    Around,
}

/// An operator that waits for its motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VimOperator {
    Delete,
    Change,
    Yank,
}

/// What an operator works on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Region {
    range: Range<usize>,
    /// Whether an operator takes whole lines, line breaks included.
    is_linewise: bool,
    /// Where the caret goes if the text stays.
    first: usize,
}

impl Region {
    const fn new(range: Range<usize>, is_linewise: bool) -> Self {
        let first = range.start;
        Self { range, is_linewise, first }
    }
}

/// The state of vim keys.
#[derive(Debug, Clone, Default)]
pub struct Vim {
    mode: VimMode,
    /// The count typed so far; zero is none.
    count: usize,
    /// The count typed before the operator.
    operator_count: usize,
    operator: Option<VimOperator>,
    prefix: Option<Prefix>,
    register: Option<char>,
    registers: Registers,
    /// The other end of the visual selection.
    visual_start: usize,
    last_find: Option<(Find, char)>,
    /// The keys since the last complete command.
    recording: Vec<KeyEvent>,
    /// The keys of the last change, for `.`.
    last_change: Vec<KeyEvent>,
    /// The revision of the text when the command began.
    revision: u64,
    /// How many steps the editor could undo then.
    undo_depth: usize,
    /// What commands have changed, and what of that was undone.
    changes: Vec<VimChange>,
    undone: Vec<VimChange>,
    /// The column that `j` and `k` keep.
    goal_column: Option<usize>,
}

impl Vim {
    /// The mode, for the status line.
    #[must_use]
    pub const fn mode(&self) -> VimMode {
        self.mode
    }

    /// Handles a key by the rules of the mode; `.` repeats the keys of the last change.
    pub fn handle_key(&mut self, editor: &mut Editor, keymap: &Keymap, key: KeyEvent) -> VimKey {
        if self.recording.is_empty() {
            self.revision = editor.revision();
            self.undo_depth = editor.undo_depth();
        }
        let repeats = self.mode == VimMode::Normal
            && self.is_idle()
            && key.code == KeyCode::Char('.')
            && key.modifiers.is_empty();
        if repeats {
            self.repeat(editor, keymap);
            return VimKey::Used;
        }
        self.recording.push(key);
        let used = self.dispatch(editor, key);
        if used == VimKey::Used {
            self.end_command(editor, key);
        } else if self.mode != VimMode::Insert {
            self.recording.clear();
        }
        used
    }

    fn dispatch(&mut self, editor: &mut Editor, key: KeyEvent) -> VimKey {
        if key.code == KeyCode::Esc && key.modifiers.is_empty() {
            return self.escape(editor);
        }
        if self.mode == VimMode::Insert {
            return VimKey::Passed;
        }
        let redoes = key.code == KeyCode::Char('r') && key.modifiers == KeyModifiers::CONTROL;
        match key.code {
            _ if redoes => self.redo(editor),
            KeyCode::Char(c) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
                self.handle_char(editor, c);
            }
            KeyCode::Backspace => self.handle_char(editor, 'h'),
            _ => return VimKey::Passed,
        }
        VimKey::Used
    }

    /// Esc: to normal mode; there it drops a command that is not complete.
    fn escape(&mut self, editor: &mut Editor) -> VimKey {
        if self.mode == VimMode::Normal && self.is_idle() {
            return VimKey::Passed;
        }
        if self.mode == VimMode::Insert && editor.caret() > editor.line_around(editor.caret()).start
        {
            editor.move_caret(super::Motion::Left, SelectionMode::Clear);
        }
        self.clear_pending();
        self.mode = VimMode::Normal;
        editor.move_caret_to(editor.caret(), SelectionMode::Clear);
        VimKey::Used
    }

    /// Once a command is complete: the caret stays on a character, and a change can be repeated.
    fn end_command(&mut self, editor: &mut Editor, key: KeyEvent) {
        if self.mode != VimMode::Normal || !self.is_idle() {
            return;
        }
        let line = editor.line_around(editor.caret());
        if editor.caret() == line.end && !line.is_empty() {
            editor.move_caret(super::Motion::Left, SelectionMode::Clear);
        }
        let keys = std::mem::take(&mut self.recording);
        let undoes = matches!(key.code, KeyCode::Char('u' | 'r')) && keys.len() == 1;
        if editor.revision() != self.revision && !undoes {
            self.remember_change(editor, self.undo_depth);
            self.last_change = keys;
        }
    }

    fn repeat(&mut self, editor: &mut Editor, keymap: &Keymap) {
        let before = editor.undo_depth();
        for key in self.last_change.clone() {
            if self.dispatch(editor, key) == VimKey::Passed {
                keys::handle_key(editor, keymap, key);
            }
        }
        self.remember_change(editor, before);
    }

    const fn is_idle(&self) -> bool {
        self.count == 0
            && self.operator.is_none()
            && self.prefix.is_none()
            && self.register.is_none()
    }

    fn clear_pending(&mut self) {
        (self.count, self.operator_count) = (0, 0);
        (self.operator, self.prefix, self.register) = (None, None, None);
    }
}

#[cfg(test)]
mod tests;
