//! The menu of actions for the selected message. Every action has a key of its own too.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{
    Direction, Effect, MessageMenu, Overlay, Reaction, State, UiRequest,
    transcript::message_selection,
};
use crate::chat::Role;
use crate::settings::{Action, Scope};

use super::cursor;

/// Opens the menu; without a selected message it is for the last one.
pub(crate) fn open(state: &mut State) -> Vec<Effect> {
    if message_selection::selected_message(state).is_none() {
        message_selection::select_adjacent(state, Direction::Back);
    }
    let Some(item) = message_selection::selected_message(state) else {
        return Vec::new();
    };
    state.overlay =
        Some(Overlay::MessageMenu(MessageMenu { actions: actions_for(state, item), selected: 0 }));
    Vec::new()
}

fn actions_for(state: &State, item: usize) -> Vec<Action> {
    let is_answer =
        message_selection::text_of(state, item).is_some_and(|(_, role)| *role == Role::Assistant);
    let versions = state.transcript.open.as_ref().is_some_and(|open| !open.forks.is_empty());
    let mut actions = vec![Action::Copy, Action::EditQuestion, Action::Retry];
    if is_answer {
        actions.extend([Action::ToggleMessageDetails, Action::ToggleRaw]);
    }
    if versions {
        actions.extend([Action::EarlierVersion, Action::LaterVersion]);
    }
    actions.push(Action::CopyChat);
    actions
}

impl MessageMenu {
    /// What an action does to the message that the menu is for.
    #[must_use]
    pub fn label(&self, action: Action) -> &'static str {
        let is_answer = self.actions.contains(&Action::ToggleRaw);
        match (action, is_answer) {
            (Action::Copy, true) => "Copy the answer",
            (Action::Copy, false) => "Copy the question",
            (Action::EditQuestion, _) => "Edit the question",
            (Action::Retry, _) => "Ask the question again",
            (Action::ToggleMessageDetails, _) => "Show or hide the details",
            (Action::ToggleRaw, _) => "Show or hide the raw text",
            (other, _) => other.description(),
        }
    }
}

/// Moves the cursor; Enter or the key of an action runs it.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    let own = state.keymap.action(Scope::Conversation, key);
    let Some(Overlay::MessageMenu(menu)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    let action = if key.code == KeyCode::Enter {
        menu.actions.get(menu.selected).copied()
    } else if let Some(to) =
        cursor::cursor_after_key_without_text(menu.selected, menu.actions.len(), key)
    {
        menu.selected = to;
        return Reaction::default();
    } else {
        own.filter(|action| menu.actions.contains(action))
    };
    let Some(action) = action else {
        return Reaction::default();
    };
    state.overlay = None;
    UiRequest::RunAction(action).into()
}
