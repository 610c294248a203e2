//! Undo and redo by commands: whatever one command changed is one step, as a whole insertion is.

use super::super::{Editor, SelectionMode};
use super::change::VimChange;
use super::{Vim, motion};

impl Vim {
    /// Remembers that a command has changed the text.
    pub(super) fn remember_change(&mut self, editor: &Editor, before: usize) {
        self.changes.retain(|change| change.after <= before);
        self.changes.push(VimChange { before, after: editor.undo_depth() });
        self.undone.clear();
    }

    /// Undoes the last command; a change that was no command's, such as a paste, is undone by itself.
    pub(super) fn undo(&mut self, editor: &mut Editor) {
        let old = editor.text().to_owned();
        let depth = editor.undo_depth();
        // Other keys may have undone some of it already.
        self.changes.retain(|change| change.before < depth);
        let last = self.changes.pop_if(|change| change.after >= depth);
        let change = last.unwrap_or(VimChange { before: depth.saturating_sub(1), after: depth });
        while editor.undo_depth() > change.before {
            editor.undo();
        }
        self.undone.push(change);
        go_to_change(editor, &old);
    }

    /// Does again what was undone last.
    pub(super) fn redo(&mut self, editor: &mut Editor) {
        let old = editor.text().to_owned();
        let Some(change) = self.undone.pop() else {
            return editor.redo();
        };
        let first = editor.next_redo();
        while editor.undo_depth() < change.after && editor.next_redo().is_some() {
            editor.redo();
        }
        self.changes.push(change);
        editor.move_caret_to(first.unwrap_or_default(), SelectionMode::Clear);
        go_to_change(editor, &old);
    }
}

/// The caret stays where it was before the change, if that is in the first line that changed or in the
/// one above; else it goes to the beginning of that line.
fn go_to_change(editor: &mut Editor, old: &str) {
    let same = old.bytes().zip(editor.text().bytes()).take_while(|(a, b)| a == b).count();
    let changed = editor.text().get(..same).map_or(0, |it| it.rfind('\n').map_or(0, |at| at + 1));
    let line = editor.line_around(changed);
    let above = editor.line_around(line.start.saturating_sub(1));
    if !(above.start..=line.end).contains(&editor.caret()) {
        let at = motion::first_non_blank(editor.text(), line);
        editor.move_caret_to(at, SelectionMode::Clear);
    }
}
