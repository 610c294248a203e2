//! Answers that earlier runs left running on the server: collected by the next start or on request.
//! Must not decide how a turn ends; `chat::turn` does.

use crate::chat::{BackgroundAnswer, ConversationId, ReplyEnding, ReplyOutcome, StoreStep, Turn};

use crate::app::{ApiEffect, Effect, NoticeKind, State, StoreEffect};

/// The advice for an answer that is still running on the server.
pub(crate) const FETCH_ADVICE: &str = "Press F5 to fetch it; the next start fetches it as well.";
/// The notice for quitting while an answer is running on the server.
pub(crate) const QUIT_ADVICE: &str = "Press Ctrl+C again to quit. The answer continues on the server and is collected at the next \
     start. Esc cancels it.";

/// Said where the user asks for an answer that is not there to collect.
const NOT_FOUND: &str = "No answer is left on the server, or another window is collecting it. Press F5 to \
     ask again.";

/// Asks for the background answer of a conversation before its question is asked again; `None`
/// where no answer was left running.
pub(crate) fn fetch_again(state: &mut State, conversation: &ConversationId) -> Option<Vec<Effect>> {
    let index = state.background_conversations.iter().position(|left| left == conversation)?;
    state.fetching = Some(state.background_conversations.remove(index));
    Some(vec![Effect::Store(StoreEffect::FindBackground)])
}

/// Resumes answers that were left running on the server.
pub(crate) fn resume_found(state: &mut State, found: Vec<BackgroundAnswer>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let wanted = state.fetching.take();
    let is_missing = wanted.is_some_and(|id| found.iter().all(|it| it.conversation != id));
    for running in found {
        if state.turn_in(&running.conversation).is_some() {
            let BackgroundAnswer { turn, conversation, partial_text, .. } = running;
            let outcome = ReplyOutcome::LeftRunning(None);
            let ending = Box::new(ReplyEnding::with_text(outcome, partial_text));
            let step = StoreStep::LeaveRunning(ending);
            effects.push(Effect::Store(StoreEffect::Turn { turn, conversation, step }));
            continue;
        }
        let (turn, response_id) = (running.turn.clone(), running.response_id.clone());
        let server = running.server.as_ref().map(|server| server.name.clone());
        effects.push(Effect::Api(ApiEffect::Collect { turn, response_id, server }));
        state.turns.push(Turn::resume(running));
    }
    if is_missing {
        state.show_notice(NoticeKind::Info, NOT_FOUND);
    } else if !effects.is_empty() {
        state
            .show_notice(NoticeKind::Info, "Collecting an answer that kept running on the server.");
    }
    effects
}
