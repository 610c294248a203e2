//! Answers that earlier runs left at the server, collected before anything else is done.
//! Must not ask a question.

use std::sync::Arc;

use crate::chat::{ConversationId, Outcome, Running};
use crate::runtime::reply_worker::Server;
use crate::settings::Settings;
use crate::store::Store;

use super::problem::{Problem, code};
use super::turn_driver::{self, TurnEnvironment};
use super::{open, output};

/// Collects what is complete by now; the answer of one conversation is waited for, where one is named.
///
/// # Errors
/// When an answer could not be stored, or the user would not wait any longer.
pub fn left_running(
    settings: &Settings,
    store: &mut Store,
    wanted: Option<&ConversationId>,
) -> Result<(), Problem> {
    let found = store.claim_running(&settings.base_url);
    if found.is_empty() {
        return Ok(());
    }
    let runtime = open::runtime()?;
    let server = Arc::new(Server::new(settings.clone()));
    let mut done = Ok(());
    for running in found {
        let environment = TurnEnvironment { settings, server: &server, store, runtime: &runtime };
        if done.is_err() {
            // Whatever went wrong, the others stay where they are.
            turn_driver::leave(environment, running);
        } else if wanted == Some(&running.conversation) {
            done = wait(environment, running);
        } else {
            done = look(environment, running);
        }
    }
    runtime.shutdown_background();
    done
}

fn wait(environment: TurnEnvironment<'_>, running: Running) -> Result<(), Problem> {
    output::say("The last answer of this conversation is still being made; waiting for it.");
    let report = turn_driver::wait(environment, running)?;
    let sentence = report.sentence().unwrap_or_default();
    match report.outcome {
        Outcome::LeftRunning(None) => {
            return Err(Problem { text: sentence, code: code::INTERRUPTED });
        }
        Outcome::LeftRunning(Some(_)) => output::say(&sentence),
        _ => output::say(&report.sentence_when_collected()),
    }
    Ok(())
}

/// An answer that is not ready is nothing to speak of: nobody asked for it now.
fn look(environment: TurnEnvironment<'_>, running: Running) -> Result<(), Problem> {
    let report = turn_driver::look(environment, running)?;
    if !matches!(report.outcome, Outcome::LeftRunning(_)) {
        output::say(&report.sentence_when_collected());
    }
    Ok(())
}
