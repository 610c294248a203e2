//! Collects the answers that earlier runs left at the server, before a command does anything else.

use crate::chat::{BackgroundAnswer, ConversationId, ReplyOutcome};
use crate::settings::Settings;
use crate::store::Store;

use super::error::{CliError, code};
use super::output;
use super::server_session::ServerSession;
use super::turn_driver::{self, Patience, TurnEnvironment};

/// Stores the answers that are complete by now, with a session of its own.
pub(super) fn collect_complete(settings: &Settings, store: &mut Store) -> Result<(), CliError> {
    let answers = claim_answers(settings, store);
    if answers.is_empty() {
        return Ok(());
    }
    let mut session = ServerSession::start(settings)?;
    let environment = TurnEnvironment { settings, store, session: &mut session };
    let result = collect(environment, answers, None);
    session.close();
    result
}

/// Stores the answers that are complete by now, and waits for the one of the conversation `wanted`. Fails
/// where one could not be stored or the user interrupted the wait.
pub(super) fn collect_answers(
    settings: &Settings,
    store: &mut Store,
    session: &mut ServerSession,
    wanted: Option<&ConversationId>,
) -> Result<(), CliError> {
    let answers = claim_answers(settings, store);
    collect(TurnEnvironment { settings, store, session }, answers, wanted)
}

/// Claims the answers that the server in use is to be asked for.
fn claim_answers(settings: &Settings, store: &mut Store) -> Vec<BackgroundAnswer> {
    let claimed = store.claim_background_answers(&settings.base_url);
    let is_own =
        |it: &BackgroundAnswer| settings.server_of(it).is_none_or(|name| name == settings.server);
    // A server with another name at the same address may be another account.
    let (answers, others): (Vec<_>, Vec<_>) = claimed.into_iter().partition(is_own);
    for other in others {
        store.leave_running(&other.turn);
    }
    answers
}

fn collect(
    environment: TurnEnvironment<'_>,
    answers: Vec<BackgroundAnswer>,
    wanted: Option<&ConversationId>,
) -> Result<(), CliError> {
    let TurnEnvironment { settings, store, session } = environment;
    let mut result = Ok(());
    for running in answers {
        let environment = TurnEnvironment { settings, store, session };
        if result.is_err() {
            // The others stay at the server until the next run.
            environment.store.leave_running(&running.turn);
        } else if wanted == Some(&running.conversation) {
            result = wait_for_answer(environment, running);
        } else {
            result = check_answer(environment, running);
        }
    }
    result
}

fn wait_for_answer(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<(), CliError> {
    output::print_message(
        "Waiting for the last answer of this conversation, which is still running on the server.",
    );
    let report = turn_driver::collect_background(environment, running, Patience::Wait)?;
    let sentence = report.sentence().unwrap_or_default();
    match report.outcome {
        ReplyOutcome::LeftRunning(None) => {
            return Err(CliError { text: sentence, code: code::INTERRUPTED });
        }
        ReplyOutcome::LeftRunning(Some(_)) => output::print_message(&sentence),
        _ => output::print_message(&report.sentence_when_collected()),
    }
    Ok(())
}

/// Looks once for an answer; one that is not ready is not reported, because the command is about
/// something else.
fn check_answer(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<(), CliError> {
    let report = turn_driver::collect_background(environment, running, Patience::LookOnce)?;
    if !matches!(report.outcome, ReplyOutcome::LeftRunning(_)) {
        output::print_message(&report.sentence_when_collected());
    }
    Ok(())
}
