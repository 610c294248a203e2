//! The parser as a stream, and its errors.

use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};
use std::pin::Pin;
use std::string::FromUtf8Error;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use nom::error::{Error as NomError, ErrorKind};
use pin_project_lite::pin_project;

use crate::Event;
use crate::parser::{Parser, TooLarge};

/// What a person reads of an event or a line beyond the limit.
const TOO_LARGE: &str = "an event or a line is longer than 32 MB";

pin_project! {
    /// A stream of events.
    #[derive(Debug)]
    pub struct EventStream<S> {
        #[pin]
        stream: S,
        parser: Parser,
        piece: Vec<u8>,
        at: usize,
        is_over: bool,
    }
}

/// Why there is no event.
#[derive(Debug, PartialEq)]
pub enum EventStreamError<E> {
    /// Never happens: bytes that are no text are replaced.
    Utf8(FromUtf8Error),
    /// An event or a line is too long; the stream is over.
    Parser(NomError<String>),
    /// The stream of bytes has failed.
    Transport(E),
}

impl<S> EventStream<S> {
    /// Reads events from a stream of bytes.
    pub fn new(stream: S) -> Self {
        Self { stream, parser: Parser::default(), piece: Vec::new(), at: 0, is_over: false }
    }

    /// Sets what [`last_event_id`](Self::last_event_id) says until an event ends.
    pub fn set_last_event_id(&mut self, id: impl Into<String>) {
        self.parser.last_event_id = id.into();
    }

    /// The id to resume from.
    pub fn last_event_id(&self) -> &str {
        &self.parser.last_event_id
    }
}

impl<S, B, E> Stream for EventStream<S>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Item = Result<Event, EventStreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        let mut rest = this.piece.get(*this.at..).unwrap_or_default();
        let mut read = this.parser.read(&mut rest);
        *this.at = this.piece.len() - rest.len();
        loop {
            match read {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) if *this.is_over => return Poll::Ready(None),
                Ok(None) => {}
                Err(TooLarge) => {
                    (*this.parser, *this.piece, *this.at) = (Parser::default(), Vec::new(), 0);
                    *this.is_over = true;
                    return Poll::Ready(Some(Err(too_large())));
                }
            }
            match ready!(this.stream.as_mut().poll_next(context)) {
                Some(Ok(bytes)) => {
                    let mut rest = bytes.as_ref();
                    read = this.parser.read(&mut rest);
                    this.piece.clear();
                    this.piece.extend_from_slice(rest);
                    *this.at = 0;
                }
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(EventStreamError::Transport(error))));
                }
                None => *this.is_over = true,
            }
        }
    }
}

fn too_large<E>() -> EventStreamError<E> {
    EventStreamError::Parser(NomError::new(TOO_LARGE.to_owned(), ErrorKind::TooLarge))
}

impl<E: Display> Display for EventStreamError<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8(error) => write!(f, "UTF-8 error: {error}"),
            Self::Parser(error) => write!(f, "The stream cannot be read: {}", error.input),
            Self::Transport(error) => write!(f, "Transport error: {error}"),
        }
    }
}

impl<E: Display + Debug> Error for EventStreamError<E> {}
