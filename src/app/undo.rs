//! Undoes the last action: of this session, else the last entry of the trash. Each press of the key undoes one:
//! a press while another is being undone waits, as the store may have to keep that for the next press.

use crate::chat::{Failure, UndoOutcome};

use super::{
    Effect, NoticeKind, State, StoreEffect, UndoAction, UndoStage, UndoStep, UndoTarget,
    change_events, list::list_actions, transcript::navigation, turn::turn_actions,
};

const STILL_STORED: &str = "The last change is still being stored.";

/// Undoes the last action, after those that were asked for before.
pub(crate) fn undo_last(state: &mut State) -> Vec<Effect> {
    state.undo.waiting = state.undo.waiting.saturating_add(1);
    undo_waiting(state)
}

/// Undoes what was asked for, as far as nothing has to be waited for.
pub(crate) fn undo_waiting(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    while state.undo.waiting > 0 && !state.undo.has_to_wait() {
        state.undo.waiting = state.undo.waiting.saturating_sub(1);
        effects.extend(undo_next(state));
    }
    effects
}

/// Says what an undo came to, and goes on with the next that was asked for. `is_left` tells that the step that
/// was to be undone is still the next.
pub(crate) fn handle_ended(
    state: &mut State,
    outcome: Result<UndoOutcome, Failure>,
    is_left: bool,
) -> Vec<Effect> {
    state.undo.is_running = false;
    let step = state.end_undoing(is_left);
    let mut effects = Vec::new();
    match outcome {
        Ok(outcome @ (UndoOutcome::Undone(_) | UndoOutcome::Nothing)) => {
            if step.is_some_and(|step| is_shown_duplicate(state, &step)) {
                effects.extend(navigation::start_new(state));
            }
            state.show_notice(NoticeKind::Info, outcome.to_string());
        }
        Ok(UndoOutcome::Refused(failure)) | Err(failure) => {
            // The sentence is to be read before more is undone.
            state.undo.waiting = 0;
            state.show_failure(&failure);
        }
    }
    effects.extend(change_events::reload_shown(state));
    effects.extend(undo_waiting(state));
    effects
}

fn undo_next(state: &mut State) -> Vec<Effect> {
    let Some(last) = state.undo.steps.last() else {
        return start(state, UndoTarget::LastOfTrash);
    };
    let answer = state.turn_in(&last.conversation).map(turn_actions::wait_notice);
    let is_stored = last.stage != UndoStage::Requested;
    if let Some(wait) = answer.or((!is_stored).then_some(STILL_STORED)) {
        state.undo.waiting = 0;
        state.show_notice(NoticeKind::Info, wait);
        return Vec::new();
    }
    let Some(step) = state.undo.steps.pop() else {
        return Vec::new();
    };
    let id = step.conversation.clone();
    let target = match &step.undo {
        UndoAction::Arrange(change) => {
            return list_actions::undo_arrangement(state, change.clone());
        }
        UndoAction::DeleteDuplicate(messages) => {
            UndoTarget::Duplicate { copy: id, messages: *messages }
        }
        UndoAction::Restore(entry) => {
            if state.list.rows.iter().all(|row| row.id != id) {
                state.list.restored = Some(id);
            }
            entry.map_or(UndoTarget::LastOfTrash, UndoTarget::Entry)
        }
    };
    state.undo.steps.push(UndoStep { stage: UndoStage::Undoing, ..step });
    start(state, target)
}

fn start(state: &mut State, target: UndoTarget) -> Vec<Effect> {
    state.undo.is_running = true;
    vec![Effect::Store(StoreEffect::Undo(target))]
}

/// Whether undoing a step deleted the conversation on screen.
fn is_shown_duplicate(state: &State, step: &UndoStep) -> bool {
    let is_shown = state.transcript.open.as_ref().is_some_and(|open| open.id == step.conversation);
    is_shown && matches!(step.undo, UndoAction::DeleteDuplicate(_))
}
