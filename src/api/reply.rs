//! One reply as a stream of events.
//! Must not spawn: polling the stream does the work, dropping it closes the connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::chat::{ReplyEvent, ResponseId};

use super::client::Client;
use super::reply_task::{ReplyTask, run_collection};
use super::request::ModelRequest;
use crate::api::retry_trigger::RetryTrigger;

/// How many events wait for a slow reader before the connection itself is held back.
const EVENT_BUFFER: usize = 64;

/// A reply under way.
pub struct ReplyStream {
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    events: mpsc::Receiver<ReplyEvent>,
    retry_trigger: RetryTrigger,
}

impl Client {
    /// Asks a question. Nothing is sent before the stream is polled; dropping it ends the answer
    /// and closes its connection.
    #[must_use]
    pub fn reply(&self, request: ModelRequest) -> ReplyStream {
        ReplyStream::start(self.clone(), request)
    }

    /// Collects an answer that was left running at the server.
    #[must_use]
    pub fn collect(&self, id: ResponseId) -> ReplyStream {
        ReplyStream::collect(self.clone(), id)
    }
}

impl ReplyStream {
    /// Asks a question; see [`Client::reply`].
    #[must_use]
    pub fn start(client: Client, request: ModelRequest) -> Self {
        let (out, events) = mpsc::channel(EVENT_BUFFER);
        let skip = RetryTrigger::default();
        let task = ReplyTask { client, request, tx: out, retry_trigger: skip.clone() };
        Self { work: Some(Box::pin(task.run())), events, retry_trigger: skip }
    }

    /// Waits for an answer that was left running; see [`Client::collect`].
    #[must_use]
    pub fn collect(client: Client, id: ResponseId) -> Self {
        let (out, events) = mpsc::channel(EVENT_BUFFER);
        let work = run_collection(client, id, out);
        Self { work: Some(Box::pin(work)), events, retry_trigger: RetryTrigger::default() }
    }

    /// The next event; `None` after `Ended`.
    pub async fn next(&mut self) -> Option<ReplyEvent> {
        StreamExt::next(self).await
    }

    /// What ends a pause of this reply.
    #[must_use]
    pub fn skip(&self) -> RetryTrigger {
        self.retry_trigger.clone()
    }
}

impl Stream for ReplyStream {
    type Item = ReplyEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ReplyEvent>> {
        // What waits comes first; the work then fills up what there is room for.
        let waiting = self.events.poll_recv(context);
        let Some(work) = self.work.as_mut().filter(|_| waiting.is_pending()) else {
            return waiting;
        };
        if work.as_mut().poll(context).is_ready() {
            // With it goes the only sender, which ends the channel behind its last event.
            self.work = None;
        }
        self.events.poll_recv(context)
    }
}
