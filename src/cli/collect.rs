//! Answers that earlier runs left at the server, kept before anything else is done.
//! May not ask a question.

use crate::api::{Client, ClientSettings};
use crate::chat::answer::{ended_early, keep, keep_what_came};
use crate::chat::{AnswerOptions, ConversationId, Ending, Outcome, ReplyEvent, Running, WebChain};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::Store;

use super::problem::Problem;
use super::{open, output};

/// Keeps what is whole by now; the answer of one conversation is waited for, where one is named.
///
/// # Errors
/// When an answer could not be stored, or the client cannot be made.
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
    let client = Client::new(ClientSettings::from(settings))?;
    let web =
        if settings.shares_server_with_web() { WebChain::Possible } else { WebChain::Impossible };
    for running in found {
        let ending = if wanted == Some(&running.conversation) {
            output::say(
                "The last answer of this conversation is still being made; waiting for it.",
            );
            Some(runtime.block_on(wait(&client, &running)))
        } else {
            runtime.block_on(client.look(&running.response_id))
        };
        match ending {
            Some(mut ending) if !matches!(ending.outcome, Outcome::LeftRunning(_)) => {
                sign(&running, &mut ending);
                keep_what_came(&mut ending, &running.grown);
                let answer = keep(&ending, clock::now(), web);
                let said = told(&ending);
                store.finish_turn(&running.turn, &running.conversation, answer)?;
                output::say(&said);
            }
            Some(_) | None => store.leave_running(&running.turn),
        }
    }
    runtime.shutdown_background();
    Ok(())
}

/// What became of an answer that was left.
fn told(ending: &Ending) -> String {
    match (ended_early(&ending.outcome), ending.text.is_empty()) {
        (None, false) => "An answer that was left at the server is here.".to_owned(),
        (None, true) => "An answer that was left at the server is empty.".to_owned(),
        (Some(why), false) => {
            format!("What came of an answer that was left at the server is here: {why}")
        }
        (Some(why), true) => format!("An answer that was left at the server did not come: {why}"),
    }
}

/// Notes how the answer was asked for, as far as that was kept.
fn sign(running: &Running, ending: &mut Ending) {
    let options = AnswerOptions {
        preset: running.preset.clone(),
        effort: running.effort.clone(),
        ..AnswerOptions::of(running.model.clone())
    };
    options.sign(ending);
    ending.response_id.get_or_insert(running.response_id.clone());
}

async fn wait(client: &Client, running: &Running) -> Ending {
    let mut reply = client.collect(running.response_id.clone());
    let interrupted = tokio::signal::ctrl_c();
    let ended = async {
        while let Some(event) = reply.next().await {
            if let ReplyEvent::Ended(ending) = event {
                return *ending;
            }
        }
        super::ask::left()
    };
    tokio::select! {
        ending = ended => ending,
        _ = interrupted => super::ask::left(),
    }
}
