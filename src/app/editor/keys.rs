//! Keys in a text field: by the key table's part for text, else as characters.
//! May not know what a key means outside of text.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::settings::{Edit, Keymap};

use super::{Editor, Motion, Reach};

/// Whether a key was one of editing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was.
    Yes,
    /// It means something else, or nothing.
    No,
}

/// Does what a key means in a text field.
pub fn press(editor: &mut Editor, keymap: &Keymap, key: KeyEvent) -> Taken {
    if let Some(what) = keymap.edit(key) {
        edit(editor, what);
        return Taken::Yes;
    }
    match key.code {
        KeyCode::Char(c) if is_text(key) => {
            editor.insert(c.encode_utf8(&mut [0; 4]));
            Taken::Yes
        }
        _ => Taken::No,
    }
}

/// Does one step of editing.
pub fn edit(editor: &mut Editor, what: Edit) {
    let mut go = |motion, reach| {
        editor.go(motion, reach);
    };
    match what {
        Edit::Left => go(Motion::Left, Reach::Moving),
        Edit::Right => go(Motion::Right, Reach::Moving),
        Edit::Up => go(Motion::Up, Reach::Moving),
        Edit::Down => go(Motion::Down, Reach::Moving),
        Edit::WordLeft => go(Motion::WordLeft, Reach::Moving),
        Edit::WordRight => go(Motion::WordRight, Reach::Moving),
        Edit::LineStart => go(Motion::LineStart, Reach::Moving),
        Edit::LineEnd => go(Motion::LineEnd, Reach::Moving),
        Edit::SelectLeft => go(Motion::Left, Reach::Selecting),
        Edit::SelectRight => go(Motion::Right, Reach::Selecting),
        Edit::SelectUp => go(Motion::Up, Reach::Selecting),
        Edit::SelectDown => go(Motion::Down, Reach::Selecting),
        Edit::SelectWordLeft => go(Motion::WordLeft, Reach::Selecting),
        Edit::SelectWordRight => go(Motion::WordRight, Reach::Selecting),
        Edit::SelectLineStart => go(Motion::LineStart, Reach::Selecting),
        Edit::SelectLineEnd => go(Motion::LineEnd, Reach::Selecting),
        Edit::SelectAll => editor.select(0..editor.text().len()),
        // Only whoever holds the field reaches a clipboard.
        Edit::Copy => {}
        Edit::Cut => editor.cut(),
        Edit::DeleteBack => editor.delete(Motion::Left),
        Edit::DeleteForward => editor.delete(Motion::Right),
        Edit::DeleteWordBack => editor.kill(Motion::WordLeft),
        Edit::DeleteWordForward => editor.kill(Motion::WordRight),
        Edit::DeleteToLineStart => editor.kill(Motion::LineStart),
        Edit::DeleteToLineEnd => editor.kill(Motion::LineEnd),
        Edit::Yank => editor.yank(),
        Edit::Undo => editor.undo(),
        Edit::Redo => editor.redo(),
    }
}

/// A character that is meant as one. The third level of keyboards comes as Ctrl and Alt at once.
fn is_text(key: KeyEvent) -> bool {
    let third_level = KeyModifiers::CONTROL | KeyModifiers::ALT;
    let held = key.modifiers - KeyModifiers::SHIFT;
    held.is_empty() || held == third_level
}
