//! Moving the cursor through the rows of an overlay.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::settings::Chord;

/// How many rows a page key moves.
const PAGE_ROWS: usize = 10;

/// Whether a key closes a page without a text field. Characters do not: the rest of the sentence
/// they begin would go to the pane below.
#[must_use]
pub(crate) fn closes_page(key: KeyEvent) -> bool {
    !Chord::from(key).is_printable()
}

/// The new position of the cursor; `None` where the key does not move it.
#[must_use]
pub(crate) fn cursor_after_key(cursor: usize, rows: usize, key: KeyEvent) -> Option<usize> {
    let last = rows.saturating_sub(1);
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let to = match key.code {
        KeyCode::Up => cursor.saturating_sub(1),
        KeyCode::Char('p' | 'k') if control => cursor.saturating_sub(1),
        KeyCode::Down => cursor.saturating_add(1),
        KeyCode::Char('n' | 'j') if control => cursor.saturating_add(1),
        KeyCode::PageUp => cursor.saturating_sub(PAGE_ROWS),
        KeyCode::PageDown => cursor.saturating_add(PAGE_ROWS),
        KeyCode::Home if control => 0,
        KeyCode::End if control => last,
        _ => return None,
    };
    Some(to.min(last))
}

/// Like [`cursor_after_key`], for overlays without a text field: letters, Home and End move too.
#[must_use]
pub(crate) fn cursor_after_key_without_text(
    cursor: usize,
    rows: usize,
    key: KeyEvent,
) -> Option<usize> {
    let last = rows.saturating_sub(1);
    let to = match key.code {
        KeyCode::Char('k') => cursor.saturating_sub(1),
        KeyCode::Char('j') => cursor.saturating_add(1),
        KeyCode::Char(' ') => cursor.saturating_add(PAGE_ROWS),
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        _ => return cursor_after_key(cursor, rows, key),
    };
    Some(to.min(last))
}
