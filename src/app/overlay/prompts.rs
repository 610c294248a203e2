//! The prompt picker: earlier prompts, found by words in them.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::overlay::filter_list::ListKey;
use crate::app::{
    Effect, FilterList, Focus, NoticeKind, Overlay, PromptPicker, State, question::prompt_history,
};
use crate::chat::casefold::casefold;
use crate::settings::{Action, Scope};

pub(crate) fn open(state: &mut State) -> Vec<Effect> {
    let all = prompt_history::all_prompts(state);
    if all.is_empty() {
        state.show_notice(NoticeKind::Info, "There are no earlier prompts yet.");
        return Vec::new();
    }
    let matches = (0..all.len()).collect();
    let picker = PromptPicker { prompts: all, list: FilterList::of(matches) };
    state.overlay = Some(Overlay::Prompts(Box::new(picker)));
    Vec::new()
}

/// Edits the filter, moves the cursor and recalls the selected prompt.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Prompts(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let list = &mut picker.list;
    if state.keymap.action(Scope::Composer, key) == Some(Action::SearchPrompts) {
        // As in shells, the same key selects the next match.
        list.selected = list.selected.saturating_add(1).min(list.matches.len().saturating_sub(1));
    } else if matches!(key.code, KeyCode::Enter | KeyCode::Tab) {
        choose_selected(state);
    } else if list.handle_key(key, &state.keymap) == ListKey::Typed {
        update_matches(picker);
    }
    Vec::new()
}

fn choose_selected(state: &mut State) {
    let Some(Overlay::Prompts(picker)) = state.overlay.take() else {
        return;
    };
    let PromptPicker { prompts: mut all, list } = *picker;
    if let Some(index) = list.selected().copied().filter(|index| *index < all.len()) {
        state.focus = Focus::Composer;
        prompt_history::recall_prompt(state, all.swap_remove(index));
    }
}

/// Finds the prompts that contain every word.
pub(super) fn update_matches(picker: &mut PromptPicker) {
    let typed = casefold(picker.list.editor.text());
    let words: Vec<&str> = typed.split_whitespace().collect();
    let fits = |prompt: &String| {
        let prompt = casefold(prompt);
        words.iter().all(|word| prompt.contains(word))
    };
    let all = picker.prompts.iter().enumerate();
    let matches = all.filter(|(_, prompt)| fits(prompt)).map(|(index, _)| index).collect();
    picker.list.set_matches(matches);
}
