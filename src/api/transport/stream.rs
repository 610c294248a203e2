//! A running event stream over `reqwest-eventsource`. Must not reconnect by itself, because a repeated
//! request may be paid twice.
//!
//! `EventSource` keeps a copy of its request to repeat it. A body that is read while it is sent has no
//! copy, so there the same parser reads the response without it.

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt, TryFutureExt, stream};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use reqwest_eventsource::{Error, Event, EventSource, retry};

use tokio::time::Instant;

use super::sse::SseFrame;
use crate::api::transport::{ConnectionError, HttpResponse, RequestStage};
use crate::settings::Timeouts;

/// What one read of a connection yields.
#[derive(Debug)]
pub enum StreamItem {
    /// The server responded with an event stream.
    Opened,
    /// An event of the stream.
    Frame(SseFrame),
    /// The server responded with something else; nothing follows.
    OtherResponse(HttpResponse),
    /// The connection failed; nothing follows.
    ConnectionFailed(ConnectionError),
}

/// The events of a response, beginning with its head.
type EventResults = Pin<Box<dyn Stream<Item = Result<Event, Error>> + Send>>;

/// A running stream, closed when dropped.
pub struct EventStream {
    source: Option<EventResults>,
    stage: RequestStage,
    timeouts: Timeouts,
    /// Until when what comes next is waited for.
    next_until: Option<Instant>,
}

thread_local! {
    static CATCHES_PANICS: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread, at this moment, is caught and becomes a reply's end.
///
/// The published `eventsource-stream` panics on a byte order mark; this repository's own in its
/// place does not, but `cargo install` from crates.io takes the published one. A panic hook asks
/// this and stays silent, so that a server cannot make the program print over its own screen.
#[must_use]
pub fn is_panic_caught_here() -> bool {
    CATCHES_PANICS.get()
}

impl EventStream {
    /// Sends a request, once.
    #[must_use]
    pub fn open(request: RequestBuilder, timeouts: Timeouts) -> Self {
        let source: EventResults = match request.try_clone().map(EventSource::new) {
            Some(Ok(mut source)) => {
                // The default repeats the request after every end.
                source.set_retry_policy(Box::new(retry::Never));
                Box::pin(source)
            }
            Some(Err(_)) | None => Box::pin(read_uncloned(request)),
        };
        Self { source: Some(source), stage: RequestStage::Sending, timeouts, next_until: None }
    }

    /// Reads the next item; `None` at the regular end of the stream. Comments do not count: some servers
    /// send them for ever while the model behind them is gone.
    pub async fn next(&mut self) -> Option<StreamItem> {
        let limit = match self.stage {
            RequestStage::Sending => self.timeouts.first_byte,
            RequestStage::Reading => self.timeouts.idle,
        };
        // Kept over calls: a caller may drop this future and call again.
        let deadline = *self.next_until.get_or_insert_with(|| Instant::now() + limit);
        let Ok(polled) = tokio::time::timeout_at(deadline, self.poll_source()).await else {
            return self.end(Some(StreamItem::ConnectionFailed(ConnectionError::IdleTimeout)));
        };
        self.next_until = None;
        match polled {
            PollResult::Event(Ok(Event::Open)) => {
                self.stage = RequestStage::Reading;
                Some(StreamItem::Opened)
            }
            PollResult::Event(Ok(Event::Message(message))) => {
                Some(StreamItem::Frame(SseFrame { name: message.event, data: message.data }))
            }
            PollResult::Event(Err(error)) => {
                let item = item_for_error(error, self.stage).await;
                self.end(item)
            }
            PollResult::Ended => self.end(None),
            PollResult::Panicked => {
                self.end(Some(StreamItem::ConnectionFailed(ConnectionError::Unreadable)))
            }
        }
    }

    /// Closes the connection after the last item.
    fn end(&mut self, last: Option<StreamItem>) -> Option<StreamItem> {
        self.source = None;
        last
    }

    fn poll_source(&mut self) -> impl Future<Output = PollResult> {
        poll_fn(|context| match &mut self.source {
            Some(source) => poll_guarded(source, context),
            None => Poll::Ready(PollResult::Ended),
        })
    }
}

/// Sends a request that cannot be cloned and reads its events.
#[allow(clippy::result_large_err)] // the error of the library
fn read_uncloned(request: RequestBuilder) -> impl Stream<Item = Result<Event, Error>> {
    let sent = request.header(ACCEPT, HeaderValue::from_static("text/event-stream")).send();
    let events = sent.map_err(Error::Transport).and_then(|response| async {
        let events = check_response(response)?.bytes_stream().eventsource();
        let events = events.map(|event| event.map(Event::Message).map_err(Error::from));
        Ok(stream::iter([Ok(Event::Open)]).chain(events))
    });
    stream::once(events).flat_map(|events| match events {
        Ok(events) => events.left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    })
}

/// Passes on a response with status 200 and the content type of an event stream.
#[allow(clippy::result_large_err)] // the error of the library
fn check_response(response: Response) -> Result<Response, Error> {
    if response.status() != StatusCode::OK {
        return Err(Error::InvalidStatusCode(response.status(), response));
    }
    let named = response.headers().get(CONTENT_TYPE).cloned();
    let content_type = named.unwrap_or_else(|| HeaderValue::from_static(""));
    let essence = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("text/event-stream") {
        return Ok(response);
    }
    Err(Error::InvalidContentType(content_type, response))
}

/// Converts an error of the library; `None` is the regular end.
async fn item_for_error(error: Error, stage: RequestStage) -> Option<StreamItem> {
    Some(match error {
        Error::StreamEnded => return None,
        Error::InvalidStatusCode(_, response) | Error::InvalidContentType(_, response) => {
            StreamItem::OtherResponse(HttpResponse::read(response).await)
        }
        Error::Transport(error) => StreamItem::ConnectionFailed(ConnectionError::of(&error, stage)),
        Error::Utf8(_) => StreamItem::ConnectionFailed(ConnectionError::InvalidUtf8),
        Error::Parser(_) | Error::InvalidLastEventId(_) => {
            StreamItem::ConnectionFailed(ConnectionError::Unreadable)
        }
    })
}

/// The result of polling the library.
enum PollResult {
    Event(Result<Event, Error>),
    Ended,
    Panicked,
}

fn poll_guarded(source: &mut EventResults, context: &mut Context<'_>) -> Poll<PollResult> {
    let before = CATCHES_PANICS.replace(true);
    let polled = catch_unwind(AssertUnwindSafe(|| source.as_mut().poll_next(context)));
    CATCHES_PANICS.set(before);
    match polled {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(Some(event))) => Poll::Ready(PollResult::Event(event)),
        Ok(Poll::Ready(None)) => Poll::Ready(PollResult::Ended),
        Err(_) => Poll::Ready(PollResult::Panicked),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Panics inside a call of the library.
    struct Panics;

    impl retry::RetryPolicy for Panics {
        fn retry(&self, _: &Error, _: Option<(usize, Duration)>) -> Option<Duration> {
            assert!(is_panic_caught_here());
            std::panic::resume_unwind(Box::new("no message for the terminal"));
        }

        fn set_reconnection_time(&mut self, _: Duration) {}
    }

    #[tokio::test]
    async fn a_panic_of_the_library_ends_the_stream_and_not_the_program() {
        let request = reqwest::Client::new().get("http://127.0.0.1:1/");
        let minute = Duration::from_mins(1);
        let timeouts = Timeouts { connect: minute, first_byte: minute, idle: minute };
        let mut stream = EventStream::open(request.try_clone().unwrap(), timeouts);
        let mut source = EventSource::new(request).unwrap();
        source.set_retry_policy(Box::new(Panics));
        stream.source = Some(Box::pin(source));
        assert!(matches!(
            stream.next().await,
            Some(StreamItem::ConnectionFailed(ConnectionError::Unreadable))
        ));
        assert!(stream.next().await.is_none());
        assert!(!is_panic_caught_here());
    }
}
