//! The prompt picker: earlier prompts, found by words in them.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    Effect, Focus, NoticeKind, Overlay, PromptPicker, State, question::prompt_history,
};
use crate::chat::casefold::casefold;
use crate::settings::{Action, Scope};

use super::cursor;

pub(crate) fn open(state: &mut State) -> Vec<Effect> {
    let all = prompt_history::all_prompts(state);
    if all.is_empty() {
        state.show_notice(NoticeKind::Info, "There are no earlier prompts yet.");
        return Vec::new();
    }
    let matches = (0..all.len()).collect();
    let picker = PromptPicker { editor: Editor::default(), prompts: all, matches, selected: 0 };
    state.overlay = Some(Overlay::Prompts(Box::new(picker)));
    Vec::new()
}

/// Edits the filter, moves the cursor and recalls the selected prompt.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Prompts(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let rows = picker.matches.len();
    if state.keymap.action(Scope::Composer, key) == Some(Action::SearchPrompts) {
        // As in shells, the same key selects the next match.
        picker.selected = picker.selected.saturating_add(1).min(rows.saturating_sub(1));
    } else if let Some(to) = cursor::cursor_after_key(picker.selected, rows, key) {
        picker.selected = to;
    } else if matches!(key.code, KeyCode::Enter | KeyCode::Tab) {
        choose_selected(state);
    } else if editor::handle_key(&mut picker.editor, &state.keymap, key)
        == editor::KeyHandling::Handled
    {
        update_matches(picker);
    }
    Vec::new()
}

pub(crate) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Prompts(picker)) = state.overlay.as_mut() {
        picker.editor.insert_line(text);
        update_matches(picker);
    }
    Vec::new()
}

fn choose_selected(state: &mut State) {
    let Some(Overlay::Prompts(picker)) = state.overlay.take() else {
        return;
    };
    let PromptPicker { matches, prompts: mut all, selected, .. } = *picker;
    if let Some(index) = matches.get(selected).copied().filter(|index| *index < all.len()) {
        state.focus = Focus::Composer;
        prompt_history::recall_prompt(state, all.swap_remove(index));
    }
}

/// Finds the prompts that contain every word.
fn update_matches(picker: &mut PromptPicker) {
    let typed = casefold(picker.editor.text());
    let words: Vec<&str> = typed.split_whitespace().collect();
    let fits = |prompt: &String| {
        let prompt = casefold(prompt);
        words.iter().all(|word| prompt.contains(word))
    };
    let all = picker.prompts.iter().enumerate();
    picker.matches = all.filter(|(_, prompt)| fits(prompt)).map(|(index, _)| index).collect();
    picker.selected = 0;
}
