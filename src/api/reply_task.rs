//! The work behind one reply: asks, asks again where that is right, and says how it ended.
//! Must not send anything twice that a server may have begun to answer.

use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::info;

use crate::chat::{
    ContextPolicy, Cost, Ending, ExecutionMode, Failure, FailureKind, Outcome, ReplyEvent,
    ResponseId, Retention, Timing,
};

use super::attempt::{Close, Reading};
use super::background;
use super::body::{self, Body, Kept};
use super::client::{Client, chance};
use super::degrade::Part;
use super::errors;
use super::judge::{judge, log, unanswered, uncalled};
use super::reduce::Verdict;
use super::request::{Delivery, Request};
use super::retry;
use super::rounds::{self, Rounds};
use super::skip::Skip;
use super::transport::Break;
use super::trouble::Trouble;

/// What is said of an answer in which the model did nothing but use tools.
const TOO_MANY_ROUNDS: &str = "The model used tools too many times in a row and was stopped.";
/// The work behind one reply.
pub(super) struct ReplyTask {
    pub(super) client: Client,
    pub(super) request: Request,
    pub(super) out: mpsc::Sender<ReplyEvent>,
    pub(super) skip: Skip,
}

/// What was given up or repeated so far.
#[derive(Default)]
pub(super) struct Tries {
    retries: u32,
    /// How many parts were given up.
    pub(super) degraded: usize,
    /// What this question goes without, and later ones may have.
    pub(super) without: Vec<Part>,
    pub(super) effort: Effort,
    replayed: bool,
}

/// Whether the wished effort goes along, as far as it was told.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// It does.
    #[default]
    Sent,
    /// It does not, and that was told.
    LeftOut,
}

/// What to do after an attempt.
enum Next {
    Again,
    End(Box<Ending>),
}

impl ReplyTask {
    /// Asks, and says at the end how it ended.
    pub(super) async fn run(self) {
        let ending = match self.client.check_key().await {
            Ok(()) => self.ask().await,
            Err(failure) => unanswered(failure),
        };
        self.say(ReplyEvent::Ended(Box::new(ending))).await;
    }

    async fn ask(&self) -> Ending {
        let started = Instant::now();
        let mut tries = Tries::default();
        let mut rounds = Rounds::default();
        let mut reading = self.reading();
        loop {
            let body = self.body(&tries, &rounds);
            self.tell_of_effort(&mut tries, &rounds, &body).await;
            let mut close = reading.ask(&body).await;
            if let Some(id) = self.left_running(&reading) {
                match background::go_on(&self.client, &mut reading, &id, close).await {
                    Ok(end) => close = end,
                    Err(lost) => return reading.reducer.ending(lost.outcome()),
                }
            }
            if close == Close::Said && self.use_tools(&mut reading, &mut rounds).await {
                reading.next_response();
                continue;
            }
            match self.next(&mut tries, &body, &reading, close).await {
                // What earlier responses of this answer brought stands.
                Next::Again if rounds.any() => reading.next_response(),
                Next::Again => reading = self.reading(),
                Next::End(mut ending) => {
                    if rounds.are_over() && !reading.reducer.calls().is_empty() {
                        ending.outcome = Outcome::Incomplete(TOO_MANY_ROUNDS.to_owned());
                    }
                    ending.taken.timing = Some(timing(started, reading.first_output));
                    ending.taken.cost = cost(&self.client, &ending, Some(&self.request.model));
                    return *ending;
                }
            }
        }
    }

    fn reading(&self) -> Reading {
        Reading::new(self.client.clone(), self.out.clone(), self.request.delivery)
    }

    /// Runs the functions a finished response called; tells whether there is something to send
    /// back.
    async fn use_tools(&self, reading: &mut Reading, rounds: &mut Rounds) -> bool {
        let calls = reading.reducer.calls().to_vec();
        let whole = reading.reducer.verdict() == Some(&Verdict::Completed);
        let tools = &self.request.tools;
        if !whole || calls.is_empty() || tools.is_empty() || rounds.are_over() {
            return false;
        }
        let mut used = Vec::new();
        for (place, call) in calls.iter().enumerate() {
            let tool = rounds::run(tools, call, place, self.client.now()).await;
            info!(tool = tools.known(&tool.name), success = tool.success, "tool used");
            reading.reducer.used(tool.clone());
            self.say(ReplyEvent::ToolUsed(Box::new(tool.clone()))).await;
            used.push(tool);
        }
        rounds.add(reading.reducer.said_now(), &reading.reducer, &calls, &used);
        true
    }

    /// The response that goes on at the server whatever becomes of the connection, if it does.
    fn left_running(&self, reading: &Reading) -> Option<ResponseId> {
        let asked = self.request.mode == ExecutionMode::Background;
        reading.reducer.response_id().filter(|_| asked).cloned()
    }

    fn body(&self, tries: &Tries, rounds: &Rounds) -> Body {
        let fallback = self.request.fallback.as_ref().filter(|_| tries.replayed || self.forgets());
        let context = fallback.unwrap_or(&self.request.context);
        let mut body = body::write(&self.request, context, self.client.address());
        if rounds.any() {
            let chains = self.request.policy == ContextPolicy::Chain;
            let kept = chains && !tries.replayed && !self.forgets();
            let kept = if kept { Kept::ByServer } else { Kept::Here };
            let said = body::said(&self.request, context, self.client.address());
            body::go_on(&mut body, said, rounds, kept);
        }
        for part in self.client.memory().refused(&self.request.model) {
            part.leave_out(&mut body);
        }
        for part in &tries.without {
            part.leave_out(&mut body);
        }
        body
    }

    /// Whether chaining is known to fail: nothing is stored, or the server forgot what it just made.
    fn forgets(&self) -> bool {
        self.request.retention == Retention::NotStored
            || self.client.memory().is_forgetful(&self.request.model)
    }

    async fn next(&self, tries: &mut Tries, body: &Body, reading: &Reading, close: Close) -> Next {
        let trouble = match &close {
            Close::Refused(trouble) => Some(trouble),
            Close::Said if !reading.reducer.began() => match reading.reducer.verdict() {
                Some(Verdict::Failed { trouble, .. }) => Some(trouble),
                Some(Verdict::Completed | Verdict::Incomplete(_) | Verdict::Cancelled) | None => {
                    None
                }
            },
            Close::Said | Close::Unsaid | Close::Unreached(_) | Close::Broken(_) => None,
        };
        if let Some(trouble) = trouble {
            log(trouble);
        }
        let again = match (trouble, &close) {
            (Some(trouble), _) => {
                self.degrade(tries, body, trouble).await
                    || self.replay(tries, body, trouble).await
                    || self.wait(tries, trouble).await
            }
            (None, Close::Unreached(broken)) => self.wait_for_connection(tries, *broken).await,
            (None, Close::Broken(Break::Unreadable)) if !reading.reducer.began() => {
                self.stop_streaming(tries, body).await
            }
            (None, _) => false,
        };
        if again {
            return Next::Again;
        }
        if let Some(said) = uncalled(reading) {
            self.say(ReplyEvent::Notice(said)).await;
        }
        let ending = judge(&self.client, Some(&self.request), reading, close);
        if let (Outcome::Completed, Some(id)) = (&ending.outcome, &ending.response_id) {
            self.client.memory().remember(id.clone());
        }
        Next::End(Box::new(ending))
    }

    /// Sends the whole transcript where the server does not know the earlier turns.
    async fn replay(&self, tries: &mut Tries, body: &Body, trouble: &Trouble) -> bool {
        let lost = errors::kind(trouble) == FailureKind::UnknownPrevious
            && body.contains_key("previous_response_id")
            && self.request.fallback.is_some()
            && !tries.replayed;
        if lost {
            tries.replayed = true;
            let previous = self.request.context.previous.as_ref();
            let fresh = previous.is_some_and(|id| self.client.memory().made(id));
            let said = if fresh {
                self.client.memory().forget(&self.request.model);
                "The server does not keep earlier turns; they are sent every time from now on."
            } else {
                "The server no longer knows the earlier turns; they were sent again."
            };
            self.say(ReplyEvent::Notice(said.to_owned())).await;
        }
        lost
    }

    async fn wait(&self, tries: &mut Tries, trouble: &Trouble) -> bool {
        let most = self.client.settings().retries;
        let Some(pause) = retry::pause(trouble, tries.retries, most, chance()) else {
            return false;
        };
        let private = self.request.private_texts();
        let failure = self.client.failure(trouble, &self.request.model, private);
        self.pause(tries, pause, failure).await;
        true
    }

    async fn wait_for_connection(&self, tries: &mut Tries, broken: Break) -> bool {
        if !broken.is_worth_retrying() || tries.retries >= self.client.settings().retries {
            return false;
        }
        let pause = retry::backoff(tries.retries, chance());
        self.pause(tries, pause, self.client.unreached(broken)).await;
        true
    }

    async fn pause(&self, tries: &mut Tries, after: std::time::Duration, failure: Failure) {
        tries.retries = tries.retries.saturating_add(1);
        let attempt = tries.retries.saturating_add(1);
        info!(attempt, kind = ?failure.kind, after = after.as_millis(), "asking again");
        let skipped = self.skip.requested();
        tokio::pin!(skipped);
        // Before the pause is told, so that whoever hears of it can end it.
        skipped.as_mut().enable();
        self.say(ReplyEvent::Retrying { attempt, after, failure }).await;
        let _ = tokio::time::timeout(after, skipped).await;
    }

    pub(super) async fn say(&self, event: ReplyEvent) {
        // Nobody listening means the reply was dropped, and this with it.
        let _ = self.out.send(event).await;
    }
}

/// Waits for an answer that was left running, from its beginning to its end.
pub(super) async fn collect(client: Client, id: ResponseId, out: mpsc::Sender<ReplyEvent>) {
    let mut reading = Reading::new(client.clone(), out.clone(), Delivery::AsItComes);
    let started = Instant::now();
    let collected = background::collect(&client, &mut reading, &id).await;
    let mut ending = match collected {
        Ok(close) => judge(&client, None, &reading, close),
        Err(lost) => reading.reducer.ending(lost.outcome()),
    };
    ending.response_id.get_or_insert(id);
    ending.taken.timing = Some(timing(started, reading.first_output));
    ending.taken.cost = cost(&client, &ending, None);
    let _ = out.send(ReplyEvent::Ended(Box::new(ending))).await;
}

fn cost(client: &Client, ending: &Ending, asked: Option<&str>) -> Option<Cost> {
    let model = ending.model.as_deref().or(asked)?;
    client.settings().prices.cost(model, ending.taken.usage.as_ref()?)
}

fn timing(started: Instant, first_output: Option<Instant>) -> Timing {
    let since = |end: Instant| {
        u64::try_from(end.saturating_duration_since(started).as_millis()).unwrap_or(u64::MAX)
    };
    Timing { first_output_ms: first_output.map(since), total_ms: since(Instant::now()) }
}
