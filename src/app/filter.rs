//! The filter of the conversation list while it is typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use super::{Effect, Focus, NoticeKind, State, list};
use crate::app::visible_rows;

/// Starts typing a filter.
pub(crate) fn start_filter(state: &mut State) -> Vec<Effect> {
    state.focus = Focus::List;
    state.list.hidden = false;
    state.list.filter.get_or_insert_default();
    state.list.filtering = true;
    Vec::new()
}

/// Opens the conversation whose title matches best.
pub(crate) fn open_best(state: &mut State, words: &str) -> Vec<Effect> {
    start_filter(state);
    state.list.filter = Some(words.to_owned());
    apply_filter(state);
    if state.list.visible.is_empty() {
        state.show_notice(
            NoticeKind::Info,
            "No matching conversation. Change the filter, or press Esc.",
        );
        return Vec::new();
    }
    list::open_selected(state)
}

/// Handles a key of the filter; false where the key is not for it.
pub(crate) fn try_handle_key(state: &mut State, key: KeyEvent) -> bool {
    if !state.list.filtering {
        return false;
    }
    let plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    let control = key.modifiers == KeyModifiers::CONTROL;
    let filter = state.list.filter.get_or_insert_default();
    match key.code {
        KeyCode::Char('c') if control => list::clear_filter(state),
        KeyCode::Esc => list::clear_filter(state),
        KeyCode::Backspace if filter.is_empty() => list::clear_filter(state),
        KeyCode::Char(c) if plain => {
            filter.push(c);
            apply_filter(state);
        }
        KeyCode::Backspace | KeyCode::Char('h') if plain || control => {
            let last = filter.graphemes(true).next_back().map_or(0, str::len);
            filter.truncate(filter.len().saturating_sub(last));
            apply_filter(state);
        }
        KeyCode::Char('w') if control => {
            let kept = filter.trim_end().rfind(' ').map_or(0, |space| space.saturating_add(1));
            filter.truncate(kept);
            apply_filter(state);
        }
        KeyCode::Char('u') if control => {
            filter.clear();
            apply_filter(state);
        }
        _ => return false,
    }
    true
}

/// Inserts pasted text into the filter; false where none is being typed.
pub(crate) fn try_paste(state: &mut State, text: &str) -> bool {
    if state.focus != Focus::List || !state.list.filtering {
        return false;
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    state.list.filter.get_or_insert_default().push_str(&line);
    apply_filter(state);
    true
}

/// Applies the filter and selects the best match.
fn apply_filter(state: &mut State) {
    visible_rows::update_visible(&mut state.list);
    state.list.selected = 0;
    state.list.top = 0;
}
