//! Questions to answer with y or n: whether to delete a conversation, or to use an unlisted model.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{
    Confirm, Effect, NoticeKind, Overlay, State, StoreEffect, UndoAction, list::target,
    transcript::navigation, turn::turn_actions,
};
use crate::chat::{Change, ConversationId};

use super::models;

/// Asks whether to delete the target conversation.
pub(crate) fn ask_delete(state: &mut State) -> Vec<Effect> {
    let Some((id, title)) = target::require_target(state) else {
        return Vec::new();
    };
    if let Some(wait) = state.turn_in(&id).map(turn_actions::wait_notice) {
        state.show_notice(NoticeKind::Info, wait);
    } else {
        state.overlay = Some(Overlay::Confirm(Confirm::Delete { id, title }));
    }
    Vec::new()
}

/// Handles y and n; after any other key a notice names the two.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Char('y' | 'Y') => perform_confirmed(state),
        KeyCode::Char('n' | 'N') => {
            state.overlay = None;
            Vec::new()
        }
        _ => {
            let keys = match &state.overlay {
                Some(Overlay::Confirm(Confirm::UnlistedModel { .. })) => {
                    "Press y to use it, or n to cancel."
                }
                _ => "Press y to delete, or n to cancel.",
            };
            state.show_notice(NoticeKind::Info, keys);
            Vec::new()
        }
    }
}

fn perform_confirmed(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = state.overlay.take() else {
        return Vec::new();
    };
    match confirm {
        Confirm::Delete { id, .. } => delete_conversation(state, id),
        Confirm::UnlistedModel { model } => {
            models::use_model(state, &model);
            Vec::new()
        }
    }
}

fn delete_conversation(state: &mut State, id: ConversationId) -> Vec<Effect> {
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == id);
    let mut effects = Vec::new();
    if on_screen {
        let focus = state.focus;
        effects = navigation::start_new(state);
        state.focus = focus;
    }
    state.push_undo(id.clone(), UndoAction::Restore(None));
    effects.push(Effect::Store(StoreEffect::Commit(vec![Change::Delete { id }])));
    effects
}
