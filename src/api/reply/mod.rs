//! A reply as a stream of events. Must not spawn a task: polling the stream does the work, so that
//! dropping it closes the connection.

pub mod attempt;
pub mod background;
mod choose_endpoint;
mod external_calls;
mod omit_parts;
pub mod outcome;
pub mod reorder;
mod replay;
mod reply_task;
pub(super) mod retry_trigger;
mod send_transcript;
mod tool_results;
pub mod tool_rounds;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::chat::{ApprovalAnswer, ReplyEvent, ResponseId};
use crate::tools::ToolHost;

use super::reply::reply_task::{ReplyTask, run_collection};
use super::request::ModelRequest;
use super::transport::client::Client;
use crate::api::reply::external_calls::ExternalCalls;
use crate::api::reply::retry_trigger::RetryTrigger;

/// How many events are buffered for a slow receiver before reading from the connection pauses.
const EVENT_BUFFER: usize = 64;

/// A reply that is being received; dropping it closes the connection.
pub struct ReplyStream {
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    events: mpsc::Receiver<ReplyEvent>,
    retry_trigger: RetryTrigger,
    approvals: mpsc::UnboundedSender<ApprovalAnswer>,
}

impl Client {
    /// Sends a request. Nothing is sent before the stream is polled; dropping it closes the connection.
    #[must_use]
    pub fn reply(&self, request: ModelRequest) -> ReplyStream {
        ReplyStream::start(self.clone(), request, None)
    }

    /// Collects a background answer.
    #[must_use]
    pub fn collect(&self, id: ResponseId) -> ReplyStream {
        ReplyStream::collect(self.clone(), id)
    }
}

impl ReplyStream {
    /// Sends a request; see [`Client::reply`]. The host provides tools of other programs.
    #[must_use]
    pub fn start(
        client: Client,
        request: ModelRequest,
        tool_host: Option<Arc<dyn ToolHost>>,
    ) -> Self {
        let (tx, events) = mpsc::channel(EVENT_BUFFER);
        let (approvals, approvals_rx) = mpsc::unbounded_channel();
        let retry_trigger = RetryTrigger::default();
        let external = ExternalCalls::new(tool_host, approvals_rx, tx.clone());
        let task = ReplyTask { client, request, tx, retry_trigger: retry_trigger.clone() };
        Self { work: Some(Box::pin(task.run(external))), events, retry_trigger, approvals }
    }

    /// Collects a background answer; see [`Client::collect`].
    #[must_use]
    pub fn collect(client: Client, id: ResponseId) -> Self {
        let (tx, events) = mpsc::channel(EVENT_BUFFER);
        let work = Box::pin(run_collection(client, id, tx));
        let retry_trigger = RetryTrigger::default();
        // A background answer calls no tools.
        let (approvals, _) = mpsc::unbounded_channel();
        Self { work: Some(work), events, retry_trigger, approvals }
    }

    /// The next event; `None` after `Ended`.
    pub async fn next(&mut self) -> Option<ReplyEvent> {
        StreamExt::next(self).await
    }

    /// Passes on the answer to [`ReplyEvent::ApprovalNeeded`]; without effect once the reply has
    /// ended.
    pub fn answer_approval(&self, answer: ApprovalAnswer) {
        // Without a receiver the reply has ended.
        let _ = self.approvals.send(answer);
    }

    /// The trigger that ends a pause of this reply.
    #[must_use]
    pub fn retry_trigger(&self) -> RetryTrigger {
        self.retry_trigger.clone()
    }
}

impl Stream for ReplyStream {
    type Item = ReplyEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ReplyEvent>> {
        // Buffered events first; then the work refills the buffer.
        let waiting = self.events.poll_recv(context);
        let Some(work) = self.work.as_mut().filter(|_| waiting.is_pending()) else {
            return waiting;
        };
        if work.as_mut().poll(context).is_ready() {
            // Dropping the work drops the only sender, which ends the channel after its last event.
            self.work = None;
        }
        self.events.poll_recv(context)
    }
}
