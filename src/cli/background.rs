//! Answers that earlier runs left at the server, collected before anything else is done.
//! Must not ask a question.

use std::sync::Arc;

use crate::chat::{BackgroundAnswer, ConversationId, ReplyOutcome};
use crate::runtime::reply_worker::ApiServer;
use crate::settings::Settings;
use crate::store::Store;

use crate::cli::error::{CliError, code};
use crate::cli::turn_driver::{self, TurnEnvironment};
use crate::cli::{bootstrap, output};

/// Collects what is complete by now; the answer of one conversation is waited for, where one is named.
///
/// # Errors
/// When an answer could not be stored, or the user would not wait any longer.
pub fn collect_answers(
    settings: &Settings,
    store: &mut Store,
    wanted: Option<&ConversationId>,
) -> Result<(), CliError> {
    let found = store.claim_background_answers(&settings.base_url);
    if found.is_empty() {
        return Ok(());
    }
    let runtime = bootstrap::build_runtime()?;
    let server = Arc::new(ApiServer::new(settings.clone()));
    let mut done = Ok(());
    for running in found {
        let environment = TurnEnvironment { settings, server: &server, store, runtime: &runtime };
        if done.is_err() {
            // Whatever went wrong, the others stay where they are.
            turn_driver::leave_in_background(environment, running);
        } else if wanted == Some(&running.conversation) {
            done = wait_for_answer(environment, running);
        } else {
            done = check_answer(environment, running);
        }
    }
    runtime.shutdown_background();
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
