//! Test calls: the list of models, and one short question that shows what works at a server.

use std::time::Instant;

use crate::api::{Client, Model, ModelRequest};
use crate::chat::{
    CapabilityUpdate, Failure, FailureKind, Message, ReplyEnding, ReplyEvent, ReplyOutcome,
    RequestContext,
};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::server_session::ServerSession;
use crate::runtime::clock;
use crate::settings::{ApiKey, Settings};
use crate::view::clean;

use super::args::SetupArgs;
use super::config_text::ConfigText;
use super::key::{self, StoredKey};
use super::questions::Questions;
use super::servers::{self, ChosenServer};

const TEST_QUESTION: &str = "Reply with the single word OK.";

/// What the calls need to know of the setup, and may correct.
#[derive(Debug)]
pub(super) struct Setup<'a> {
    pub(super) args: &'a SetupArgs,
    pub(super) server: &'a mut ChosenServer,
    pub(super) settings: &'a mut Settings,
    pub(super) key: &'a mut Option<StoredKey>,
}

impl Setup<'_> {
    /// Uses another server from now on.
    fn use_server(&mut self, server: ChosenServer) -> Result<(), CliError> {
        *self.server = server;
        self.server.apply_to(self.settings)
    }
}

/// The models the server offers; none with `--no-test`, or where the user saves a server that cannot be
/// reached. A refused key and a wrong address can be entered again.
pub(super) fn list_models(
    mut setup: Setup<'_>,
    config: &ConfigText,
    questions: &mut Questions,
) -> Result<Vec<Model>, CliError> {
    if setup.args.no_test {
        return Ok(Vec::new());
    }
    loop {
        let failure = match request_models(setup.settings)? {
            Ok(models) => {
                print_line("Models", &format!("{} offered", models.len()));
                return Ok(models);
            }
            Err(failure) => failure,
        };
        if let Some(server) = setup.server.with_version()
            && let Some(models) = try_address(&mut setup, server, &failure)?
        {
            return Ok(models);
        }
        let is_missing =
            failure.kind == FailureKind::ApiKey && setup.settings.api_key == ApiKey::None;
        output::print_message(&if is_missing {
            "OPENAI_API_KEY is not set in this shell, so nothing can be tested.".to_owned()
        } else {
            describe_failure(&failure)
        });
        if failure.kind == FailureKind::ApiKey {
            if let Some(other) = key::ask_again(setup.settings, setup.key.as_ref(), questions)? {
                *setup.key = Some(other);
                continue;
            }
        } else if let Some(server) = servers::ask_other_address(&setup.server.base_url, questions)?
        {
            setup.use_server(server)?;
            continue;
        }
        let is_change = config.would_change(setup.settings, setup.key.is_some());
        confirm_saving(is_change, questions)?;
        return Ok(Vec::new());
    }
}

fn request_models(settings: &Settings) -> Result<Result<Vec<Model>, Failure>, CliError> {
    let session = ServerSession::start(settings)?;
    Ok(session.request(async |client| client.models().await))
}

/// Asks for the models at the address with `/v1`, where something answered without it.
fn try_address(
    setup: &mut Setup<'_>,
    server: ChosenServer,
    failure: &Failure,
) -> Result<Option<Vec<Model>>, CliError> {
    if matches!(failure.kind, FailureKind::ApiKey | FailureKind::Network | FailureKind::Timeout) {
        return Ok(None);
    }
    let before = setup.server.clone();
    setup.use_server(server)?;
    if let Ok(models) = request_models(setup.settings)? {
        let url = &setup.server.base_url;
        print_line("Models", &format!("{} offered at {url}, which is used", models.len()));
        return Ok(Some(models));
    }
    setup.use_server(before)?;
    Ok(None)
}

/// Asks whether settings that do not work are to be saved; fails where they are not, or where
/// `config.toml` has them already.
pub(super) fn confirm_saving(is_change: bool, questions: &mut Questions) -> Result<(), CliError> {
    if !is_change {
        return Err(CliError::failed(
            "Nothing was written: config.toml has these settings already.",
        ));
    }
    if questions.is_interactive() && questions.confirm("Save these settings anyway?")? {
        return Ok(());
    }
    Err(CliError::failed(
        "Nothing was written. --no-test writes the settings without asking the server.",
    ))
}

/// What failed and what to do. The id of the request is of no use here.
fn describe_failure(failure: &Failure) -> String {
    Failure { request_id: None, ..failure.clone() }.to_string()
}

/// Asks a short question and reports what works; returns whether an answer came.
pub(super) fn ask_something(settings: &Settings) -> Result<bool, CliError> {
    let session = ServerSession::start(settings)?;
    let handle = session.handle();
    let result = handle.block_on(async {
        let client = session.server.client().await?;
        Ok::<_, Failure>(TestResult::of(client, settings).await)
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
                describe_failure(failure)
            }
            _ => "the test question got no complete answer".to_owned(),
        };
        print_line("Answers", &answer);
        if outcome != Some(&ReplyOutcome::Completed) {
            for name in ["Streaming", "Reasoning", "Storage"] {
                print_line(name, "not tested");
            }
            return;
        }
        let streaming = match (self.first_text_seconds, self.text_pieces) {
            (Some(seconds), 1) => format!("the text came in one piece, {}", after(seconds)),
            (Some(seconds), _) => format!("works, the first text came {}", after(seconds)),
            (None, _) => "no text came".to_owned(),
        };
        print_line("Streaming", &streaming);
        let summaries = match (self.has_summary, self.is_summary_refused) {
            (true, _) => "a summary came",
            (false, true) => "summaries are refused by the server, or not allowed for this account",
            (false, false) => "no summary came; a short answer may have none",
        };
        print_line("Reasoning", summaries);
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

/// A time of under 50 ms would be shown as none.
fn after(seconds: f64) -> String {
    if seconds < 0.05 { "at once".to_owned() } else { format!("after {seconds:.1} s") }
}

fn print_line(name: &str, text: &str) {
    output::print_message(&format!("{name:<10} {}", clean::line(text)));
}
