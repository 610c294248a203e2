//! Answers that earlier runs left at the server, collected before anything else is done.
//! Must not ask a question.

use crate::chat::{BackgroundAnswer, ConversationId, ReplyOutcome};
use crate::settings::Settings;
use crate::store::Store;

use super::error::{CliError, code};
use super::output;
use super::server_session::ServerSession;
use super::turn_driver::{self, TurnEnvironment};

/// Collects what is complete by now; the answer of one conversation is waited for, where one is named.
pub(super) fn collect_answers(
    settings: &Settings,
    store: &mut Store,
    wanted: Option<&ConversationId>,
) -> Result<(), CliError> {
    let found = store.claim_background_answers(&settings.base_url);
    if found.is_empty() {
        return Ok(());
    }
    let mut session = ServerSession::start(settings)?;
    let mut done = Ok(());
    for running in found {
        let environment = TurnEnvironment { settings, store, session: &mut session };
        if done.is_err() {
            // Whatever went wrong, the others stay where they are.
            turn_driver::leave_in_background(environment, running);
        } else if wanted == Some(&running.conversation) {
            done = wait_for_answer(environment, running);
        } else {
            done = check_answer(environment, running);
        }
    }
    session.close();
    done
}

fn wait_for_answer(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<(), CliError> {
    output::print_message(
        "The last answer of this conversation is still being made; waiting for it.",
    );
    let report = turn_driver::wait_for_background(environment, running)?;
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

/// An answer that is not ready is nothing to speak of: nobody asked for it now.
fn check_answer(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<(), CliError> {
    let report = turn_driver::check_background(environment, running)?;
    if !matches!(report.outcome, ReplyOutcome::LeftRunning(_)) {
        output::print_message(&report.sentence_when_collected());
    }
    Ok(())
}
