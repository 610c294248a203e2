//! Server-sent events out of a stream of bytes, for `reqwest-eventsource`.
//!
//! It has the names and types of `eventsource-stream` 0.2, which `reqwest-eventsource` is written
//! for. That crate reads what it holds from the beginning again for each piece that comes, takes
//! lines of any length, ends at a byte that is no text, and panics on a byte order mark. This one
//! looks at each byte once, holds at most 32 MB, replaces bytes that are no text by U+FFFD, and
//! skips the mark, all as the [HTML standard][spec] asks, wherever the pieces are cut.
//!
//! [spec]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod parser;
mod stream;

use std::time::Duration;

pub use stream::{EventStream, EventStreamError};

use futures_core::Stream;

/// An event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Event {
    /// The last `event:` line, or `message`.
    pub event: String,
    /// The `data:` lines, joined by line feeds.
    pub data: String,
    /// The last `id:` line so far, also of an earlier event.
    pub id: String,
    /// The last `retry:` line since the event before, in milliseconds.
    pub retry: Option<Duration>,
}

/// Makes a stream of events out of a stream of bytes.
pub trait Eventsource: Sized {
    /// Reads events from this stream.
    fn eventsource(self) -> EventStream<Self>;
}

impl<S, B, E> Eventsource for S
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    fn eventsource(self) -> EventStream<Self> {
        EventStream::new(self)
    }
}
