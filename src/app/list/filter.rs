//! The filter of the conversation list while it is typed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor, KeyHandling};
use crate::app::list::visible_rows;
use crate::app::{Effect, Focus, NoticeKind, State, list};
use crate::chat::casefold::casefold;
use crate::chat::{ConversationSummary, title};
use crate::settings::{Chord, Scope};

/// Starts typing a filter.
pub(crate) fn start_filter(state: &mut State) -> Vec<Effect> {
    state.focus = Focus::List;
    state.list.hidden = false;
    state.list.filter.get_or_insert_default();
    Vec::new()
}

/// Opens the conversation whose title matches best.
pub(crate) fn open_best(state: &mut State, words: &str) -> Vec<Effect> {
    start_filter(state);
    state.list.filter = Some(Editor::with_text(words));
    apply_filter(state);
    if state.list.visible.is_empty() {
        let words = title::in_sentence(words);
        let text =
            format!("No title matches \"{words}\". Change the words in the list, or press Esc.");
        state.show_notice(NoticeKind::Info, text);
        return Vec::new();
    }
    // An exact title comes before longer ones that contain it.
    let is_exact = |row: &&ConversationSummary| casefold(row.title.text()) == casefold(words);
    let shown = state.list.visible.iter().filter_map(|index| state.list.rows.get(*index));
    let exact = shown.filter(is_exact).map(|row| row.id.clone()).next();
    list::select(&mut state.list, exact.as_ref());
    list::open_selected(state)
}

/// Handles a key of the filter; false where the key is not for it.
pub(crate) fn try_handle_key(state: &mut State, key: KeyEvent) -> bool {
    let Some(filter) = state.list.filter.as_mut() else {
        return false;
    };
    let leaves = match key.code {
        KeyCode::Esc => true,
        _ if editor::is_ctrl_c(key) => true,
        KeyCode::Backspace => filter.is_empty(),
        _ => false,
    };
    if leaves {
        list::clear_filter(state);
        return true;
    }
    // Other keys of the list keep their meaning; letters are text.
    let is_key_of_list = state.keymap.action_in(Scope::List, key).is_some();
    if is_key_of_list && !Chord::from(key).is_printable() {
        return false;
    }
    let before = filter.revision();
    let handling = editor::handle_key(filter, &state.keymap, key);
    if filter.revision() != before {
        apply_filter(state);
    }
    handling == KeyHandling::Handled
}

/// Inserts pasted text into the filter; false where none is being typed.
pub(crate) fn try_paste(state: &mut State, text: &str) -> bool {
    let has_focus = state.focus == Focus::List;
    let Some(filter) = state.list.filter.as_mut().filter(|_| has_focus) else {
        return false;
    };
    filter.insert_line(text);
    apply_filter(state);
    true
}

/// Applies the filter and selects the best match.
fn apply_filter(state: &mut State) {
    visible_rows::update_visible(&mut state.list);
    state.list.selected = 0;
    state.list.top = 0;
}
