//! Drives one turn for a command: feeds `chat::turn` what happens and performs the steps it asks for.
//! Must not decide anything about a turn, nor say how one ended: what to do next is the command's.

mod driver;
mod output;
mod steps;

use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::chat::{
    AnswerOptions, BackgroundAnswer, Change, Conversation, ConversationId, EndReport, Fingerprint,
    ReplyEvent, Turn, TurnEvent, TurnId,
};
use crate::runtime::clock;
use crate::runtime::reply_worker::ApiServer;
use crate::settings::Settings;
use crate::store::Store;

use crate::cli::error::CliError;
use driver::TurnDriver;
use output::NoOutput;

pub use output::TurnOutput;

/// What a turn needs around it.
pub struct TurnEnvironment<'a> {
    /// How questions are asked.
    pub settings: &'a Settings,
    /// Who answers.
    pub server: &'a Arc<ApiServer>,
    /// Where questions and answers are kept.
    pub store: &'a mut Store,
    /// What waits for the server.
    pub runtime: &'a Runtime,
}

/// A question to be asked.
pub struct Question {
    /// Where it belongs.
    pub conversation: ConversationId,
    /// The question itself.
    pub kind: QuestionKind,
    /// How to ask.
    pub options: AnswerOptions,
}

/// A question that is new, or one that is asked again.
#[derive(Debug)]
pub enum QuestionKind {
    /// These changes store it.
    New(Vec<Change>),
    /// It is in the file already.
    Retry(Fingerprint),
}

impl QuestionKind {
    /// The last question of a conversation, where it has no answer.
    #[must_use]
    pub fn last_unanswered(conversation: &Conversation) -> Option<Self> {
        let last = conversation.messages.last().filter(|_| conversation.is_unanswered())?;
        Some(Self::Retry(Fingerprint::of(last)))
    }
}

/// Stores a question, sends it, shows the answer and stores it; tells how it ended.
///
/// # Errors
/// When the question or how it ended could not be stored, or nothing could be printed.
pub fn ask(
    environment: TurnEnvironment<'_>,
    question: Question,
    output: &mut impl TurnOutput,
) -> Result<EndReport, CliError> {
    let Question { conversation, kind: asked, options } = question;
    let turn = TurnId::new(uuid::Uuid::new_v4().to_string());
    let turn = Turn::new(turn, conversation, clock::now());
    let runtime = environment.runtime;
    let store = &mut *environment.store;
    let stored = match &asked {
        QuestionKind::New(changes) => store.begin_turn(&turn.id, &turn.conversation, changes),
        QuestionKind::Retry(question) => store.ask_again(&turn.id, &turn.conversation, question),
    };
    let mut driver = TurnDriver::new(environment, turn, output);
    let mut first = Vec::new();
    match stored {
        Ok(accepted) => {
            first.extend(driver.begin_output());
            let (conversation, options) = (Box::new(accepted), Box::new(options));
            first.push(TurnEvent::QuestionAccepted { conversation, options });
        }
        Err(error) => first.push(TurnEvent::QuestionNotStored(error.to_failure())),
    }
    runtime.block_on(driver.run(first))
}

/// Waits for an answer that an earlier run left at the server, and stores it.
///
/// # Errors
/// When it could not be stored.
pub fn wait_for_background(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<EndReport, CliError> {
    let (runtime, server) = (environment.runtime, Arc::clone(environment.server));
    let id = running.response_id.clone();
    let mut output = NoOutput;
    let mut driver = TurnDriver::new(environment, Turn::resume(running), &mut output);
    runtime.block_on(async {
        let mut first = Vec::new();
        match server.client().await {
            Ok(client) => driver.listen(client.collect(id)),
            Err(failure) => first.push(TurnEvent::ClientFailed(failure)),
        }
        driver.run(first).await
    })
}

/// Looks once at an answer that an earlier run left at the server, and stores it where it is ready.
///
/// # Errors
/// When it could not be stored.
pub fn check_background(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
) -> Result<EndReport, CliError> {
    let (runtime, server) = (environment.runtime, Arc::clone(environment.server));
    let id = running.response_id.clone();
    runtime.block_on(async {
        let event = match server.client().await {
            Ok(client) => match client.poll_answer(&id).await {
                Some(ending) => TurnEvent::Reply(ReplyEvent::Ended(Box::new(ending))),
                None => TurnEvent::LeaveRequested,
            },
            Err(failure) => TurnEvent::ClientFailed(failure),
        };
        TurnDriver::new(environment, Turn::resume(running), &mut NoOutput).run(vec![event]).await
    })
}

/// Leaves an answer where an earlier run had left it.
pub fn leave_in_background(environment: TurnEnvironment<'_>, running: BackgroundAnswer) {
    let runtime = environment.runtime;
    let mut output = NoOutput;
    let driver = TurnDriver::new(environment, Turn::resume(running), &mut output);
    // Nothing is stored or printed that could fail.
    let _ = runtime.block_on(driver.run(vec![TurnEvent::LeaveRequested]));
}
