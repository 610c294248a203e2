//! Answers that go on at their server: noted when that is known, left when the program ends, taken
//! up again by the next.
//! May not decide how a turn ends.

use crate::chat::{AnswerOptions, ConversationId, ExecutionMode, Running, Turn, TurnId, TurnPhase};

use super::{ApiEffect, Effect, NoticeKind, State, StoreEffect};

/// What is said where an answer cannot be followed any more.
pub const GOES_ON: &str = "The answer goes on at the server, what came of it is kept: F5 looks for it, and so does the next \
     start.";
/// What is said of leaving while an answer is being made.
pub const LEAVING: &str =
    "Ctrl+C again leaves; the answer goes on and the next start collects it. Esc cancels it.";

/// Whether an answer goes on when the program ends.
#[must_use]
pub fn goes_on(turn: &Turn) -> bool {
    let asked = matches!(
        turn.phase,
        TurnPhase::Waiting | TurnPhase::Retrying { .. } | TurnPhase::Busy(_) | TurnPhase::Streaming
    );
    asked && turn.mode == ExecutionMode::Background && turn.response_id.is_some()
}

/// Notes an answer that goes on whatever happens here.
#[must_use]
pub fn note(turn: &Turn) -> Vec<Effect> {
    let (ExecutionMode::Background, Some(response_id)) = (turn.mode, turn.response_id.clone())
    else {
        return Vec::new();
    };
    let options = Box::new(turn.options.clone().unwrap_or_default());
    let (turn, conversation) = (turn.id.clone(), turn.conversation.clone());
    let noted = StoreEffect::NoteRunning { turn, conversation, response_id, options };
    vec![Effect::Store(noted)]
}

/// What ends listening to an answer. One that goes on by itself and has no name yet is listened to
/// until it can be cancelled by it.
#[must_use]
pub fn stop(turn: &Turn) -> ApiEffect {
    let goes_on =
        turn.options.as_ref().is_some_and(|options| options.mode == ExecutionMode::Background);
    match turn.phase {
        TurnPhase::Waiting | TurnPhase::Busy(_) if goes_on && turn.response_id.is_none() => {
            ApiEffect::Abandon(turn.id.clone())
        }
        _ => ApiEffect::Stop(turn.id.clone()),
    }
}

/// What ends an answer at its server, where closing the connection does not.
#[must_use]
pub fn cancel(turn: &Turn) -> Option<Effect> {
    let response_id = turn.response_id.clone().filter(|_| goes_on(turn))?;
    Some(Effect::Api(ApiEffect::Cancel(response_id)))
}

/// Leaves an answer to its server because the program ends; `None` where it does not go on.
pub fn leave(state: &mut State, id: &TurnId) -> Option<Vec<Effect>> {
    let turn = state.turns.iter_mut().find(|turn| turn.id == *id && goes_on(turn))?;
    turn.phase = TurnPhase::Keeping;
    let (turn, conversation) = (turn.id.clone(), turn.conversation.clone());
    Some(vec![
        Effect::Api(ApiEffect::Stop(turn.clone())),
        Effect::Store(StoreEffect::LeaveRunning { turn, conversation }),
    ])
}

/// Looks for the answer of a conversation that was left at the server, before anything is asked
/// again; `None` where none was.
pub fn look_again(state: &mut State, conversation: &ConversationId) -> Option<Vec<Effect>> {
    let place = state.left.iter().position(|left| left == conversation)?;
    state.left.remove(place);
    Some(vec![Effect::Store(StoreEffect::FindRunning)])
}

/// Takes up answers that were left at the server.
pub fn take_up(state: &mut State, found: Vec<Running>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for running in found {
        if state.turn_in(&running.conversation).is_some() {
            let (turn, conversation) = (running.turn, running.conversation);
            effects.push(Effect::Store(StoreEffect::LeaveRunning { turn, conversation }));
            continue;
        }
        let mut turn = Turn::new(running.turn, running.conversation, running.asked_at);
        turn.phase = TurnPhase::Waiting;
        turn.take_up(running.grown);
        turn.mode = ExecutionMode::Background;
        turn.response_id = Some(running.response_id.clone());
        turn.options = Some(AnswerOptions {
            preset: running.preset,
            effort: running.effort,
            mode: ExecutionMode::Background,
            ..AnswerOptions::of(running.model)
        });
        let collect =
            ApiEffect::Collect { turn: turn.id.clone(), response_id: running.response_id };
        effects.push(Effect::Api(collect));
        state.turns.push(turn);
    }
    if !effects.is_empty() {
        state.say(NoticeKind::Info, "An answer that was left at the server is collected.");
    }
    effects
}
