//! A request whose transcript is read while it is sent, so that the longest needs little memory.

use std::io::{self, Write};

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::chat::Message;
use crate::chat::attachment::Attachment;

use crate::api::address::Address;
use crate::api::chat_completions::Endpoint;
use crate::api::chat_completions::messages::ChatMessages;
use crate::api::chat_completions::quirks;
use crate::api::chat_completions::request_body::build_chat_body;
use crate::api::request::body::{Body, TextItem, input_item};
use crate::api::request::transcript::StreamedTranscript;
use crate::api::transport::NotReadAgain;

/// How many bytes are given to the connection at a time.
const PIECE_BYTES: usize = 64 * 1024;
/// How many pieces wait for the connection.
const WAITING_PIECES: usize = 4;

/// A body that begins with a transcript.
#[derive(Debug, Clone)]
pub(in crate::api) struct StreamedRequest {
    /// The rest; its input follows the transcript.
    pub body: Body,
    pub transcript: StreamedTranscript,
    pub address: Address,
    pub endpoint: Endpoint,
}

/// What the first reading of the transcript found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::api) struct RequestSize {
    /// The length of the whole request.
    pub body_bytes: u64,
    /// How much of it is text of messages.
    pub text_bytes: u64,
}

impl StreamedRequest {
    /// Reads the transcript once. Servers and proxies want to know the length before they read.
    pub(in crate::api) fn measure(&self) -> io::Result<RequestSize> {
        let mut counted = ByteCount(0);
        let text_bytes = self.write(&mut counted)?;
        Ok(RequestSize { body_bytes: counted.0, text_bytes })
    }

    /// Attaches the body to a request, which reads the transcript once more as the server takes it.
    pub(in crate::api) fn attach(
        self,
        size: RequestSize,
        request: RequestBuilder,
    ) -> RequestBuilder {
        let (to_connection, mut pieces) = mpsc::channel(WAITING_PIECES);
        tokio::task::spawn_blocking(move || {
            let left = size.body_bytes;
            let mut writer = PieceWriter { piece: Vec::new(), left, to_connection };
            let written = self.write(&mut writer).and_then(|_| writer.finish());
            if let Err(error) = written {
                tracing::warn!(%error, "a conversation could not be sent to its end");
                // If the connection is closed already, the error does not matter.
                let _ = writer.to_connection.blocking_send(Err(NotReadAgain));
            }
        });
        let pieces = futures_util::stream::poll_fn(move |context| pieces.poll_recv(context));
        request
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(CONTENT_LENGTH, size.body_bytes)
            .body(reqwest::Body::wrap_stream(pieces))
    }

    /// Writes the request; returns how many bytes of text its transcript has.
    fn write(&self, to: &mut dyn Write) -> io::Result<u64> {
        match self.endpoint {
            Endpoint::Responses => write_object(to, &self.body, "input", |list| {
                let text_bytes = self.for_each_message(|message, files| {
                    if files.is_empty() {
                        return list.add(&TextItem::of(message));
                    }
                    list.add(&input_item(message, files, &self.address))
                })?;
                self.later_items().iter().try_for_each(|item| list.add(item))?;
                Ok(text_bytes)
            }),
            Endpoint::ChatCompletions => self.write_chat(to),
        }
    }

    fn write_chat(&self, to: &mut dyn Write) -> io::Result<u64> {
        let body = build_chat_body(&self.body, quirks::of(&self.address));
        write_object(to, &body, "messages", |list| {
            let mut messages = ChatMessages::new(self.body.get("instructions"));
            let text_bytes = self.for_each_message(|message, files| {
                if files.is_empty() {
                    messages.push_text(message.role.as_str(), &message.text);
                } else {
                    messages.push(&input_item(message, files, &self.address));
                }
                messages.take_complete().iter().try_for_each(|message| list.add(message))
            })?;
            self.later_items().iter().for_each(|item| messages.push(item));
            messages.into_all().iter().try_for_each(|message| list.add(message))?;
            Ok(text_bytes)
        })
    }

    fn for_each_message(
        &self,
        mut each: impl FnMut(&Message, &[Attachment]) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut text_bytes = 0_u64;
        self.transcript.for_each(&mut |message, files| {
            let length = u64::try_from(message.text.len()).unwrap_or(u64::MAX);
            text_bytes = text_bytes.saturating_add(length);
            each(message, files)
        })?;
        Ok(text_bytes)
    }

    /// What follows the question: calls of tools and their results.
    fn later_items(&self) -> &[Value] {
        self.body.get("input").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// Writes an object of which one value is a list that `write_list` writes.
fn write_object<T: Default>(
    mut to: &mut dyn Write,
    fields: &Body,
    list_name: &str,
    mut write_list: impl FnMut(&mut ListWriter<'_>) -> io::Result<T>,
) -> io::Result<T> {
    let mut result = T::default();
    for (index, (name, value)) in fields.iter().enumerate() {
        to.write_all(if index == 0 { b"{" } else { b"," })?;
        serde_json::to_writer(&mut to, name)?;
        to.write_all(b":")?;
        if name == list_name {
            to.write_all(b"[")?;
            let mut list = ListWriter { to: &mut *to, is_empty: true, waiting: Vec::new() };
            result = write_list(&mut list)?;
            list.flush()?;
            to.write_all(b"]")?;
        } else {
            serde_json::to_writer(&mut to, value)?;
        }
    }
    to.write_all(b"}")?;
    Ok(result)
}

/// Writes the elements of a JSON list, in pieces: an element has many small ones, and may be long.
struct ListWriter<'a> {
    to: &'a mut dyn Write,
    is_empty: bool,
    /// What is not written yet.
    waiting: Vec<u8>,
}

impl ListWriter<'_> {
    fn add(&mut self, element: &impl Serialize) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.write_all(b",")?;
        }
        Ok(serde_json::to_writer(self, element)?)
    }
}

impl Write for ListWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = bytes.get(..PIECE_BYTES).unwrap_or(bytes);
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

/// Counts what is written.
struct ByteCount(u64);

impl Write for ByteCount {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives what is written to a connection, in pieces. The last one is held back until it is known to be
/// the last: a request that differs from what was announced must not be sent to its end.
struct PieceWriter {
    piece: Vec<u8>,
    /// How many bytes of what was announced are not written yet.
    left: u64,
    to_connection: mpsc::Sender<Result<Vec<u8>, NotReadAgain>>,
}

impl PieceWriter {
    fn finish(&mut self) -> io::Result<()> {
        if self.left > 0 {
            return Err(other_length());
        }
        self.flush()
    }
}

fn other_length() -> io::Error {
    io::Error::other("its files were changed in the meantime")
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = bytes.get(..PIECE_BYTES).unwrap_or(bytes);
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(count).ok_or_else(other_length)?;
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        self.piece.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        let sent = self.to_connection.blocking_send(Ok(piece));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}
