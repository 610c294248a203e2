//! Shows the dialog for a tool call that waits for approval, as long as it waits. Must not open it
//! while something is being typed: a key meant for the text would answer it.

use crate::chat::{ToolRequest, Turn, TurnPhase};

use crate::app::{ApprovalDialog, Effect, Overlay, State, TerminalEffect, TerminalFocus};

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
        None if state.composer.editor.is_empty() && state.transcript.search.is_none() => {
            open_dialog(state);
        }
        Some(_) | None => {}
    }
}

/// Opens the dialog, also over a text in the composer; says whether a call waits.
pub(crate) fn open_dialog(state: &mut State) -> bool {
    let Some((turn, request)) = waiting_call(state) else {
        return false;
    };
    let dialog = ApprovalDialog {
        turn: turn.id.clone(),
        request: Box::new(request.clone()),
        selected: 0,
        top: 0,
    };
    state.overlay = Some(Overlay::Approval(dialog));
    true
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
