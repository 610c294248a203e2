//! The help page with the key table.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor;
use crate::app::{Effect, HelpView, Overlay, State};

use super::cursor;

/// The commands that print more than this page has room for.
pub(crate) const MANUAL: [(&str, &str); 2] = [
    ("duologue help", "the list of the manual's pages"),
    ("duologue help keys", "these keys, and how to change them"),
];

pub(crate) fn show(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Help(Box::default()));
    Vec::new()
}

/// Scrolls and edits the filter; Enter and function keys close the page.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let count = state.measured.last_help_top.saturating_add(1);
    let Some(Overlay::Help(help)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if let Some(top) = top_after_key(help, count, key) {
        help.top = top;
        return Vec::new();
    }
    match key.code {
        KeyCode::Enter | KeyCode::F(_) => state.overlay = None,
        _ => {
            let before = help.filter.text().to_owned();
            editor::handle_key(&mut help.filter, &state.keymap, key);
            if help.filter.text() != before {
                help.top = 0;
            }
        }
    }
    Vec::new()
}

/// The first line to show after a key; `None` where the key does not scroll.
fn top_after_key(help: &HelpView, count: usize, key: KeyEvent) -> Option<usize> {
    let scrolls = matches!(key.code, KeyCode::Home | KeyCode::End | KeyCode::Char(' '));
    if help.filter.is_empty() && scrolls {
        return cursor::cursor_after_key_without_text(help.top, count, key);
    }
    cursor::cursor_after_key(help.top, count, key)
}
