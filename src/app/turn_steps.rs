//! Feeds events to turns and puts the steps they ask for into effects.
//! Must not decide anything about a turn: `chat::turn` does.

use crate::chat::{
    ConversationId, EndReport, Failure, FailureKind, ReplyOutcome, Turn, TurnEvent, TurnId,
    TurnOutcome, TurnReport, TurnStep,
};

use super::{ApiEffect, Effect, NoticeKind, State, StoreEffect, overlay};
use crate::app::{background_answers, text_selection};

/// Feeds an event to a turn; an event of a turn that is over is dropped.
pub fn feed_event(state: &mut State, id: &TurnId, event: TurnEvent) -> Vec<Effect> {
    let now = state.now;
    let Some(turn) = state.turns.iter_mut().find(|turn| turn.id == *id) else {
        return Vec::new();
    };
    let rewrites = turn.rewrites();
    let steps = turn.handle(event, now);
    let rewritten = turn.rewrites() != rewrites;
    if !rewritten && steps.is_empty() {
        return Vec::new();
    }
    let conversation = turn.conversation.clone();
    if rewritten {
        text_selection::clear_if_rewritten(&mut state.transcript, &conversation);
    }
    steps.into_iter().flat_map(|step| perform_step(state, id, &conversation, step)).collect()
}

/// One step as effects, or as something said.
fn perform_step(
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
        TurnStep::Disconnect => Effect::Api(ApiEffect::Stop(turn)),
        TurnStep::CancelOnceIdentified => Effect::Api(ApiEffect::Abandon(turn)),
        TurnStep::Cancel(response_id) => Effect::Api(ApiEffect::Cancel(response_id)),
        TurnStep::Journal(delta) => Effect::Store(StoreEffect::JournalDelta { turn, delta }),
        TurnStep::RecordBackground { response_id, options } => {
            let conversation = here();
            Effect::Store(StoreEffect::NoteBackground { turn, conversation, response_id, options })
        }
        TurnStep::RecordCapability(lesson) => Effect::Store(StoreEffect::RecordCapability(lesson)),
        TurnStep::StoreEnding(ending) => {
            Effect::Store(StoreEffect::StoreAnswer { turn, conversation: here(), ending })
        }
        TurnStep::LeaveRunning(_) => {
            Effect::Store(StoreEffect::LeaveInBackground { turn, conversation: here() })
        }
        TurnStep::Report(report) => return show_report(state, conversation, report),
        TurnStep::End(outcome) => return end_turn(state, id, &outcome),
    };
    vec![effect]
}

/// The turn is not under way any more.
fn end_turn(state: &mut State, id: &TurnId, outcome: &TurnOutcome) -> Vec<Effect> {
    state.turns.retain(|turn| turn.id != *id);
    // How it ended was said at once.
    let untold = !matches!(outcome, TurnOutcome::Stored(_));
    if let Some(sentence) = outcome.sentence().filter(|_| untold) {
        state.show_notice(NoticeKind::Error, sentence);
    }
    Vec::new()
}

fn show_report(
    state: &mut State,
    conversation: &ConversationId,
    report: TurnReport,
) -> Vec<Effect> {
    match report {
        // They are on screen as long as they are true.
        TurnReport::Retrying { .. } | TurnReport::ToolUsed(_) => Vec::new(),
        TurnReport::Ended(report) => show_end_report(state, conversation, &report),
        TurnReport::StoppedBeforeSending | TurnReport::Notice(_) => {
            if let Some(sentence) = report.sentence() {
                state.show_notice(NoticeKind::Info, sentence);
            }
            Vec::new()
        }
    }
}

/// Says how a turn ended, where its answer is not whole.
fn show_end_report(
    state: &mut State,
    conversation: &ConversationId,
    report: &EndReport,
) -> Vec<Effect> {
    let Some(sentence) = report.sentence() else {
        return Vec::new();
    };
    let said = title_prefix(state, conversation) + &sentence;
    match &report.outcome {
        ReplyOutcome::Stopped => state.show_notice(NoticeKind::Info, said),
        ReplyOutcome::Completed | ReplyOutcome::Incomplete(_) => {
            state.show_notice(NoticeKind::Warning, said)
        }
        ReplyOutcome::LeftRunning(failure) => {
            state.background_conversations.push(conversation.clone());
            state.show_notice(
                NoticeKind::Warning,
                format!("{said} {}", background_answers::FETCH_ADVICE),
            );
            if let Some(failure) = failure {
                let failure =
                    Failure::new(failure.kind, sentence, background_answers::FETCH_ADVICE);
                record_failure(state, conversation, failure);
            }
        }
        ReplyOutcome::Interrupted(failure) | ReplyOutcome::Failed(failure) => {
            state.show_notice(NoticeKind::Error, said);
            record_failure(state, conversation, failure.clone());
            if failure.kind == FailureKind::ModelUnavailable && is_on_screen(state, conversation) {
                let options = state.turn_in(conversation).and_then(Turn::options);
                let gone =
                    options.map_or_else(|| state.session.model.clone(), |it| it.model.clone());
                return overlay::models::offer_replacement(state, failure.to_string(), gone);
            }
        }
    }
    Vec::new()
}

/// Names a conversation that is not on screen; nothing for the one that is.
fn title_prefix(state: &State, conversation: &ConversationId) -> String {
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
fn record_failure(state: &mut State, conversation: &ConversationId, failure: Failure) {
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == *conversation) {
        open.failure = Some(failure);
    }
}
