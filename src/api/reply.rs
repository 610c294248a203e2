//! One reply as a stream of events.
//! Must not spawn: polling the stream does the work, dropping it closes the connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::chat::{ReplyEvent, ResponseId};

use super::client::Client;
use super::reply_task::{ReplyTask, collect};
use super::request::Request;
use super::skip::Skip;

/// How many events wait for a slow reader before the connection itself is held back.
const WAITING: usize = 64;

/// A reply under way.
pub struct Reply {
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    events: mpsc::Receiver<ReplyEvent>,
    skip: Skip,
}

impl Client {
    /// Asks a question. Nothing is sent before the stream is polled; dropping it ends the answer
    /// and closes its connection.
    #[must_use]
    pub fn reply(&self, request: Request) -> Reply {
        Reply::start(self.clone(), request)
    }

    /// Collects an answer that was left running at the server.
    #[must_use]
    pub fn collect(&self, id: ResponseId) -> Reply {
        Reply::collect(self.clone(), id)
    }
}

impl Reply {
    /// Asks a question; see [`Client::reply`].
    #[must_use]
    pub fn start(client: Client, request: Request) -> Self {
        let (out, events) = mpsc::channel(WAITING);
        let skip = Skip::default();
        let task = ReplyTask { client, request, out, skip: skip.clone() };
        Self { work: Some(Box::pin(task.run())), events, skip }
    }

    /// Waits for an answer that was left running; see [`Client::collect`].
    #[must_use]
    pub fn collect(client: Client, id: ResponseId) -> Self {
        let (out, events) = mpsc::channel(WAITING);
        let work = collect(client, id, out);
        Self { work: Some(Box::pin(work)), events, skip: Skip::default() }
    }

    /// The next event; `None` after `Ended`.
    pub async fn next(&mut self) -> Option<ReplyEvent> {
        StreamExt::next(self).await
    }

    /// What ends a pause of this reply.
    #[must_use]
    pub fn skip(&self) -> Skip {
        self.skip.clone()
    }
}

impl Stream for Reply {
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
