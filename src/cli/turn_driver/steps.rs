//! Performs the steps that a turn asks for.

use std::sync::Arc;
use std::time::Instant;

use crate::api::{Delivery, ModelRequest, ReplyStream};
use crate::chat::{
    AnswerOptions, ApprovalAnswer, Conversation, Failure, ReplyEnding, ResponseId, ServerStep,
    StoreStep, TextDelta, ToolRequest, ToolUse, TurnEvent, TurnReport,
};
use crate::cli::attach::{self, AttachedFiles};
use crate::runtime::prepare_request::prepare_request;
use crate::runtime::{reply_worker, turn_store};
use crate::store::Durability;
use crate::tools::ToolHost;

use super::driver::TurnDriver;
use super::environment::TurnEnvironment;
use super::output::TurnOutput;
use super::question::{Question, QuestionKind};

impl<O: TurnOutput> TurnDriver<'_, O> {
    /// Performs a step at the server; returns what the turn has to know of its result.
    pub(super) async fn perform_on_server(&mut self, step: ServerStep) -> Option<TurnEvent> {
        match step {
            ServerStep::Check => {
                let server = Arc::clone(&self.environment.session.server);
                self.server_check = Some(Box::pin(async move { server.check_ready().await }));
            }
            ServerStep::Send { conversation, options } => {
                return self.send(*conversation, *options).await;
            }
            ServerStep::SendApproval(answer) => {
                if let Some(reply) = &self.reply {
                    reply.answer_approval(answer);
                }
            }
            ServerStep::Disconnect => self.reply = None,
            ServerStep::CancelWhenIdentified => self.cancel_when_identified().await,
            ServerStep::Cancel(response_id) => {
                let server = Arc::clone(&self.environment.session.server);
                let cancellation = reply_worker::cancel(server, response_id);
                self.environment.session.cancellations.spawn(cancellation);
            }
            // Commands have no key to retry at once.
            ServerStep::RetryNow => {}
        }
        None
    }

    /// Performs a step in the store; returns what the turn has to know of its result.
    pub(super) fn perform_on_store(&mut self, step: StoreStep) -> Option<TurnEvent> {
        match step {
            StoreStep::RecordBackground { response_id, options } => {
                self.record_background(response_id, *options);
                None
            }
            StoreStep::RecordToolUse(tool) => {
                self.record_tool_use(&tool);
                None
            }
            StoreStep::StoreEnding(ending) => Some(self.store_ending(&ending)),
            StoreStep::LeaveRunning(ending) => {
                self.environment.store.leave_running(&self.turn.id);
                self.finish_output(&ending);
                Some(TurnEvent::EndingStored)
            }
        }
    }

    /// Stores the question; returns what the turn has to know of its result.
    pub(super) fn store_question(&mut self) -> Vec<TurnEvent> {
        let Some(Question { kind, options, files, .. }) = self.question.take() else {
            return Vec::new();
        };
        match self.try_to_store(&kind, &files) {
            Ok(accepted) => {
                let (conversation, options) = (Box::new(accepted), Box::new(options));
                let accepted = TurnEvent::QuestionAccepted { conversation, options };
                self.begin_output().into_iter().chain([accepted]).collect()
            }
            Err(failure) => vec![TurnEvent::QuestionNotStored(failure)],
        }
    }

    fn try_to_store(
        &mut self,
        kind: &QuestionKind,
        files: &AttachedFiles,
    ) -> Result<Conversation, Failure> {
        let TurnEnvironment { settings, store, .. } = &mut self.environment;
        let (turn, conversation) = (&self.turn.id, &self.turn.conversation);
        let stored = match kind {
            QuestionKind::New(changes) => {
                attach::store(settings, changes, files)?;
                store.begin_turn(turn, conversation, changes)
            }
            QuestionKind::Retry(question) => store.ask_again(turn, conversation, question),
        };
        stored.map_err(|error| error.to_failure())
    }

    async fn send(
        &mut self,
        conversation: Conversation,
        options: AnswerOptions,
    ) -> Option<TurnEvent> {
        let client = match self.environment.session.server.client().await {
            Ok(client) => client.clone(),
            Err(failure) => return Some(TurnEvent::ClientFailed(failure)),
        };
        let tools: Arc<dyn ToolHost> = self.environment.session.tools.clone();
        let request = ModelRequest {
            // Printed text cannot be changed.
            delivery: Delivery::InOrder,
            ..prepare_request(self.environment.settings, options, conversation).await
        };
        self.listen(ReplyStream::start(client, request, Some(tools)));
        None
    }

    /// Answers for the user where a permission covers a call, else asks.
    pub(super) async fn ask_approval(&mut self, request: &ToolRequest) -> TurnEvent {
        let conversation = &self.turn.conversation;
        let permissions = &mut self.environment.session.permissions;
        let mut approval = ApprovalAnswer::Allowed;
        if !permissions.covers(conversation, request) {
            let answer = tokio::select! {
                // First, so that Ctrl+C is listened for before the question is shown.
                biased;
                _ = tokio::signal::ctrl_c() => Err(()),
                answer = self.output.ask_approval(request) => Ok(answer),
            };
            match answer {
                Ok(Some(scope)) => permissions.remember(scope, conversation, request),
                Ok(None) => approval = ApprovalAnswer::Refused,
                Err(()) => return self.output.interrupt_event(),
            }
        }
        TurnEvent::ApprovalAnswered(approval)
    }

    /// Writes a piece of the answer to the journal, then prints it: nothing is read that a crash could lose.
    pub(super) fn journal_delta(&mut self, delta: &TextDelta) -> Option<TurnEvent> {
        turn_store::journal(self.environment.store, &self.turn.id, delta);
        let durability = if self.last_sync.elapsed() < turn_store::SYNC_EVERY {
            Durability::Written
        } else {
            self.last_sync = Instant::now();
            Durability::Synced
        };
        self.environment.store.flush(durability);
        let printed = self.output.show_delta(delta);
        self.record_output_error(printed)
    }

    fn record_background(&mut self, response_id: ResponseId, options: AnswerOptions) {
        let (turn, conversation) = (self.turn.id.clone(), self.turn.conversation.clone());
        let TurnEnvironment { settings, store, .. } = &mut self.environment;
        let turn = (turn, conversation);
        turn_store::record_background(store, settings, turn, response_id, options);
    }

    /// Adds a call to the history of its conversation. The answer does not depend on it.
    fn record_tool_use(&mut self, tool: &ToolUse) {
        let store = &mut *self.environment.store;
        if let Err(error) = store.record_tool_use(&self.turn.conversation, tool) {
            self.output.print_message(&error.to_failure().to_string());
        }
    }

    async fn cancel_when_identified(&mut self) {
        if let (Ok(client), Some(reply)) =
            (self.environment.session.server.client().await, self.reply.take())
        {
            let cancellation = reply_worker::cancel_when_identified(client.clone(), reply);
            self.environment.session.cancellations.spawn(cancellation);
        }
    }

    /// Prints a report, but not how the turn ended: the command does that once it is stored.
    pub(super) fn report(&mut self, report: &TurnReport) {
        if matches!(report, TurnReport::Ended(_)) {
            return;
        }
        if let Some(sentence) = report.sentence() {
            self.output.print_message(&sentence);
        }
    }

    fn store_ending(&mut self, ending: &ReplyEnding) -> TurnEvent {
        let answer = turn_store::stored_answer(self.environment.settings, ending);
        let (turn, conversation) = (&self.turn.id, &self.turn.conversation);
        let stored = turn_store::finish(self.environment.store, turn, conversation, answer);
        // Also where it could not be stored: then the output may be the only copy.
        self.finish_output(ending);
        match stored {
            Ok(_) => TurnEvent::EndingStored,
            Err(failure) => TurnEvent::EndingNotStored(failure),
        }
    }
}
