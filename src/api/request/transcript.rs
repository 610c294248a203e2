//! The transcript of a very long conversation. It is not in memory: it is read, message by message,
//! each time it is sent, and only where the server does not know the earlier turns.

use std::fmt;
use std::io;
use std::sync::Arc;

use memchr::{memchr, memmem};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::chat::attachment::Attachment;
use crate::chat::{Message, Role};

use crate::api::errors::redact::EchoFinder;

/// Takes a message.
pub type EachMessage<'a> = dyn FnMut(SentMessage<'_>) -> io::Result<()> + 'a;

/// A message to send.
#[derive(Debug, Clone, Copy)]
pub enum SentMessage<'a> {
    /// One that was read, with its files.
    Read(&'a Message, &'a [Attachment]),
    /// One without files, with its text as JSON.
    Written(&'a Role, JsonText<'a>),
}

impl SentMessage<'_> {
    /// How long the text is, in bytes.
    pub(super) fn text_bytes(self) -> usize {
        match self {
            Self::Read(message, _) => message.text.len(),
            Self::Written(_, text) => text.decoded_bytes(),
        }
    }
}

/// A text as JSON, spelled as `serde_json` spells it, so that it can be sent as it is.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct JsonText<'a>(&'a RawValue);

impl<'a> JsonText<'a> {
    /// Takes a string of a file; `None` where it is spelled in another way.
    #[must_use]
    pub fn of(json: &'a str) -> Option<Self> {
        let may_differ = |escape: &str| memmem::find(json.as_bytes(), escape.as_bytes()).is_some();
        if !json.starts_with('"') || may_differ("\\u") || may_differ("\\/") {
            return None;
        }
        serde_json::from_str(json).ok().map(Self)
    }

    /// Whether it spells no text.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.get() == "\"\""
    }

    /// The text that it spells.
    #[must_use]
    pub fn decode(self) -> String {
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }

    /// The length of that text: each escape is of two bytes and stands for one.
    fn decoded_bytes(self) -> usize {
        let mut rest = self.0.get().as_bytes();
        let mut bytes = rest.len().saturating_sub("\"\"".len());
        while let Some(after) = memchr(b'\\', rest).and_then(|at| rest.get(at.checked_add(2)?..)) {
            bytes = bytes.saturating_sub(1);
            rest = after;
        }
        bytes
    }
}

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
        let read = self.for_each(&mut |message| {
            match message {
                SentMessage::Read(message, _) => finder.find(&message.text),
                SentMessage::Written(_, text) => finder.find(&text.decode()),
            }
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
