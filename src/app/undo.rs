//! Undoes the last action: of this session, else the last entry of the trash.

use crate::chat::Change;

use super::{
    Effect, NoticeKind, State, StoreEffect, UndoAction, list::list_actions, turn::turn_actions,
};

/// Undoes the last action.
pub(crate) fn undo_last(state: &mut State) -> Vec<Effect> {
    let Some(last) = state.undo_steps.last() else {
        return vec![Effect::Store(StoreEffect::Undo(None))];
    };
    if !last.made && last.undo == UndoAction::Restore(None) {
        state.show_notice(NoticeKind::Info, "The last change is still being stored.");
        return Vec::new();
    }
    if let Some(wait) = state.turn_in(&last.conversation).map(turn_actions::wait_notice) {
        state.show_notice(NoticeKind::Info, wait);
        return Vec::new();
    }
    let Some(step) = state.undo_steps.pop() else {
        return Vec::new();
    };
    let id = step.conversation;
    let change = match step.undo {
        UndoAction::Restore(entry) => {
            if state.list.rows.iter().all(|row| row.id != id) {
                state.list.restored = Some(id);
            }
            return vec![Effect::Store(StoreEffect::Undo(entry))];
        }
        UndoAction::Arrange(change) => return list_actions::undo_arrangement(state, change),
        UndoAction::DeleteDuplicate => Change::Delete { id },
    };
    vec![Effect::Store(StoreEffect::Commit(vec![change]))]
}
