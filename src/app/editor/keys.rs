//! Keys in a text field.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::settings::{EditAction, Keymap};

use super::{Editor, Motion, SelectionMode};

/// Whether an editor has used a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHandling {
    /// The key edited the text or moved the caret.
    Handled,
    /// The key is not for a text field.
    Ignored,
}

/// Whether a key is Ctrl+C, which leaves an overlay or a filter.
#[must_use]
pub fn is_ctrl_c(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL
}

/// Applies a key to a text field.
pub fn handle_key(editor: &mut Editor, keymap: &Keymap, key: KeyEvent) -> KeyHandling {
    if let Some(what) = keymap.edit_action(key) {
        apply_edit(editor, what);
        return KeyHandling::Handled;
    }
    match key.code {
        KeyCode::Char(c) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
            editor.insert(c.encode_utf8(&mut [0; 4]));
            KeyHandling::Handled
        }
        _ => KeyHandling::Ignored,
    }
}

/// Applies an edit of the key table.
pub fn apply_edit(editor: &mut Editor, what: EditAction) {
    let mut go = |motion, reach| {
        editor.move_caret(motion, reach);
    };
    match what {
        EditAction::Left => go(Motion::Left, SelectionMode::Clear),
        EditAction::Right => go(Motion::Right, SelectionMode::Clear),
        EditAction::Up => go(Motion::Up, SelectionMode::Clear),
        EditAction::Down => go(Motion::Down, SelectionMode::Clear),
        EditAction::WordLeft => go(Motion::WordLeft, SelectionMode::Clear),
        EditAction::WordRight => go(Motion::WordRight, SelectionMode::Clear),
        EditAction::LineStart => go(Motion::LineStart, SelectionMode::Clear),
        EditAction::LineEnd => go(Motion::LineEnd, SelectionMode::Clear),
        EditAction::SelectLeft => go(Motion::Left, SelectionMode::Extend),
        EditAction::SelectRight => go(Motion::Right, SelectionMode::Extend),
        EditAction::SelectUp => go(Motion::Up, SelectionMode::Extend),
        EditAction::SelectDown => go(Motion::Down, SelectionMode::Extend),
        EditAction::SelectWordLeft => go(Motion::WordLeft, SelectionMode::Extend),
        EditAction::SelectWordRight => go(Motion::WordRight, SelectionMode::Extend),
        EditAction::SelectLineStart => go(Motion::LineStart, SelectionMode::Extend),
        EditAction::SelectLineEnd => go(Motion::LineEnd, SelectionMode::Extend),
        EditAction::SelectAll => editor.select(0..editor.text().len()),
        // Copying needs an effect; the caller handles it.
        EditAction::Copy => {}
        EditAction::Cut => editor.cut(),
        EditAction::DeleteBack => editor.delete(Motion::Left),
        EditAction::DeleteForward => editor.delete(Motion::Right),
        EditAction::DeleteWordBack => editor.kill(Motion::WordLeft),
        EditAction::DeleteWordForward => editor.kill(Motion::WordRight),
        EditAction::DeleteToLineStart => editor.kill(Motion::LineStart),
        EditAction::DeleteToLineEnd => editor.kill(Motion::LineEnd),
        EditAction::Yank => editor.yank(),
        EditAction::YankOlder => editor.yank_older(),
        EditAction::Undo => editor.undo(),
        EditAction::Redo => editor.redo(),
    }
}
