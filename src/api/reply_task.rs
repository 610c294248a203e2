//! The work behind one reply: asks, asks again where that is right, and says how it ended.
//! Must not send anything twice that a server may have begun to answer.

use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::info;

use crate::chat::{
    CapabilityUpdate, ContextPolicy, Cost, ExecutionMode, Failure, FailureKind, ReplyEnding,
    ReplyEvent, ReplyOutcome, ResponseId, Retention, Timing,
};

use super::attempt::{ReplyReader, StreamEnd};
use super::background;
use super::body::{self, Body, HistoryOwner};
use super::client::{Client, random_fraction};
use super::reduce::FinalStatus;
use super::request::{Delivery, ModelRequest};
use super::retry;
use super::transport::ConnectionError;
use crate::api::error_body::ErrorBody;
use crate::api::error_table;
use crate::api::fallback::RequestPart;
use crate::api::outcome::{build_ending, failed_ending, log_rejection, unknown_tool_notice};
use crate::api::retry_trigger::RetryTrigger;
use crate::api::tool_rounds::{self, ToolRounds};

/// What is said of an answer in which the model did nothing but use tools.
const TOO_MANY_TOOL_ROUNDS: &str = "The model used tools too many times in a row and was stopped.";
/// The work behind one reply.
pub(super) struct ReplyTask {
    pub(super) client: Client,
    pub(super) request: ModelRequest,
    pub(super) tx: mpsc::Sender<ReplyEvent>,
    pub(super) retry_trigger: RetryTrigger,
}

/// What was given up or repeated so far.
#[derive(Default)]
pub(super) struct RetryState {
    retries: u32,
    /// How many parts were given up.
    pub(super) omitted_count: usize,
    /// What this question goes without, and later ones may have.
    pub(super) omitted_parts: Vec<RequestPart>,
    pub(super) effort: EffortState,
    has_replayed: bool,
}

/// Whether the wished effort goes along, as far as it was told.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum EffortState {
    /// It does.
    #[default]
    Sent,
    /// It does not, and that was told.
    Omitted,
}

/// What to do after an attempt.
enum AttemptDecision {
    Retry,
    Finish(Box<ReplyEnding>),
}

impl ReplyTask {
    /// Asks, and says at the end how it ended.
    pub(super) async fn run(self) {
        let ending = match self.client.check_key().await {
            Ok(()) => self.ask().await,
            Err(failure) => failed_ending(failure),
        };
        self.send_event(ReplyEvent::Ended(Box::new(ending))).await;
    }

    async fn ask(&self) -> ReplyEnding {
        let started = Instant::now();
        let mut tries = RetryState::default();
        let mut rounds = ToolRounds::default();
        let mut reading = self.new_reader();
        loop {
            let body = self.build_body(&tries, &rounds);
            self.report_omitted_effort(&mut tries, &rounds, &body).await;
            let mut close = reading.send(&body).await;
            if let Some(id) = self.background_response_id(&reading) {
                match background::resume(&self.client, &mut reading, &id, close).await {
                    Ok(end) => close = end,
                    Err(lost) => return reading.reducer.ending(lost.outcome()),
                }
            }
            if close == StreamEnd::Finished && self.use_tools(&mut reading, &mut rounds).await {
                reading.next_response();
                continue;
            }
            match self.decide(&mut tries, &body, &reading, close).await {
                // What earlier responses of this answer brought stands.
                AttemptDecision::Retry if rounds.is_started() => reading.next_response(),
                AttemptDecision::Retry => reading = self.new_reader(),
                AttemptDecision::Finish(mut ending) => {
                    if rounds.is_exhausted() && !reading.reducer.calls().is_empty() {
                        ending.outcome = ReplyOutcome::Incomplete(TOO_MANY_TOOL_ROUNDS.to_owned());
                    }
                    ending.stats.timing = Some(timing(started, reading.first_output_at));
                    ending.stats.cost = cost(&self.client, &ending, Some(&self.request.model));
                    return *ending;
                }
            }
        }
    }

    fn new_reader(&self) -> ReplyReader {
        ReplyReader::new(self.client.clone(), self.tx.clone(), self.request.delivery)
    }

    /// Runs the functions a finished response called; tells whether there is something to send
    /// back.
    async fn use_tools(&self, reading: &mut ReplyReader, rounds: &mut ToolRounds) -> bool {
        let calls = reading.reducer.calls().to_vec();
        let whole = reading.reducer.verdict() == Some(&FinalStatus::Completed);
        let tools = &self.request.tools;
        if !whole || calls.is_empty() || tools.is_empty() || rounds.is_exhausted() {
            return false;
        }
        let mut used = Vec::new();
        for (place, call) in calls.iter().enumerate() {
            let tool = tool_rounds::run_call(tools, call, place, self.client.now()).await;
            info!(tool = tools.log_name(&tool.name), success = tool.success, "tool used");
            reading.reducer.record_tool(tool.clone());
            self.send_event(ReplyEvent::ToolUsed(Box::new(tool.clone()))).await;
            used.push(tool);
        }
        rounds.add(reading.reducer.current_text(), &reading.reducer, &calls, &used);
        true
    }

    /// The response that goes on at the server whatever becomes of the connection, if it does.
    fn background_response_id(&self, reading: &ReplyReader) -> Option<ResponseId> {
        let asked = self.request.mode == ExecutionMode::Background;
        reading.reducer.response_id().filter(|_| asked).cloned()
    }

    fn build_body(&self, tries: &RetryState, rounds: &ToolRounds) -> Body {
        let fallback = self
            .request
            .fallback
            .as_ref()
            .filter(|_| tries.has_replayed || self.is_chain_unavailable());
        let context = fallback.unwrap_or(&self.request.context);
        let mut body = body::build_body(&self.request, context, self.client.address());
        if rounds.is_started() {
            let chains = self.request.policy == ContextPolicy::Chain;
            let kept = chains && !tries.has_replayed && !self.is_chain_unavailable();
            let kept = if kept { HistoryOwner::Server } else { HistoryOwner::Client };
            let said = body::input_items(&self.request, context, self.client.address());
            body::append_tool_results(&mut body, said, rounds, kept);
        }
        for part in self.client.capabilities().rejected_parts(&self.request.model) {
            part.omit_from(&mut body);
        }
        for part in &tries.omitted_parts {
            part.omit_from(&mut body);
        }
        body
    }

    /// Whether chaining is known to fail: nothing is stored, or the server forgot what it just made.
    fn is_chain_unavailable(&self) -> bool {
        self.request.retention == Retention::NotStored
            || self.client.capabilities().is_without_storage(&self.request.model)
    }

    async fn decide(
        &self,
        tries: &mut RetryState,
        body: &Body,
        reading: &ReplyReader,
        close: StreamEnd,
    ) -> AttemptDecision {
        let trouble = match &close {
            StreamEnd::Rejected(trouble) => Some(trouble),
            StreamEnd::Finished if !reading.reducer.began() => match reading.reducer.verdict() {
                Some(FinalStatus::Failed { error: trouble, .. }) => Some(trouble),
                Some(
                    FinalStatus::Completed | FinalStatus::Incomplete(_) | FinalStatus::Cancelled,
                )
                | None => None,
            },
            StreamEnd::Finished
            | StreamEnd::Truncated
            | StreamEnd::ConnectFailed(_)
            | StreamEnd::Interrupted(_) => None,
        };
        if let Some(trouble) = trouble {
            log_rejection(&self.client, trouble);
        }
        let again = match (trouble, &close) {
            (Some(trouble), _) => {
                self.omit_rejected_part(tries, body, trouble).await
                    || self.replay_unless_known(tries, body, trouble).await
                    || self.wait_before_retry(tries, trouble).await
            }
            (None, StreamEnd::ConnectFailed(broken)) => {
                self.wait_for_connection(tries, *broken).await
            }
            (None, StreamEnd::Interrupted(ConnectionError::Unreadable))
                if !reading.reducer.began() =>
            {
                self.stop_streaming(tries, body).await
            }
            (None, _) => false,
        };
        if again {
            return AttemptDecision::Retry;
        }
        if let Some(said) = unknown_tool_notice(&self.client, reading) {
            self.send_event(ReplyEvent::Notice(said)).await;
        }
        let ending = build_ending(&self.client, Some(&self.request), reading, close);
        if let (ReplyOutcome::Completed, Some(id)) = (&ending.outcome, &ending.response_id) {
            self.client.capabilities().record_created(id.clone());
        }
        AttemptDecision::Finish(Box::new(ending))
    }

    /// Sends the whole transcript where the server does not know the earlier turns.
    async fn replay_unless_known(
        &self,
        tries: &mut RetryState,
        body: &Body,
        trouble: &ErrorBody,
    ) -> bool {
        let lost = error_table::failure_kind(trouble) == FailureKind::PreviousResponseNotFound
            && body.contains_key("previous_response_id")
            && self.request.fallback.is_some()
            && !tries.has_replayed;
        if lost {
            tries.has_replayed = true;
            let previous = self.request.context.previous_response_id.as_ref();
            let fresh = previous.is_some_and(|id| self.client.capabilities().has_created(id));
            let said = if trouble.searchable_text().contains("zero data retention") {
                self.client.capabilities().record_nothing_stored();
                let learned = ReplyEvent::CapabilityLearned(CapabilityUpdate::NothingStored);
                self.send_event(learned).await;
                "The server keeps nothing for this organization (Zero Data Retention); earlier turns \
                 are sent with every question from now on."
            } else if fresh {
                self.client.capabilities().record_without_storage(&self.request.model);
                "The server does not keep earlier turns; they are sent every time from now on."
            } else {
                "The server no longer knows the earlier turns; they were sent again."
            };
            self.send_event(ReplyEvent::Notice(said.to_owned())).await;
        }
        lost
    }

    async fn wait_before_retry(&self, tries: &mut RetryState, trouble: &ErrorBody) -> bool {
        let most = self.client.settings().retries;
        let Some(pause) = retry::retry_pause(trouble, tries.retries, most, random_fraction())
        else {
            return false;
        };
        let private = self.request.private_texts();
        let failure = self.client.failure(trouble, &self.request.model, private);
        self.pause(tries, pause, failure).await;
        true
    }

    async fn wait_for_connection(&self, tries: &mut RetryState, broken: ConnectionError) -> bool {
        if !broken.is_retryable() || tries.retries >= self.client.settings().retries {
            return false;
        }
        let pause = retry::backoff(tries.retries, random_fraction());
        self.pause(tries, pause, self.client.unreachable_failure(broken)).await;
        true
    }

    async fn pause(&self, tries: &mut RetryState, after: std::time::Duration, failure: Failure) {
        tries.retries = tries.retries.saturating_add(1);
        let attempt = tries.retries.saturating_add(1);
        info!(attempt, kind = ?failure.kind, after = after.as_millis(), "asking again");
        let skipped = self.retry_trigger.wait();
        tokio::pin!(skipped);
        // Before the pause is told, so that whoever hears of it can end it.
        skipped.as_mut().enable();
        self.send_event(ReplyEvent::Retrying { attempt, after, failure }).await;
        let _ = tokio::time::timeout(after, skipped).await;
    }

    pub(super) async fn send_event(&self, event: ReplyEvent) {
        // Nobody listening means the reply was dropped, and this with it.
        let _ = self.tx.send(event).await;
    }
}

/// Waits for an answer that was left running, from its beginning to its end.
pub(super) async fn run_collection(client: Client, id: ResponseId, out: mpsc::Sender<ReplyEvent>) {
    let mut reading = ReplyReader::new(client.clone(), out.clone(), Delivery::Immediate);
    let started = Instant::now();
    let collected = background::collect(&client, &mut reading, &id).await;
    let mut ending = match collected {
        Ok(close) => build_ending(&client, None, &reading, close),
        Err(lost) => reading.reducer.ending(lost.outcome()),
    };
    ending.response_id.get_or_insert(id);
    ending.stats.timing = Some(timing(started, reading.first_output_at));
    ending.stats.cost = cost(&client, &ending, None);
    let _ = out.send(ReplyEvent::Ended(Box::new(ending))).await;
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
