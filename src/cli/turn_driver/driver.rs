//! The loop of a turn: waits for the server, the clock and the user, and feeds the turn what happens.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::time::Instant;

use crate::api::ReplyStream;
use crate::chat::{EndReport, Failure, ReplyEnding, Turn, TurnEvent, TurnOutcome, TurnStep};
use crate::cli::error::{CliError, code};
use crate::runtime::{clock, turn_store};

use super::environment::TurnEnvironment;
use super::output::TurnOutput;
use super::question::Question;

/// Finds out whether a question could be sent.
type ServerCheck = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// A turn with everything its steps need.
pub(super) struct TurnDriver<'a, O> {
    pub(super) environment: TurnEnvironment<'a>,
    pub(super) output: &'a mut O,
    pub(super) turn: Turn,
    /// The question that is not stored yet.
    pub(super) question: Option<Question>,
    /// The check of the server that is under way.
    pub(super) server_check: Option<ServerCheck>,
    pub(super) reply: Option<ReplyStream>,
    pub(super) last_sync: Instant,
    /// The first failure to print something.
    output_error: Option<CliError>,
}

impl<'a, O: TurnOutput> TurnDriver<'a, O> {
    pub(super) fn new(environment: TurnEnvironment<'a>, turn: Turn, output: &'a mut O) -> Self {
        let last_sync = Instant::now();
        let (question, server_check, reply, output_error) = (None, None, None, None);
        Self { environment, output, turn, question, server_check, reply, last_sync, output_error }
    }

    /// The question that the turn begins with.
    pub(super) fn with_question(self, question: Question) -> Self {
        Self { question: Some(question), ..self }
    }

    /// Receives the events of a reply from now on.
    pub(super) fn listen(&mut self, reply: ReplyStream) {
        self.reply = Some(reply);
    }

    /// Runs the turn to its end, beginning with some events.
    pub(super) async fn run(mut self, first: Vec<TurnEvent>) -> Result<EndReport, CliError> {
        // One future for the whole turn: a new one would miss a signal that came before it was polled.
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let mut events = first;
        loop {
            if let Some(outcome) = self.feed(events).await {
                for notice in self.environment.store.take_notices() {
                    self.output.print_message(&notice.to_string());
                }
                return self.result(outcome);
            }
            events = vec![self.next_event(interrupted.as_mut()).await];
        }
    }

    /// Waits for the server or Ctrl+C, while the output shows that time passes.
    async fn next_event(&mut self, mut interrupted: Pin<&mut impl Future>) -> TurnEvent {
        loop {
            tokio::select! {
                // First, so that Ctrl+C is listened for before anything is sent.
                biased;
                _ = interrupted.as_mut() => return self.output.interrupt_event(),
                checked = next_check(self.server_check.as_mut()) => {
                    self.server_check = None;
                    return TurnEvent::ServerChecked(checked);
                }
                event = next_reply_event(self.reply.as_mut()) => return event,
                () = self.output.tick() => {}
            }
        }
    }

    /// Feeds events to the turn, and those that its steps result in; returns the outcome once it is over.
    async fn feed(&mut self, events: Vec<TurnEvent>) -> Option<TurnOutcome> {
        let mut events = VecDeque::from(events);
        let mut outcome = None;
        while let Some(event) = events.pop_front() {
            let reply_event = match &event {
                TurnEvent::Reply(event) => Some(event.clone()),
                _ => None,
            };
            for step in self.turn.handle(event, clock::now()) {
                match step {
                    TurnStep::Server(step) => events.extend(self.perform_on_server(step).await),
                    TurnStep::Store(step) => events.extend(self.perform_on_store(step)),
                    TurnStep::StoreQuestion => events.extend(self.store_question()),
                    TurnStep::RecordCapability(update) => {
                        turn_store::record_capability(self.environment.settings, &update);
                    }
                    TurnStep::Journal(delta) => events.extend(self.journal_delta(&delta)),
                    TurnStep::AskApproval(request) => {
                        events.push_back(self.ask_approval(&request).await);
                    }
                    TurnStep::Report(report) => self.report(&report),
                    TurnStep::End(end) => outcome = Some(end),
                }
            }
            if let Some(reply_event) = reply_event {
                let printed = self.output.observe(&reply_event);
                events.extend(self.record_output_error(printed));
            }
        }
        outcome
    }

    /// Tells the output that the question is on disk.
    pub(super) fn begin_output(&mut self) -> Option<TurnEvent> {
        let printed = self.output.begin();
        self.record_output_error(printed)
    }

    pub(super) fn finish_output(&mut self, ending: &ReplyEnding) {
        if self.output_error.is_none() {
            let printed = self.output.finish(ending);
            // The turn is over: it need not learn of a failure.
            let _ = self.record_output_error(printed);
        }
    }

    /// Keeps the first failure to print; the turn learns of each.
    pub(super) fn record_output_error(
        &mut self,
        printed: Result<(), CliError>,
    ) -> Option<TurnEvent> {
        let error = printed.err()?;
        self.output_error.get_or_insert(error);
        Some(TurnEvent::OutputFailed)
    }

    fn result(self, outcome: TurnOutcome) -> Result<EndReport, CliError> {
        let sentence = outcome.sentence();
        match (self.output_error, outcome) {
            (Some(error), _) => {
                let text: Vec<String> = std::iter::once(error.text).chain(sentence).collect();
                Err(CliError { text: text.join(" "), ..error })
            }
            (None, TurnOutcome::Stored(report)) => Ok(report),
            (None, TurnOutcome::Withdrawn) => {
                Err(CliError { text: sentence.unwrap_or_default(), code: code::INTERRUPTED })
            }
            (None, TurnOutcome::NotSent(_) | TurnOutcome::NotStored(_)) => {
                Err(CliError::failed(sentence.unwrap_or_default()))
            }
        }
    }
}

/// The end of a check; never returns without one.
async fn next_check(check: Option<&mut ServerCheck>) -> Result<(), Failure> {
    match check {
        Some(check) => check.await,
        None => pending().await,
    }
}

/// The next event of a reply; never returns without one.
async fn next_reply_event(reply: Option<&mut ReplyStream>) -> TurnEvent {
    let Some(reply) = reply else {
        return pending().await;
    };
    match reply.next().await {
        Some(event) => TurnEvent::Reply(event),
        None => TurnEvent::ReplyLost,
    }
}
