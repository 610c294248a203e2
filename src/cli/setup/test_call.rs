//! Test calls: the list of models, and one short question that shows what works at a server.

use std::time::Instant;

use crate::api::{Client, Model, ModelRequest};
use crate::chat::{
    CapabilityUpdate, FailureKind, Message, ReplyEnding, ReplyEvent, ReplyOutcome, RequestContext,
};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::server_session::ServerSession;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::clean;

use super::args::SetupArgs;
use super::key::{self, StoredKey};
use super::questions::Questions;

const TEST_QUESTION: &str = "Reply with the single word OK.";

/// The models the server offers; none with `--no-test`, or where the user saves a server that cannot be
/// reached. A refused key can be entered again.
pub(super) fn list_models(
    args: &SetupArgs,
    settings: &mut Settings,
    key: &mut Option<StoredKey>,
    questions: &mut Questions,
) -> Result<Vec<Model>, CliError> {
    if args.no_test {
        return Ok(Vec::new());
    }
    loop {
        let session = ServerSession::start(settings)?;
        let failure = match session.request(async |client| client.models().await) {
            Ok(models) => {
                print_line("Models", &format!("{} offered", models.len()));
                return Ok(models);
            }
            Err(failure) => failure,
        };
        output::print_message(&failure.to_string());
        if failure.kind == FailureKind::ApiKey
            && let Some(other) = key::ask_again(settings, key.as_ref(), questions)?
        {
            *key = Some(other);
            continue;
        }
        confirm_saving(questions)?;
        return Ok(Vec::new());
    }
}

/// Asks whether settings that do not work are to be saved; fails where they are not.
pub(super) fn confirm_saving(questions: &mut Questions) -> Result<(), CliError> {
    if questions.is_interactive() && questions.confirm("Save these settings all the same?")? {
        return Ok(());
    }
    Err(CliError::failed(
        "Nothing was written. --no-test writes the settings without asking the server.",
    ))
}

/// Asks a short question and reports what works; returns whether an answer came.
pub(super) fn ask_something(settings: &Settings) -> Result<bool, CliError> {
    let session = ServerSession::start(settings)?;
    let handle = session.handle();
    let result = handle.block_on(async {
        let client = session.server.client().await?;
        Ok::<_, crate::chat::Failure>(TestResult::of(client, settings).await)
    });
    session.close();
    let result = result?;
    result.print();
    Ok(result.ending.is_some_and(|ending| ending.outcome == ReplyOutcome::Completed))
}

/// What a test question showed.
#[derive(Debug, Default)]
struct TestResult {
    first_text_seconds: Option<f64>,
    text_pieces: usize,
    has_summary: bool,
    is_summary_refused: bool,
    is_stored: bool,
    ending: Option<ReplyEnding>,
}

impl TestResult {
    async fn of(client: &Client, settings: &Settings) -> Self {
        let question = Message::question(TEST_QUESTION, clock::now());
        let context = RequestContext { previous_response_id: None, replay: vec![question] };
        let request = ModelRequest {
            summary: settings.summary.request_value(),
            ..ModelRequest::new(settings.model.as_str(), context)
        };
        let mut result = Self::default();
        let started = Instant::now();
        let mut reply = client.reply(request);
        while let Some(event) = reply.next().await {
            match event {
                ReplyEvent::TextAppended(_) => {
                    result.text_pieces = result.text_pieces.saturating_add(1);
                    result.first_text_seconds.get_or_insert(started.elapsed().as_secs_f64());
                }
                ReplyEvent::ReasoningAppended(_) => result.has_summary = true,
                ReplyEvent::CapabilityLearned(CapabilityUpdate::ParameterRejected {
                    parameter,
                    ..
                }) if parameter.contains("summary") => result.is_summary_refused = true,
                ReplyEvent::Ended(ending) => result.ending = Some(*ending),
                _ => {}
            }
        }
        let id = result.ending.as_ref().and_then(|ending| ending.response_id.clone());
        if let Some(id) = id {
            let fetched = client.poll_answer(&id).await;
            let outcome = fetched.map(|ending| ending.outcome);
            result.is_stored = outcome == Some(ReplyOutcome::Completed);
        }
        result
    }

    fn print(&self) {
        let outcome = self.ending.as_ref().map(|ending| &ending.outcome);
        let answer = match outcome {
            Some(ReplyOutcome::Completed) => "works".to_owned(),
            Some(ReplyOutcome::Failed(failure) | ReplyOutcome::Interrupted(failure)) => {
                failure.to_string()
            }
            _ => "the test question got no complete answer".to_owned(),
        };
        print_line("Answers", &answer);
        let streaming = match (self.first_text_seconds, self.text_pieces) {
            (Some(seconds), 1) => format!("the text came in one piece, after {seconds:.1} s"),
            (Some(seconds), _) => format!("works, the first text came after {seconds:.1} s"),
            (None, _) => "no text came".to_owned(),
        };
        print_line("Streaming", &streaming);
        let summaries = match (self.has_summary, self.is_summary_refused) {
            (true, _) => "work",
            (false, true) => "refused by the server or not allowed for this account",
            (false, false) => "none came; a short answer may have none",
        };
        print_line("Summaries", summaries);
        print_line(
            "Storage",
            if self.is_stored {
                "works, the server remembers answers"
            } else {
                "none, the whole conversation is sent each time"
            },
        );
    }
}

fn print_line(name: &str, text: &str) {
    output::print_message(&format!("{name:<10} {}", clean::line(text)));
}
