//! The work of one reply: sends the request, repeats it where that is safe, and reports the ending. Must
//! not repeat a request the server may have begun to answer, because each answer is paid for.

use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::info;

use crate::chat::{
    Cost, ExecutionMode, Failure, ReplyEnding, ReplyEvent, ReplyOutcome, RequestContext,
    ResponseId, Retention, Timing,
};

use super::attempt::{ReplyReader, StreamEnd};
use super::background;
use crate::api::chat_completions::Endpoint;
use crate::api::errors::error_body::ErrorBody;
use crate::api::reduce::FinalStatus;
use crate::api::reply::external_calls::ExternalCalls;
use crate::api::reply::outcome::{
    build_ending, failed_ending, log_rejection, rejection, unknown_tool_notice,
};
use crate::api::reply::retry_trigger::RetryTrigger;
use crate::api::reply::tool_results::append_tool_results;
use crate::api::reply::tool_rounds::{self, ToolRounds};
use crate::api::request::body::{self, Body};
use crate::api::request::rejected_parts::RequestPart;
use crate::api::request::{Delivery, ModelRequest};
use crate::api::transport::ConnectionError;
use crate::api::transport::client::Client;
use crate::api::transport::retry;

/// Why an answer ended after [`tool_rounds::MAX_TOOL_ROUNDS`].
const TOO_MANY_TOOL_ROUNDS: &str = "The model used tools too many times in a row and was stopped.";

/// The work of one reply.
pub(super) struct ReplyTask {
    pub(super) client: Client,
    pub(super) request: ModelRequest,
    pub(super) tx: mpsc::Sender<ReplyEvent>,
    pub(super) retry_trigger: RetryTrigger,
}

/// What was omitted or repeated so far.
#[derive(Default)]
pub(super) struct RetryState {
    retries: u32,
    /// The number of omitted parts.
    pub(super) omitted_count: usize,
    /// Parts omitted for this question only.
    pub(super) omitted_parts: Vec<RequestPart>,
    pub(super) effort: EffortState,
    /// Whether the whole conversation is sent, because the server lost the previous response.
    pub(super) has_replayed: bool,
    /// Where the question is posted to.
    pub(super) endpoint: Endpoint,
    /// Whether the notice that there is no web search was sent.
    pub(super) search_reported: bool,
    /// Whether it was said that the conversation is longer than the model accepts.
    pub(super) is_length_reported: bool,
}

/// Whether the requested effort is sent, as reported to the receiver.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum EffortState {
    #[default]
    Sent,
    /// It is omitted, and that was reported.
    Omitted,
}

/// What to do after an attempt.
enum AttemptDecision {
    Retry,
    Finish(Box<ReplyEnding>),
}

impl ReplyTask {
    /// Runs the request to its end and reports the ending.
    pub(super) async fn run(mut self, mut external: ExternalCalls) {
        let ending = match self.client.check_key().await {
            Ok(()) => {
                let mut opened = external.open(&self.request.external_tools).await;
                self.client = self.client.with_secrets(std::mem::take(&mut opened.secrets));
                self.request.tools = std::mem::take(&mut self.request.tools).with_opened(opened);
                self.ask(&mut external).await
            }
            Err(failure) => failed_ending(failure),
        };
        self.send_event(ReplyEvent::Ended(Box::new(ending))).await;
    }

    async fn ask(&mut self, external: &mut ExternalCalls) -> ReplyEnding {
        let started = Instant::now();
        let mut state = RetryState { endpoint: self.first_endpoint(), ..RetryState::default() };
        let mut rounds = ToolRounds::default();
        let mut reader = self.new_reader();
        loop {
            let body = self.build_body(&state, &rounds);
            let streamed = match self.add_transcript(&state, &rounds, &body).await {
                Ok(streamed) => streamed,
                Err(failure) => return failed_ending(failure),
            };
            let is_streamed = streamed.is_some();
            self.report_long_transcript(&mut state, streamed.as_ref().map(|it| it.1)).await;
            self.report_omitted_effort(&mut state, &rounds, &body).await;
            self.report_missing_search(&mut state).await;
            let mut stream_end = reader.send(&body, streamed, state.endpoint).await;
            if reader.reducer.has_begun() {
                self.remember_endpoint(&state).await;
            }
            if let Some(id) = self.background_response_id(&reader) {
                match background::resume(&self.client, &mut reader, &id, stream_end).await {
                    Ok(end) => stream_end = end,
                    Err(error) => return reader.reducer.ending(error.outcome()),
                }
                background::cancel_if_too_long(&self.client, &reader, &id).await;
            }
            if stream_end == StreamEnd::Finished
                && self.use_tools(&mut reader, &mut rounds, external).await
            {
                reader.next_response();
                continue;
            }
            if let Some(error) = rejection(&stream_end, &reader).filter(|_| is_streamed) {
                self.find_echoes(error).await;
            }
            match self.decide(&mut state, &body, &reader, stream_end).await {
                // The text of earlier responses of this answer is kept.
                AttemptDecision::Retry if rounds.is_started() => reader.next_response(),
                AttemptDecision::Retry => reader = self.new_reader(),
                AttemptDecision::Finish(mut ending) => {
                    if rounds.is_exhausted() && !reader.reducer.calls().is_empty() {
                        ending.outcome = ReplyOutcome::Incomplete(TOO_MANY_TOOL_ROUNDS.to_owned());
                    }
                    ending.stats.timing = Some(timing(started, reader.first_output_at));
                    ending.stats.cost = cost(&self.client, &ending, Some(&self.request.model));
                    return *ending;
                }
            }
        }
    }

    fn new_reader(&self) -> ReplyReader {
        ReplyReader::new(self.client.clone(), self.tx.clone(), self.request.delivery)
    }

    /// Runs the functions a finished response called; `true` where there are results to send. A call of
    /// a tool that is not turned on is answered as well: without an answer the turn would end here.
    async fn use_tools(
        &self,
        reader: &mut ReplyReader,
        rounds: &mut ToolRounds,
        external: &mut ExternalCalls,
    ) -> bool {
        let calls = reader.reducer.calls().to_vec();
        let is_completed = reader.reducer.final_status() == Some(&FinalStatus::Completed);
        let tools = &self.request.tools;
        let approvals = reader.reducer.approvals().to_vec();
        let is_over = calls.is_empty() && approvals.is_empty();
        if !is_completed || is_over || rounds.is_exhausted() {
            return false;
        }
        let mut used = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            let external_tool = tools.find_external(&call.name);
            // A name is shown and stored, and a server may put a key there.
            let mut call = call.clone();
            call.name = self.client.redact_name(&call.name);
            let now = self.client.now();
            let excess = tool_rounds::excess_call(&call, index, now);
            let tool = match (excess, external_tool) {
                (Some(refused), _) => refused,
                (None, Some(tool)) => external.run(tool, &call.arguments, now).await,
                (None, None) => tool_rounds::run_call(tools, &call, now).await,
            };
            let log_name = external_tool.map_or_else(|| tools.log_name(&call.name), |_| "external");
            info!(tool = log_name, success = tool.success, "ran a tool");
            reader.reducer.record_tool(tool.clone());
            self.send_event(ReplyEvent::ToolUsed(Box::new(tool.clone()))).await;
            used.push(tool);
        }
        let mut answers = Vec::new();
        for approval in &approvals {
            answers.push(external.ask_hosted(tools, approval).await);
        }
        rounds.add(reader.reducer.current_text(), &reader.reducer, &used, &answers);
        true
    }

    /// Returns the id under which an interrupted answer can be collected; `None` in the foreground.
    fn background_response_id(&self, reader: &ReplyReader) -> Option<ResponseId> {
        let asked = self.request.mode == ExecutionMode::Background;
        reader.reducer.response_id().filter(|_| asked).cloned()
    }

    fn build_body(&self, state: &RetryState, rounds: &ToolRounds) -> Body {
        let before_question = RequestContext { previous_response_id: None, replay: Vec::new() };
        let whole_context =
            self.request.whole_context.as_ref().filter(|_| self.is_transcript_sent(state));
        let context = if self.is_transcript_streamed(state, rounds) {
            &before_question
        } else {
            whole_context.unwrap_or(&self.request.context)
        };
        let mut body = body::build_body(&self.request, context, self.client.address());
        if rounds.is_started() {
            let owner = self.history_owner(state);
            let items = body::input_items(&self.request, context, self.client.address());
            append_tool_results(&mut body, &self.request, items, rounds, owner);
        }
        self.adapt_body(&mut body, state.endpoint);
        for part in self.client.capabilities().rejected_parts(&self.request.model) {
            part.omit_from(&mut body);
        }
        for part in &state.omitted_parts {
            part.omit_from(&mut body);
        }
        body
    }

    /// Tells whether the whole transcript is sent, and not only what the server does not know.
    pub(super) fn is_transcript_sent(&self, state: &RetryState) -> bool {
        state.has_replayed || self.is_chain_unavailable(state)
    }

    /// Tells whether chaining is known to fail: nothing is stored, or the server stores nothing.
    fn is_chain_unavailable(&self, state: &RetryState) -> bool {
        state.endpoint == Endpoint::ChatCompletions
            || self.request.retention == Retention::NotStored
            || self.client.capabilities().is_without_storage(&self.request.model)
    }

    async fn decide(
        &self,
        state: &mut RetryState,
        body: &Body,
        reader: &ReplyReader,
        stream_end: StreamEnd,
    ) -> AttemptDecision {
        let error = rejection(&stream_end, reader);
        if let Some(error) = error {
            log_rejection(&self.client, error);
        }
        let retry = match (error, &stream_end) {
            (Some(error), _) => {
                self.switch_endpoint(state, error)
                    || self.omit_rejected_part(state, body, error).await
                    || self.must_send_whole_conversation(state, body, error).await
                    || self.wait_before_retry(state, error).await
            }
            (None, StreamEnd::ConnectFailed(error)) => {
                self.wait_for_connection(state, *error).await
            }
            (None, StreamEnd::Interrupted(ConnectionError::Unreadable))
                if !reader.reducer.has_begun() =>
            {
                self.stop_streaming(state, body).await
            }
            (None, _) => false,
        };
        if retry {
            return AttemptDecision::Retry;
        }
        if let Some(notice) = unknown_tool_notice(&self.client, reader) {
            self.send_event(ReplyEvent::Notice(notice)).await;
        }
        let ending = build_ending(&self.client, Some(&self.request), reader, stream_end);
        if let (ReplyOutcome::Completed, Some(id)) = (&ending.outcome, &ending.response_id) {
            self.client.capabilities().record_created(id.clone());
        }
        AttemptDecision::Finish(Box::new(ending))
    }

    async fn wait_before_retry(&self, state: &mut RetryState, error: &ErrorBody) -> bool {
        let max_retries = self.client.settings().retries;
        let Some(pause) =
            retry::retry_pause(error, state.retries, max_retries, retry::random_fraction())
        else {
            return false;
        };
        let private = self.request.private_texts();
        let failure = self.client.failure(error, &self.request.model, private);
        self.pause(state, pause, failure).await;
        true
    }

    async fn wait_for_connection(&self, state: &mut RetryState, error: ConnectionError) -> bool {
        if !error.is_retryable() || state.retries >= self.client.settings().retries {
            return false;
        }
        let pause = retry::backoff(state.retries, retry::random_fraction());
        self.pause(state, pause, self.client.unreachable_failure(error)).await;
        true
    }

    async fn pause(&self, state: &mut RetryState, after: std::time::Duration, failure: Failure) {
        state.retries = state.retries.saturating_add(1);
        let attempt = state.retries.saturating_add(1);
        info!(attempt, kind = ?failure.kind, pause_ms = after.as_millis(), "retrying");
        let skipped = self.retry_trigger.wait();
        tokio::pin!(skipped);
        // Enabled before the pause is reported, so that the receiver can end it at once.
        skipped.as_mut().enable();
        self.send_event(ReplyEvent::Retrying { attempt, after, failure }).await;
        let _ = tokio::time::timeout(after, skipped).await;
    }

    pub(super) async fn send_event(&self, event: ReplyEvent) {
        // A closed channel means that the reply was dropped.
        let _ = self.tx.send(event).await;
    }
}

/// Collects a background answer and reports its ending.
pub(super) async fn run_collection(client: Client, id: ResponseId, tx: mpsc::Sender<ReplyEvent>) {
    let mut reader = ReplyReader::new(client.clone(), tx.clone(), Delivery::Immediate);
    let started = Instant::now();
    let collected = background::collect(&client, &mut reader, &id).await;
    background::cancel_if_too_long(&client, &reader, &id).await;
    let mut ending = match collected {
        Ok(stream_end) => build_ending(&client, None, &reader, stream_end),
        Err(error) => reader.reducer.ending(error.outcome()),
    };
    ending.response_id.get_or_insert(id);
    ending.stats.timing = Some(timing(started, reader.first_output_at));
    ending.stats.cost = cost(&client, &ending, None);
    let _ = tx.send(ReplyEvent::Ended(Box::new(ending))).await;
}

fn cost(client: &Client, ending: &ReplyEnding, asked: Option<&str>) -> Option<Cost> {
    let model = ending.model.as_deref().or(asked)?;
    client.settings().prices.cost(model, ending.stats.usage.as_ref()?)
}

fn timing(started: Instant, first_output: Option<Instant>) -> Timing {
    let since = |end: Instant| {
        u64::try_from(end.saturating_duration_since(started).as_millis()).unwrap_or(u64::MAX)
    };
    Timing { first_output_ms: first_output.map(since), total_ms: since(Instant::now()) }
}
