//! The transcript of a very long conversation. It is not in memory: it is read, message by message,
//! each time it is sent, and only where the server does not know the earlier turns.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::chat::Message;
use crate::chat::attachment::Attachment;

use crate::api::errors::redact::EchoFinder;

/// Takes a message with its files.
pub type EachMessage<'a> = dyn FnMut(&Message, &[Attachment]) -> io::Result<()> + 'a;

type ReadAll = dyn Fn(&mut EachMessage<'_>) -> io::Result<()> + Send + Sync;

/// The messages to send, the question last.
#[derive(Clone)]
pub struct StreamedTranscript {
    read: Arc<ReadAll>,
    echoes: Vec<String>,
}

impl StreamedTranscript {
    /// A transcript that `read` gives away, the same messages at each call.
    pub fn new(
        read: impl Fn(&mut EachMessage<'_>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { read: Arc::new(read), echoes: Vec::new() }
    }

    /// Reads every message.
    ///
    /// # Errors
    /// When one cannot be read, and with the first error of `each`.
    pub fn for_each(&self, each: &mut EachMessage<'_>) -> io::Result<()> {
        (self.read)(each)
    }

    /// What the last error repeats of the messages.
    pub fn echoes(&self) -> impl Iterator<Item = &str> {
        self.echoes.iter().map(String::as_str)
    }

    /// Keeps what an error repeats, so that it is not shown or logged with it.
    pub(in crate::api) fn find_echoes(mut self, message: &str) -> Self {
        let mut finder = EchoFinder::new(message);
        let read = self.for_each(&mut |message, _| {
            finder.find(&message.text);
            Ok(())
        });
        if let Err(error) = read {
            tracing::warn!(%error, "a conversation could not be read");
        }
        self.echoes = finder.runs();
        self
    }
}

impl fmt::Debug for StreamedTranscript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamedTranscript")
    }
}

impl PartialEq for StreamedTranscript {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.read, &other.read)
    }
}

impl Eq for StreamedTranscript {}
