//! Answers that earlier runs left at their server: taken up by the next start, or where the user asks.
//! Must not decide how a turn ends.

use crate::chat::{BackgroundAnswer, ConversationId, Turn};

use crate::app::{ApiEffect, Effect, NoticeKind, State, StoreEffect};

/// What to do about an answer that is still running on the server.
pub const FETCH_ADVICE: &str = "Press F5 to fetch it; the next start fetches it as well.";
/// What is said of leaving while an answer is being made.
pub const QUIT_ADVICE: &str = "Press Ctrl+C again to quit. The answer continues on the server and is collected at the next \
     start. Esc cancels it.";

/// Looks for the answer of a conversation that was left at the server, before anything is asked
/// again; `None` where none was.
pub fn fetch_again(state: &mut State, conversation: &ConversationId) -> Option<Vec<Effect>> {
    let place = state.background_conversations.iter().position(|left| left == conversation)?;
    state.background_conversations.remove(place);
    Some(vec![Effect::Store(StoreEffect::FindBackground)])
}

/// Takes up answers that were left at the server.
pub fn resume_found(state: &mut State, found: Vec<BackgroundAnswer>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for running in found {
        if state.turn_in(&running.conversation).is_some() {
            let (turn, conversation) = (running.turn, running.conversation);
            effects.push(Effect::Store(StoreEffect::LeaveInBackground { turn, conversation }));
            continue;
        }
        let (turn, response_id) = (running.turn.clone(), running.response_id.clone());
        effects.push(Effect::Api(ApiEffect::Collect { turn, response_id }));
        state.turns.push(Turn::resume(running));
    }
    if !effects.is_empty() {
        state
            .show_notice(NoticeKind::Info, "Collecting an answer that kept running on the server.");
    }
    effects
}
