//! The log overlay: its keys, and the end of the log file as the store sends it.

use crossterm::event::KeyEvent;

use crate::app::{Effect, LogView, Overlay, State, StoreEffect};

use super::cursor;

/// Opens the log view and asks for its lines.
pub(crate) fn show(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Log(LogView::default()));
    vec![Effect::Store(StoreEffect::ReadLog)]
}

/// Takes the lines, unless the view was closed.
pub(crate) fn set_lines(state: &mut State, read: Vec<String>) {
    if let Some(Overlay::Log(view)) = state.overlay.as_mut() {
        view.last = read.len().saturating_sub(1);
        view.lines = Some(read);
    }
}

/// Scrolls; Enter and keys that type nothing close the view.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if let Some(Overlay::Log(view)) = state.overlay.as_mut() {
        let lines = view.lines.as_ref().map_or(0, Vec::len);
        match cursor::cursor_after_key_without_text(view.last, lines, key) {
            Some(to) => view.last = to,
            None if cursor::closes_page(key) => state.overlay = None,
            None => {}
        }
    }
    Vec::new()
}
