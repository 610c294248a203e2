//! Feeds events to turns and converts their steps to effects. Must not decide anything about a
//! turn: `chat::turn` does.

use crate::chat::{
    ApprovalAnswer, ConversationId, EndReport, Failure, ReplyOutcome, TurnEvent, TurnId,
    TurnOutcome, TurnReport, TurnStep, logged_change, title,
};

use crate::app::{
    ApiEffect, Effect, FailedTurn, NoticeKind, State, StoreEffect, UnsavedQuestion,
    question::return_question::return_question,
};
use crate::app::{
    transcript::text_selection,
    turn::{answer_notification, approval, background_answers},
    window_advice,
};

/// Feeds an event to a turn; ignored where the turn has ended.
pub(crate) fn feed_event(state: &mut State, id: &TurnId, event: TurnEvent) -> Vec<Effect> {
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
    let server = turn.options().and_then(|options| options.server.clone());
    let server = server.map(|server| server.name);
    if rewritten {
        text_selection::clear_if_rewritten(&mut state.transcript, &conversation);
    }
    steps
        .into_iter()
        .flat_map(|step| perform_step(state, id, &conversation, server.clone(), step))
        .collect()
}

/// Converts a step to effects, or shows its report.
fn perform_step(
    state: &mut State,
    id: &TurnId,
    conversation: &ConversationId,
    server: Option<String>,
    step: TurnStep,
) -> Vec<Effect> {
    let (turn, here) = (id.clone(), conversation.clone());
    let effect = match step {
        TurnStep::Server(step) => {
            // The question of a turn that is not sent yet knows its server.
            let server = server.or_else(|| unsaved(state, id)?.server.clone());
            Effect::Api(ApiEffect::Turn { turn, server, step })
        }
        TurnStep::Store(step) => {
            Effect::Store(StoreEffect::Turn { turn, conversation: here, step })
        }
        TurnStep::StoreQuestion => return store_question(state, id).into_iter().collect(),
        TurnStep::RecordCapability(update) => {
            Effect::Store(StoreEffect::RecordCapability { server, update })
        }
        TurnStep::Journal(delta) => Effect::Journal { turn, conversation: here, delta },
        TurnStep::AskApproval(request) => {
            return if state.tool_permissions.cover(conversation, &request) {
                feed_event(state, id, TurnEvent::ApprovalAnswered(ApprovalAnswer::Allowed))
            } else {
                // The dialog opens once nothing is being typed.
                approval::notify(state, &request).into_iter().collect()
            };
        }
        TurnStep::Report(report) => {
            show_report(state, conversation, report);
            return Vec::new();
        }
        TurnStep::End(outcome) => return end_turn(state, id, conversation, outcome),
    };
    vec![effect]
}

fn unsaved<'a>(state: &'a State, id: &TurnId) -> Option<&'a UnsavedQuestion> {
    state.unsaved_questions.iter().find(|unsaved| unsaved.turn == *id)
}

fn store_question(state: &State, id: &TurnId) -> Option<Effect> {
    let unsaved = unsaved(state, id)?;
    let typed = &unsaved.draft.text;
    let mut messages = unsaved.changes.iter().flat_map(logged_change::new_messages);
    let is_asked = messages.any(|message| message.text.trim() == typed.trim());
    Some(Effect::Store(StoreEffect::StoreQuestion {
        turn: id.clone(),
        conversation: unsaved.conversation.clone(),
        changes: unsaved.changes.clone(),
        existing_question: unsaved.existing_question.clone(),
        typed: (!is_asked && !typed.is_empty()).then(|| typed.clone()),
    }))
}

/// Removes a turn and shows how it ended, now that the store has answered.
fn end_turn(
    state: &mut State,
    id: &TurnId,
    conversation: &ConversationId,
    outcome: TurnOutcome,
) -> Vec<Effect> {
    let turn = state.turns.iter().position(|turn| turn.id == *id).map(|at| state.turns.remove(at));
    if let TurnOutcome::Stored(report) = outcome {
        let notification =
            turn.as_ref().and_then(|turn| answer_notification::notify_of_end(state, turn, &report));
        show_end_report(state, conversation, &report);
        return notification.into_iter().collect();
    }
    if let Some(failure) = outcome.failure() {
        state.show_failure(&failure);
    } else if let Some(sentence) = outcome.sentence() {
        state.show_notice(NoticeKind::Info, sentence);
    }
    return_question(state, id)
}

fn show_report(state: &mut State, conversation: &ConversationId, report: TurnReport) {
    match report {
        // The live answer shows these as long as they hold.
        TurnReport::Retrying { .. } | TurnReport::ToolUsed(_) => {}
        // The notice waits until the ending is stored; the cause holds whether it can be or not.
        TurnReport::Ended(report) => {
            if let ReplyOutcome::Interrupted(failure) | ReplyOutcome::Failed(failure) =
                report.outcome
            {
                record_failure(state, conversation, failure);
            }
        }
        TurnReport::StoredLate => {
            if let Some(sentence) = report.sentence() {
                // What another program has lost, which the same look at the file may have found, stays.
                state.notice.take_if(|notice| notice.kind != NoticeKind::Warning);
                state.append_notice(&sentence);
            }
        }
        TurnReport::StoppedBeforeSending | TurnReport::Notice(_) => {
            if let Some(sentence) = report.sentence() {
                state.show_notice(NoticeKind::Info, sentence);
            }
        }
    }
}

/// Shows how a turn ended whose answer is not whole.
fn show_end_report(state: &mut State, conversation: &ConversationId, report: &EndReport) {
    let prefix = title_prefix(state, conversation);
    if let Some(failure) = report.failure() {
        let text = window_advice::failure_text(&failure, &state.keymap);
        state.show_notice(NoticeKind::Error, prefix + &text);
        return;
    }
    let Some(sentence) = report.sentence() else {
        return;
    };
    let text = format!("{prefix}{sentence}");
    match &report.outcome {
        ReplyOutcome::Stopped => {
            state.show_notice(NoticeKind::Info, text);
        }
        ReplyOutcome::Completed | ReplyOutcome::Incomplete(_) => {
            state.show_notice(NoticeKind::Warning, text);
        }
        ReplyOutcome::LeftRunning(failure) => {
            state.background_conversations.push(conversation.clone());
            let why = failure.as_ref().map(|it| window_advice::failure_text(it, &state.keymap));
            let sentence = format!("{} {}", why.unwrap_or_default(), report.running_sentence());
            let sentence = sentence.trim_start();
            state.show_notice(
                NoticeKind::Warning,
                format!("{prefix}{sentence} {}", background_answers::FETCH_ADVICE),
            );
            if let Some(failure) = failure {
                let failure = Failure::new(
                    failure.kind,
                    sentence.to_owned(),
                    background_answers::FETCH_ADVICE,
                );
                record_failure(state, conversation, failure);
            }
        }
        ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) => {}
    }
}

/// The prefix of a notice about a conversation that is not on screen.
pub(crate) fn title_prefix(state: &State, conversation: &ConversationId) -> String {
    let row = state.list.rows.iter().find(|row| row.id == *conversation);
    match row.filter(|_| !is_on_screen(state, conversation)) {
        Some(row) => format!("In \"{}\": ", title::in_sentence(row.title.text())),
        None => String::new(),
    }
}

pub(crate) fn is_on_screen(state: &State, conversation: &ConversationId) -> bool {
    state.transcript.open.as_ref().is_some_and(|open| open.id == *conversation)
}

/// Records why the last question of the open conversation has no answer.
fn record_failure(state: &mut State, conversation: &ConversationId, failure: Failure) {
    let options = state.turn_in(conversation).and_then(|turn| turn.options().cloned());
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == *conversation) {
        open.failure = Some(FailedTurn { failure, options });
    }
}
