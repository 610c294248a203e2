//! Feeds events to turns and puts the steps they ask for into effects.
//! Must not decide anything about a turn: `chat::turn` does.

use crate::chat::{
    ConversationId, EndReport, Failure, FailureKind, Outcome, Turn, TurnEvent, TurnId, TurnOutcome,
    TurnReport, TurnStep,
};

use super::{ApiEffect, Effect, NoticeKind, State, StoreEffect, overlay, running, selection};

/// Feeds an event to a turn; an event of a turn that is over is dropped.
pub fn feed(state: &mut State, id: &TurnId, event: TurnEvent) -> Vec<Effect> {
    let now = state.now;
    let Some(turn) = state.turns.iter_mut().find(|turn| turn.id == *id) else {
        return Vec::new();
    };
    let rewrites = turn.rewrites();
    let steps = turn.take(event, now);
    let rewritten = turn.rewrites() != rewrites;
    if !rewritten && steps.is_empty() {
        return Vec::new();
    }
    let conversation = turn.conversation.clone();
    if rewritten {
        selection::rewritten(&mut state.transcript, &conversation);
    }
    steps.into_iter().flat_map(|step| perform(state, id, &conversation, step)).collect()
}

/// One step as effects, or as something said.
fn perform(
    state: &mut State,
    id: &TurnId,
    conversation: &ConversationId,
    step: TurnStep,
) -> Vec<Effect> {
    let turn = id.clone();
    let here = || conversation.clone();
    let effect = match step {
        TurnStep::Send { conversation, options } => {
            Effect::Api(ApiEffect::Ask { turn, conversation, options })
        }
        TurnStep::RetryNow => Effect::Api(ApiEffect::RetryNow(turn)),
        TurnStep::StopListening => Effect::Api(ApiEffect::Stop(turn)),
        TurnStep::Abandon => Effect::Api(ApiEffect::Abandon(turn)),
        TurnStep::Cancel(response_id) => Effect::Api(ApiEffect::Cancel(response_id)),
        TurnStep::Journal(delta) => Effect::Store(StoreEffect::JournalDelta { turn, delta }),
        TurnStep::NoteBackground { response_id, options } => {
            let conversation = here();
            Effect::Store(StoreEffect::NoteRunning { turn, conversation, response_id, options })
        }
        TurnStep::RecordCapability(lesson) => Effect::Store(StoreEffect::Learn(lesson)),
        TurnStep::StoreEnding(ending) => {
            Effect::Store(StoreEffect::KeepAnswer { turn, conversation: here(), ending })
        }
        TurnStep::LeaveRunning(_) => {
            Effect::Store(StoreEffect::LeaveRunning { turn, conversation: here() })
        }
        TurnStep::Report(report) => return tell(state, conversation, report),
        TurnStep::End(outcome) => return end(state, id, &outcome),
    };
    vec![effect]
}

/// The turn is not under way any more.
fn end(state: &mut State, id: &TurnId, outcome: &TurnOutcome) -> Vec<Effect> {
    state.turns.retain(|turn| turn.id != *id);
    // How it ended was said at once.
    let untold = !matches!(outcome, TurnOutcome::Stored(_));
    if let Some(sentence) = outcome.sentence().filter(|_| untold) {
        state.say(NoticeKind::Error, sentence);
    }
    Vec::new()
}

fn tell(state: &mut State, conversation: &ConversationId, report: TurnReport) -> Vec<Effect> {
    match report {
        // They are on screen as long as they are true.
        TurnReport::Retrying { .. } | TurnReport::ToolUsed(_) => Vec::new(),
        TurnReport::Ended(report) => tell_end(state, conversation, &report),
        TurnReport::StoppedBeforeSending | TurnReport::Notice(_) => {
            if let Some(sentence) = report.sentence() {
                state.say(NoticeKind::Info, sentence);
            }
            Vec::new()
        }
    }
}

/// Says how a turn ended, where its answer is not whole.
fn tell_end(state: &mut State, conversation: &ConversationId, report: &EndReport) -> Vec<Effect> {
    let Some(sentence) = report.sentence() else {
        return Vec::new();
    };
    let said = elsewhere(state, conversation) + &sentence;
    match &report.outcome {
        Outcome::Completed | Outcome::Stopped => state.say(NoticeKind::Info, said),
        Outcome::Incomplete(_) => state.say(NoticeKind::Warning, said),
        Outcome::LeftRunning(failure) => {
            state.left.push(conversation.clone());
            state.say(NoticeKind::Warning, format!("{said} {}", running::FETCH_ADVICE));
            if let Some(failure) = failure {
                let failure = Failure::new(failure.kind, sentence, running::FETCH_ADVICE);
                remember(state, conversation, failure);
            }
        }
        Outcome::Interrupted(failure) | Outcome::Failed(failure) => {
            state.say(NoticeKind::Error, said);
            remember(state, conversation, failure.clone());
            if failure.kind == FailureKind::ModelGone && is_on_screen(state, conversation) {
                let options = state.turn_in(conversation).and_then(Turn::options);
                let gone =
                    options.map_or_else(|| state.session.model.clone(), |it| it.model.clone());
                return overlay::models::offer_instead(state, failure.to_string(), gone);
            }
        }
    }
    Vec::new()
}

/// Names a conversation that is not on screen; nothing for the one that is.
fn elsewhere(state: &State, conversation: &ConversationId) -> String {
    let row = state.list.rows.iter().find(|row| row.id == *conversation);
    match row.filter(|_| !is_on_screen(state, conversation)) {
        Some(row) => format!("In \"{}\": ", row.title),
        None => String::new(),
    }
}

fn is_on_screen(state: &State, conversation: &ConversationId) -> bool {
    state.transcript.open.as_ref().is_some_and(|open| open.id == *conversation)
}

/// Keeps the reason with the conversation on screen, under the question it is about.
fn remember(state: &mut State, conversation: &ConversationId, failure: Failure) {
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == *conversation) {
        open.failure = Some(failure);
    }
}
