//! Vim keys over the editor: modes, counts, operators, motions, text objects and registers.
//! Must not move by bytes: every position comes from the editor's graphemes.

mod change;
mod command;
mod edits;
mod motion;
mod registers;
mod repeat;
mod text_object;
mod undo;
mod visual;

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Editor, SelectionMode};
use change::VimChange;
use motion::Find;
use registers::Registers;
use repeat::{InsertionStart, RepeatableChange};

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
    /// The keys of the command that is being typed.
    recording: Vec<KeyEvent>,
    /// The text as the insert mode began; `None` until its first key, and in the other modes.
    insertion_start: Option<InsertionStart>,
    /// The last change, for `.`.
    last_change: RepeatableChange,
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

    /// Begins with another text: what was typed for the one before is over.
    pub fn start_over(&mut self) {
        self.clear_pending();
        self.recording.clear();
        self.insertion_start = None;
        self.changes.clear();
        self.undone.clear();
        if self.is_visual() {
            self.mode = VimMode::Normal;
        }
    }

    /// Handles a key by the rules of the mode; `.` repeats the last change.
    pub fn handle_key(&mut self, editor: &mut Editor, key: KeyEvent) -> VimKey {
        if self.mode == VimMode::Insert {
            return self.handle_insert_key(editor, key);
        }
        if self.recording.is_empty() {
            self.begin_command(editor);
        }
        let repeats = self.mode == VimMode::Normal
            && self.is_idle()
            && key.code == KeyCode::Char('.')
            && key.modifiers.is_empty();
        if repeats {
            self.repeat(editor);
            return VimKey::Used;
        }
        self.recording.push(key);
        let used = self.dispatch(editor, key);
        match (used, self.mode) {
            (VimKey::Passed, _) => self.recording.clear(),
            (VimKey::Used, VimMode::Insert) => {
                self.insertion_start = Some(InsertionStart::of(editor));
            }
            (VimKey::Used, _) => self.end_command(editor),
        }
        used
    }

    /// In the insert mode keys type text, as without vim; Esc leaves it.
    fn handle_insert_key(&mut self, editor: &mut Editor, key: KeyEvent) -> VimKey {
        if self.insertion_start.is_none() {
            self.begin_command(editor);
            self.insertion_start = Some(InsertionStart::of(editor));
        }
        if key.code != KeyCode::Esc || !key.modifiers.is_empty() {
            return VimKey::Passed;
        }
        self.escape(editor);
        self.end_command(editor);
        VimKey::Used
    }

    fn begin_command(&mut self, editor: &Editor) {
        self.revision = editor.revision();
        self.undo_depth = editor.undo_depth();
    }

    fn dispatch(&mut self, editor: &mut Editor, key: KeyEvent) -> VimKey {
        if key.code == KeyCode::Esc && key.modifiers.is_empty() {
            return self.escape(editor);
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

    /// Remembers a command once it is complete.
    fn end_command(&mut self, editor: &mut Editor) {
        if self.mode != VimMode::Normal || !self.is_idle() {
            return;
        }
        let insertion = self.insertion_start.take().map(|start| start.insertion(editor));
        let keys = std::mem::take(&mut self.recording);
        self.finish(editor, RepeatableChange::new(keys, insertion));
    }

    /// The caret stays on a character, and a change can be undone and repeated.
    fn finish(&mut self, editor: &mut Editor, command: RepeatableChange) {
        let line = editor.line_around(editor.caret());
        if editor.caret() == line.end && !line.is_empty() {
            editor.move_caret(super::Motion::Left, SelectionMode::Clear);
        }
        if editor.revision() != self.revision && !command.is_undo() {
            self.remember_change(editor, self.undo_depth);
            self.last_change = command;
        }
    }

    /// `.`: the last change once more.
    fn repeat(&mut self, editor: &mut Editor) {
        let command = self.last_change.clone();
        for key in &command.keys {
            self.dispatch(editor, *key);
        }
        if self.mode == VimMode::Insert {
            if let Some(insertion) = &command.insertion {
                insertion.apply(editor);
            }
            self.escape(editor);
        }
        self.finish(editor, command);
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
