//! What the steps of a turn do in a command.
//! Must not change their order, nor leave one out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{Delivery, ModelRequest, ReplyStream};
use crate::chat::answer::message_and_record;
use crate::chat::{
    AnswerOptions, BackgroundAnswer, Conversation, ReplyEnding, ResponseId, TextDelta, TurnEvent,
    TurnReport, TurnStep,
};
use crate::cli::bootstrap;
use crate::runtime::{clock, reply_worker, turn_store};
use crate::store::Durability;

use super::TurnOutput;
use super::driver::TurnDriver;

/// How long what came may wait until it is forced down to the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

impl<O: TurnOutput> TurnDriver<'_, O> {
    /// Performs a step; what came of it, where the turn has to know.
    pub(super) async fn perform(&mut self, step: TurnStep) -> Option<TurnEvent> {
        match step {
            TurnStep::Send { conversation, options } => self.send(&conversation, *options).await,
            TurnStep::Journal(delta) => self.journal_delta(&delta),
            TurnStep::RecordBackground { response_id, options } => {
                self.note_background(response_id, *options);
                None
            }
            TurnStep::RecordCapability(lesson) => {
                bootstrap::record_capability(self.environment.settings, &lesson);
                None
            }
            TurnStep::Disconnect => {
                self.reply = None;
                None
            }
            TurnStep::CancelOnceIdentified => self.abandon().await,
            TurnStep::Cancel(response_id) => {
                let server = Arc::clone(self.environment.server);
                tokio::spawn(reply_worker::cancel(server, response_id));
                None
            }
            TurnStep::Report(report) => {
                self.report(&report);
                None
            }
            TurnStep::StoreEnding(ending) => Some(self.store_ending(&ending)),
            TurnStep::LeaveRunning(ending) => {
                self.environment.store.release_background_answer(&self.turn.id);
                self.finish_output(&ending);
                Some(TurnEvent::EndingStored)
            }
            // Nobody can ask a command to hurry; the end is the caller's.
            TurnStep::RetryNow | TurnStep::End(_) => None,
        }
    }

    async fn send(
        &mut self,
        conversation: &Conversation,
        options: AnswerOptions,
    ) -> Option<TurnEvent> {
        let client = match self.environment.server.client().await {
            Ok(client) => client.clone(),
            Err(failure) => return Some(TurnEvent::ClientFailed(failure)),
        };
        let request = ModelRequest {
            // What was printed cannot be taken back.
            delivery: Delivery::InOrder,
            ..reply_worker::build_request(self.environment.settings, options, conversation)
        };
        self.listen(ReplyStream::start(client, request));
        None
    }

    /// In the journal before anybody has read it.
    fn journal_delta(&mut self, delta: &TextDelta) -> Option<TurnEvent> {
        turn_store::journal(self.environment.store, &self.turn.id, delta);
        let durability = if self.last_sync.elapsed() < SYNC_EVERY {
            Durability::Written
        } else {
            self.last_sync = Instant::now();
            Durability::Synced
        };
        self.environment.store.flush(durability);
        let shown = self.output.show_delta(delta);
        self.record_output_error(shown)
    }

    fn note_background(&mut self, response_id: ResponseId, options: AnswerOptions) {
        let (turn, conversation) = (self.turn.id.clone(), self.turn.conversation.clone());
        let base_url = self.environment.settings.base_url.to_string();
        let running = BackgroundAnswer::of(turn, conversation, response_id, base_url);
        self.environment
            .store
            .record_background_answer(running.with_options(options, clock::now()));
    }

    async fn abandon(&mut self) -> Option<TurnEvent> {
        if let (Ok(client), Some(reply)) =
            (self.environment.server.client().await, self.reply.take())
        {
            tokio::spawn(reply_worker::abandon(client.clone(), reply));
        }
        None
    }

    /// How it ended is told by the command, once it is stored.
    fn report(&mut self, report: &TurnReport) {
        if matches!(report, TurnReport::Ended(_)) {
            return;
        }
        if let Some(sentence) = report.sentence() {
            self.output.print_message(&sentence);
        }
    }

    fn store_ending(&mut self, ending: &ReplyEnding) -> TurnEvent {
        let answer =
            message_and_record(ending, clock::now(), self.environment.settings.web_chain());
        let (turn, conversation) = (&self.turn.id, &self.turn.conversation);
        let stored = turn_store::finish(self.environment.store, turn, conversation, answer);
        // Where it could not be stored, what is printed may be all there is of it.
        self.finish_output(ending);
        match stored {
            Ok(_) => TurnEvent::EndingStored,
            Err(failure) => TurnEvent::EndingNotStored(failure),
        }
    }
}
