//! Shows the dialog for a tool call that waits for approval, as long as it waits. Must not open it
//! while the keys are for something else, nor take an Enter that was pressed as it opened: a key
//! meant for another place would answer it.

use crate::chat::{Timestamp, ToolRequest, Turn, TurnPhase};

use crate::app::{ApprovalDialog, Effect, Focus, Overlay, State, TerminalEffect, TerminalFocus};

/// Whole seconds after the last key, after which Enter answers although something goes on happening, such as
/// another answer.
const GUARD_SECONDS: i64 = 2;

/// Opens the dialog where a call of the conversation on screen waits, and closes one that is answered.
pub(crate) fn update_dialog(state: &mut State) {
    match &state.overlay {
        Some(Overlay::Approval(dialog)) => {
            let waits = state
                .turns
                .iter()
                .any(|turn| turn.id == dialog.turn && request_of(turn) == Some(&*dialog.request));
            if !waits {
                state.overlay = None;
                update_dialog(state);
            }
        }
        None if !has_other_use_of_keys(state) => {
            let now = state.now;
            show_dialog(state, Some(now));
        }
        Some(_) | None => {}
    }
}

/// Whether the user types a text, or moves in the list.
fn has_other_use_of_keys(state: &State) -> bool {
    !state.composer.text_is_empty()
        || state.transcript.search.is_some()
        || state.focus == Focus::List
}

/// Opens the dialog because the user asks for it; says whether a call waits.
pub(crate) fn open_dialog(state: &mut State) -> bool {
    show_dialog(state, None)
}

fn show_dialog(state: &mut State, guarded_since: Option<Timestamp>) -> bool {
    let Some((turn, request)) = waiting_call(state) else {
        return false;
    };
    let dialog = ApprovalDialog {
        turn: turn.id.clone(),
        request: Box::new(request.clone()),
        selected: 0,
        top: 0,
        guarded_since,
    };
    state.overlay = Some(Overlay::Approval(dialog));
    true
}

/// Whether the dialog is open and still ignores Enter.
#[must_use]
pub fn is_guarded(state: &State) -> bool {
    matches!(&state.overlay, Some(Overlay::Approval(dialog)) if dialog.guarded_since.is_some())
}

/// Lets Enter answer: no key was pressed for a moment.
pub(crate) fn end_guard(state: &mut State) {
    if let Some(Overlay::Approval(dialog)) = &mut state.overlay {
        dialog.guarded_since = None;
    }
}

/// Lets Enter answer a dialog that has been open long enough.
pub(crate) fn end_old_guard(state: &mut State) {
    let now = state.now;
    if let Some(Overlay::Approval(dialog)) = &mut state.overlay {
        dialog.guarded_since.take_if(|since| now.seconds_since(*since) >= GUARD_SECONDS);
    }
}

/// The call that waits in the conversation on screen.
fn waiting_call(state: &State) -> Option<(&Turn, &ToolRequest)> {
    let open = state.transcript.open.as_ref()?;
    let of_open = state.turns.iter().filter(|turn| turn.conversation == open.id);
    of_open.into_iter().find_map(|turn| Some((turn, request_of(turn)?)))
}

fn request_of(turn: &Turn) -> Option<&ToolRequest> {
    match turn.phase() {
        TurnPhase::AwaitingApproval(request) => Some(request),
        _ => None,
    }
}

/// Returns the notification that a call waits; `None` where the user looks at the terminal.
pub(crate) fn notify(state: &State, request: &ToolRequest) -> Option<Effect> {
    let is_away = state.terminal.focus != TerminalFocus::Focused;
    is_away.then(|| {
        let text = format!("{} waits for your permission.", request.name());
        Effect::Terminal(TerminalEffect::Notify(text))
    })
}
