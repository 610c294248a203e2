//! Stopping, quitting and retrying turns. Must not decide what an event means for a turn:
//! `chat::turn` does.

use crate::chat::{Draft, Fingerprint, Turn, TurnEvent, TurnId};

use crate::app::{
    Effect, NoticeKind, State, transcript,
    turn::{background_answers, begin_turn::begin_turn, turn_steps},
};

/// The notice for actions that have to wait for the end of a turn.
#[must_use]
pub fn wait_notice(turn: &Turn) -> &'static str {
    if turn.unstored().is_some() {
        "The answer is not stored yet. Storing it is tried again every few seconds."
    } else {
        "The answer is still arriving. Press Esc to stop it."
    }
}

/// Tells the turns that time has passed, which ends their pauses.
pub fn advance_time(state: &mut State) {
    let now = state.now;
    for turn in &mut state.turns {
        // This event never returns steps.
        drop(turn.handle(TurnEvent::TimePassed, now));
    }
}

/// Stops a turn; its partial answer is kept.
pub fn stop_answer(state: &mut State, id: &TurnId) -> Vec<Effect> {
    turn_steps::feed_event(state, id, TurnEvent::StopRequested)
}

/// Ends all turns, because the program quits.
pub fn end_all(state: &mut State) -> Vec<Effect> {
    let all: Vec<TurnId> = state.turns.iter().map(|turn| turn.id.clone()).collect();
    let leave = |id| turn_steps::feed_event(state, id, TurnEvent::LeaveRequested);
    all.iter().flat_map(leave).collect()
}

/// Asks the last question of the open conversation again, where it has no answer.
pub fn retry_last(state: &mut State) -> Vec<Effect> {
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let conversation = open.id.clone();
    let running = state.turn_in(&conversation);
    if let Some((turn, wait)) = running.map(|turn| (turn.id.clone(), wait_notice(turn))) {
        let effects = turn_steps::feed_event(state, &turn, TurnEvent::RetryRequested);
        if effects.is_empty() {
            state.show_notice(NoticeKind::Info, wait);
        }
        return effects;
    }
    if let Some(effects) = background_answers::fetch_again(state, &conversation) {
        return effects;
    }
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    if !transcript::is_unanswered(open) {
        state.show_notice(NoticeKind::Info, "The last question already has an answer.");
        return Vec::new();
    }
    open.failure = None;
    let again = open.messages.last().map(|question| Fingerprint::of(question));
    state.notice = None;
    begin_turn(state, conversation, Draft::default(), Vec::new(), again)
}
