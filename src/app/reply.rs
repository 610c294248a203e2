//! Turns under way: what the server says about them, stopping them, asking again.
//! May not send or store anything itself.

use crate::chat::answer::keep_what_came;
use crate::chat::{
    Activity, ConversationId, Ending, Failure, FailureKind, Grown, Outcome, ReplyEvent, Timestamp,
    Turn, TurnId, TurnPhase,
};

use super::{
    ApiEffect, Effect, NoticeKind, State, StoreEffect, Unsaved, overlay, running, selection,
    transcript,
};

/// What is said where something has to wait for the answer.
pub const STILL_COMING: &str = "The answer is still coming. Esc stops it.";

/// Takes one event of a turn; an event of a turn that is over is dropped.
pub fn take(state: &mut State, id: &TurnId, event: ReplyEvent) -> Vec<Effect> {
    let now = state.now;
    let Some(turn) = state.turns.iter_mut().find(|turn| turn.id == *id) else {
        return Vec::new();
    };
    if turn.phase == TurnPhase::Keeping {
        return Vec::new();
    }
    match event {
        ReplyEvent::Accepted { response_id, model, mode } => {
            turn.response_id = response_id;
            turn.model = model;
            turn.mode = mode;
            if matches!(turn.phase, TurnPhase::Retrying { .. }) {
                turn.phase = TurnPhase::Waiting;
            }
            running::note(turn)
        }
        ReplyEvent::TextAppended(text) => {
            turn.phase = TurnPhase::Streaming;
            turn.pieces = turn.pieces.saturating_add(1);
            turn.first_piece_at.get_or_insert(now);
            let rewrites = turn.rewrites;
            let grown = turn.append(&text);
            if turn.rewrites != rewrites {
                selection::rewritten(&mut state.transcript, &turn.conversation);
            }
            written(turn, grown, text)
        }
        ReplyEvent::TextReplaced(text) => {
            turn.phase = TurnPhase::Streaming;
            let rewrites = turn.rewrites;
            let grown = turn.replace(&text);
            if turn.rewrites != rewrites {
                selection::rewritten(&mut state.transcript, &turn.conversation);
            }
            written(turn, grown, text)
        }
        ReplyEvent::ReasoningAppended(text) => {
            turn.reasoning.push_str(&text);
            Vec::new()
        }
        ReplyEvent::ToolUsed(tool) => {
            turn.phase = TurnPhase::Busy(Activity::ToolUsed { line: tool.line() });
            turn.tools.push(*tool);
            Vec::new()
        }
        ReplyEvent::Activity(activity) => {
            turn.phase = TurnPhase::Busy(activity);
            Vec::new()
        }
        ReplyEvent::Retrying { failure, after, .. } => {
            let seconds = i64::try_from(after.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
            let until = Timestamp::from_seconds(now.seconds().saturating_add(seconds));
            turn.phase = TurnPhase::Retrying { failure, until };
            Vec::new()
        }
        ReplyEvent::EffortLeftOut => {
            // The answer is signed with what it was asked with.
            if let Some(options) = &mut turn.options {
                options.effort = None;
            }
            Vec::new()
        }
        ReplyEvent::Learned(lesson) => vec![Effect::Store(StoreEffect::Learn(lesson))],
        ReplyEvent::Notice(text) => {
            state.say(NoticeKind::Info, text);
            Vec::new()
        }
        ReplyEvent::Ended(ending) => end(state, id, ending),
    }
}

/// What is written down of a piece of an answer.
fn written(turn: &Turn, grown: Grown, piece: String) -> Vec<Effect> {
    let id = turn.id.clone();
    match grown {
        Grown::Known => Vec::new(),
        Grown::Longer => vec![Effect::Store(StoreEffect::GrowAnswer { turn: id, text: piece })],
        Grown::Other => {
            let text = turn.answer.clone();
            vec![Effect::Store(StoreEffect::ReplaceAnswer { turn: id, text })]
        }
    }
}

/// The clock has moved: a pause that is over is no pause any more.
pub fn pass(state: &mut State) {
    let now = state.now;
    for turn in &mut state.turns {
        if matches!(&turn.phase, TurnPhase::Retrying { until, .. } if *until <= now) {
            turn.phase = TurnPhase::Waiting;
        }
    }
}

/// Stops an answer and keeps what came of it.
pub fn stop(state: &mut State, id: &TurnId) -> Vec<Effect> {
    let Some(turn) = state.turns.iter().find(|turn| turn.id == *id) else {
        return Vec::new();
    };
    match turn.phase {
        // The question is on its way to the disk; stopping waits for it, nothing will be sent.
        TurnPhase::Storing => {
            state.say(NoticeKind::Info, "Stopped before anything was sent.");
            mark_stopped(state, id);
            Vec::new()
        }
        TurnPhase::Keeping | TurnPhase::Stopping => Vec::new(),
        TurnPhase::Waiting
        | TurnPhase::Retrying { .. }
        | TurnPhase::Busy(_)
        | TurnPhase::Streaming => {
            let ending = Box::new(stopped(turn));
            let said = if turn.answer.is_empty() {
                "Stopped before an answer came. The question is kept."
            } else {
                "Stopped. What came of the answer is kept."
            };
            let mut effects = vec![Effect::Api(running::stop(turn))];
            let cancel = running::cancel(turn);
            state.say(NoticeKind::Info, said);
            effects.extend(cancel);
            effects.extend(end(state, id, ending));
            effects
        }
    }
}

/// Stops every answer, because the program ends.
pub fn stop_all(state: &mut State) -> Vec<Effect> {
    let all: Vec<TurnId> = state.turns.iter().map(|turn| turn.id.clone()).collect();
    all.iter().flat_map(|id| running::leave(state, id).unwrap_or_else(|| stop(state, id))).collect()
}

/// Asks the last question of the conversation on screen again, where it has no answer.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let conversation = open.id.clone();
    if let Some(turn) = state.turns.iter_mut().find(|turn| turn.conversation == conversation) {
        if matches!(turn.phase, TurnPhase::Retrying { .. }) {
            turn.phase = TurnPhase::Waiting;
            return vec![Effect::Api(ApiEffect::RetryNow(turn.id.clone()))];
        }
        state.say(NoticeKind::Info, STILL_COMING);
        return Vec::new();
    }
    if let Some(effects) = running::look_again(state, &conversation) {
        return effects;
    }
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    if !transcript::is_unanswered(open) {
        state.say(NoticeKind::Info, "The last question has its answer.");
        return Vec::new();
    }
    open.failure = None;
    state.notice = None;
    let turn = state.ids.turn();
    state.turns.push(Turn::new(turn.clone(), conversation.clone(), state.now));
    state.unsaved.push(Unsaved {
        turn: turn.clone(),
        text: String::new(),
        starts_conversation: false,
    });
    let keep = StoreEffect::KeepQuestion { turn, conversation, changes: Vec::new() };
    vec![Effect::Store(keep)]
}

/// The answer is over: it goes to the disk, and people are told where it is not whole.
fn end(state: &mut State, id: &TurnId, mut ending: Box<Ending>) -> Vec<Effect> {
    let Some(turn) = state.turns.iter_mut().find(|turn| turn.id == *id) else {
        return Vec::new();
    };
    keep_what_came(&mut ending, &turn.answer);
    if turn.answer != ending.text {
        turn.rewrites = turn.rewrites.wrapping_add(1);
        turn.answer.clone_from(&ending.text);
        selection::rewritten(&mut state.transcript, &turn.conversation);
    }
    turn.phase = TurnPhase::Keeping;
    if let Some(options) = &turn.options {
        options.sign(&mut ending);
    }
    let conversation = turn.conversation.clone();
    let mut effects = tell(state, &conversation, &ending.outcome);
    let turn = id.clone();
    if matches!(ending.outcome, Outcome::LeftRunning(_)) {
        state.left.push(conversation.clone());
        effects.push(Effect::Store(StoreEffect::LeaveRunning { turn, conversation }));
        return effects;
    }
    effects.push(Effect::Store(StoreEffect::KeepAnswer { turn, conversation, ending }));
    effects
}

/// Says how a turn ended, where it did not end well.
fn tell(state: &mut State, conversation: &ConversationId, outcome: &Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Completed | Outcome::Stopped => Vec::new(),
        Outcome::LeftRunning(failure) => {
            let said = format!("{} {}", failure.sentence, running::GOES_ON);
            state.say(NoticeKind::Warning, said);
            let waits = Failure { next_step: running::GOES_ON.to_owned(), ..failure.clone() };
            remember(state, conversation, &waits);
            Vec::new()
        }
        Outcome::Incomplete(reason) => {
            let said = elsewhere(state, conversation) + reason;
            state.say(NoticeKind::Warning, said);
            Vec::new()
        }
        Outcome::Interrupted(failure) | Outcome::Failed(failure) => {
            let said = elsewhere(state, conversation) + &failure.to_string();
            state.say(NoticeKind::Error, said);
            remember(state, conversation, failure);
            let on_screen =
                state.transcript.open.as_ref().is_some_and(|open| open.id == *conversation);
            if failure.kind == FailureKind::ModelGone && on_screen {
                let options = state.turn_in(conversation).and_then(|turn| turn.options.as_ref());
                let gone =
                    options.map_or_else(|| state.session.model.clone(), |it| it.model.clone());
                return overlay::models::offer_instead(state, failure.to_string(), gone);
            }
            Vec::new()
        }
    }
}

/// Names a conversation that is not on screen; nothing for the one that is.
fn elsewhere(state: &State, conversation: &ConversationId) -> String {
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == *conversation);
    let row = state.list.rows.iter().find(|row| row.id == *conversation);
    match row.filter(|_| !on_screen) {
        Some(row) => format!("In \"{}\": ", row.title),
        None => String::new(),
    }
}

/// Keeps the reason with the conversation on screen, under the question it is about.
fn remember(state: &mut State, conversation: &ConversationId, failure: &Failure) {
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == *conversation) {
        open.failure = Some(failure.clone());
    }
}

fn mark_stopped(state: &mut State, id: &TurnId) {
    if let Some(turn) = state.turns.iter_mut().find(|turn| turn.id == *id) {
        turn.phase = TurnPhase::Stopping;
    }
}

/// How a turn ends that the user stopped.
#[must_use]
pub fn stopped(turn: &Turn) -> Ending {
    Ending {
        response_id: turn.response_id.clone(),
        model: turn.model.clone(),
        ..Ending::bare(Outcome::Stopped, turn.answer.clone())
    }
}
