//! The loop of a turn: waits for the server, the clock and the user, and feeds the turn what happens.
//! Must not know what a step does.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::time::Instant;

use crate::api::ReplyStream;
use crate::chat::{EndReport, ReplyEnding, Turn, TurnEvent, TurnOutcome, TurnStep};
use crate::cli::error::CliError;
use crate::runtime::clock;

use super::{TurnEnvironment, TurnOutput};

/// A turn under way.
pub(super) struct TurnDriver<'a, O> {
    pub(super) environment: TurnEnvironment<'a>,
    pub(super) output: &'a mut O,
    pub(super) turn: Turn,
    pub(super) reply: Option<ReplyStream>,
    pub(super) last_sync: Instant,
    /// Why nothing can be printed any more.
    output_error: Option<CliError>,
}

impl<'a, O: TurnOutput> TurnDriver<'a, O> {
    pub(super) fn new(environment: TurnEnvironment<'a>, turn: Turn, output: &'a mut O) -> Self {
        let last_sync = Instant::now();
        Self { environment, output, turn, reply: None, last_sync, output_error: None }
    }

    /// Listens to a reply from now on.
    pub(super) fn listen(&mut self, reply: ReplyStream) {
        self.reply = Some(reply);
    }

    /// Feeds the first events and whatever happens from then on, until the turn is over.
    pub(super) async fn run(mut self, first: Vec<TurnEvent>) -> Result<EndReport, CliError> {
        // One future for the whole turn: a new one would not see a signal that came before it.
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        let mut events = first;
        loop {
            if let Some(outcome) = self.feed(events).await {
                return self.result(outcome);
            }
            events = vec![self.next_event(interrupted.as_mut()).await];
        }
    }

    /// Waits until something happens that the turn has to know.
    async fn next_event(&mut self, mut interrupted: Pin<&mut impl Future>) -> TurnEvent {
        loop {
            tokio::select! {
                event = next_reply_event(self.reply.as_mut()) => return event,
                () = self.output.tick() => {}
                _ = interrupted.as_mut() => return self.output.interrupt_event(),
            }
        }
    }

    /// Feeds events to the turn, and what comes of its steps; tells what became of it once it is over.
    async fn feed(&mut self, events: Vec<TurnEvent>) -> Option<TurnOutcome> {
        let mut events = VecDeque::from(events);
        let mut outcome = None;
        while let Some(event) = events.pop_front() {
            let seen = match &event {
                TurnEvent::Reply(event) => Some(event.clone()),
                _ => None,
            };
            for step in self.turn.handle(event, clock::now()) {
                match step {
                    TurnStep::End(end) => outcome = Some(end),
                    step => events.extend(self.perform(step).await),
                }
            }
            if let Some(seen) = seen {
                let shown = self.output.observe(&seen);
                events.extend(self.record_output_error(shown));
            }
        }
        outcome
    }

    /// Shows that the question is on disk.
    pub(super) fn begin_output(&mut self) -> Option<TurnEvent> {
        let begun = self.output.begin();
        self.record_output_error(begun)
    }

    pub(super) fn finish_output(&mut self, ending: &ReplyEnding) {
        if self.output_error.is_none() {
            let finished = self.output.finish(ending);
            // The turn is over already.
            let _ = self.record_output_error(finished);
        }
    }

    /// Remembers the first time that something could not be printed.
    pub(super) fn record_output_error(
        &mut self,
        printed: Result<(), CliError>,
    ) -> Option<TurnEvent> {
        let problem = printed.err()?;
        self.output_error.get_or_insert(problem);
        Some(TurnEvent::OutputFailed)
    }

    fn result(self, outcome: TurnOutcome) -> Result<EndReport, CliError> {
        let sentence = outcome.sentence();
        match (self.output_error, outcome) {
            (Some(broken), _) => {
                let text: Vec<String> = std::iter::once(broken.text).chain(sentence).collect();
                Err(CliError { text: text.join(" "), ..broken })
            }
            (None, TurnOutcome::Stored(report)) => Ok(report),
            (None, TurnOutcome::NotSent(_) | TurnOutcome::NotStored(_)) => {
                Err(CliError::failed(sentence.unwrap_or_default()))
            }
        }
    }
}

/// The next thing a server says.
async fn next_reply_event(reply: Option<&mut ReplyStream>) -> TurnEvent {
    let Some(reply) = reply else {
        return pending().await;
    };
    match reply.next().await {
        Some(event) => TurnEvent::Reply(event),
        // A reply says how it ended before its stream ends; without that nothing more can come.
        None => TurnEvent::LeaveRequested,
    }
}
