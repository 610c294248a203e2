//! The dialog about a tool call that waits for approval. Letters do not come here: they are for the composer.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{ApprovalChoice, Effect, Overlay, SessionEffect, State, turn::turn_steps};
use crate::chat::{ApprovalAnswer, PermissionScope, TurnEvent};

/// How many lines a page key scrolls.
const PAGE_LINES: usize = 5;

/// Moves the cursor or scrolls; Enter answers.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let (last_top, now) = (state.measured.last_approval_top, state.now);
    let Some(Overlay::Approval(dialog)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    // Enter answers only a while after the last key.
    dialog.guarded_since = dialog.guarded_since.map(|_| now);
    let last = ApprovalChoice::ALL.len().saturating_sub(1);
    match key.code {
        KeyCode::Up => dialog.selected = dialog.selected.saturating_sub(1),
        KeyCode::Down => dialog.selected = dialog.selected.saturating_add(1).min(last),
        KeyCode::PageUp => dialog.top = dialog.top.min(last_top).saturating_sub(PAGE_LINES),
        KeyCode::PageDown => dialog.top = dialog.top.saturating_add(PAGE_LINES).min(last_top),
        KeyCode::Enter if dialog.guarded_since.is_none() => {
            let choice = ApprovalChoice::ALL.get(dialog.selected).copied();
            return answer(state, choice.unwrap_or(ApprovalChoice::Refuse));
        }
        _ => {}
    }
    Vec::new()
}

/// Answers the dialog with a refusal, as Esc does.
pub(crate) fn refuse(state: &mut State) -> Vec<Effect> {
    answer(state, ApprovalChoice::Refuse)
}

fn answer(state: &mut State, choice: ApprovalChoice) -> Vec<Effect> {
    let Some(Overlay::Approval(dialog)) = state.overlay.take() else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    let answer = match choice {
        ApprovalChoice::Refuse => ApprovalAnswer::Refused,
        ApprovalChoice::Allow(scope) => {
            let conversation = state.turns.iter().find(|turn| turn.id == dialog.turn);
            if let Some(id) = conversation.map(|turn| turn.conversation.clone()) {
                state.tool_permissions.add(scope, &id, &dialog.request);
            }
            if scope == PermissionScope::Always {
                let permission = Box::new(dialog.request.permission());
                effects.push(Effect::Session(SessionEffect::SaveToolPermission(permission)));
            }
            ApprovalAnswer::Allowed
        }
    };
    effects.extend(turn_steps::feed_event(
        state,
        &dialog.turn,
        TurnEvent::ApprovalAnswered(answer),
    ));
    effects
}
