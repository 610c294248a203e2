//! Drives one turn for a command: feeds `chat::turn` what happens and performs the steps it asks for.
//! Must not decide anything about a turn: commands and the window would come to differ.

mod driver;
mod environment;
mod output;
mod question;
mod steps;

use std::sync::Arc;

use crate::chat::{BackgroundAnswer, EndReport, ReplyEvent, Turn, TurnEvent, TurnId};
use crate::cli::error::CliError;
use crate::runtime::clock;

use driver::TurnDriver;
use output::NoOutput;

pub(super) use environment::TurnEnvironment;
pub(super) use output::TurnOutput;
pub(super) use question::{Question, QuestionKind};

/// Stores a question, sends it, prints the answer and stores it; returns how it ended. Fails where the
/// question could not be sent or stored, the end could not be stored, or nothing could be printed.
pub(super) fn ask(
    environment: TurnEnvironment<'_>,
    question: Question,
    output: &mut impl TurnOutput,
) -> Result<EndReport, CliError> {
    let id = TurnId::new(uuid::Uuid::new_v4().to_string());
    let turn = Turn::new(id, question.conversation.clone(), clock::now());
    let runtime = environment.session.handle();
    let driver = TurnDriver::new(environment, turn, output).with_question(question);
    runtime.block_on(driver.run(vec![TurnEvent::Begun]))
}

/// How long an answer at the server is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Until it is complete.
    Wait,
    /// Once: one that is not complete stays there.
    LookOnce,
}

/// Collects an answer that an earlier run left at the server, and stores it.
pub(super) fn collect_background(
    environment: TurnEnvironment<'_>,
    running: BackgroundAnswer,
    patience: Patience,
) -> Result<EndReport, CliError> {
    let runtime = environment.session.handle();
    let server = Arc::clone(&environment.session.server);
    let id = running.response_id.clone();
    let mut output = NoOutput;
    let mut driver = TurnDriver::new(environment, Turn::resume(running), &mut output);
    runtime.block_on(async {
        let mut first = Vec::new();
        match (server.client().await, patience) {
            (Ok(client), Patience::Wait) => driver.listen(client.collect(id)),
            (Ok(client), Patience::LookOnce) => first.push(match client.poll_answer(&id).await {
                Some(ending) => TurnEvent::Reply(ReplyEvent::Ended(Box::new(ending))),
                None => TurnEvent::LeaveRequested,
            }),
            (Err(failure), _) => first.push(TurnEvent::ClientFailed(failure)),
        }
        driver.run(first).await
    })
}
