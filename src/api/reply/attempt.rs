//! One request for an answer, from sending it to the end of what is received. Must not repeat a request:
//! `reply_task` decides that, because a repeated one may be paid twice.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{debug, info};

use crate::chat::ReplyEvent;

use crate::api::chat_completions::{ChatStream, Endpoint, quirks, request_body};
use crate::api::errors::error_body::ErrorBody;
use crate::api::reduce::{FailureSource, FinalStatus, Reducer};
use crate::api::reply::reorder::{PieceOrdering, ReorderBuffer};
use crate::api::request::streamed_request::{RequestSize, StreamedRequest};
use crate::api::request::{Delivery, body::Body};
use crate::api::transport::client::Client;
use crate::api::transport::sse::{self, SseFrame};
use crate::api::transport::stream::{EventStream, StreamItem};
use crate::api::transport::wire::{JsonFields, WireEvent, parse_json};
use crate::api::transport::{ConnectionError, HttpResponse, RequestStage};

/// How long to wait after `error` for `response.failed`, which has its reason (`OpenAI`, captured 2026).
const REASON_GRACE: Duration = Duration::from_secs(2);
/// How long to wait for the server to close a finished stream, which allows reusing the connection.
const CLOSE_GRACE: Duration = Duration::from_millis(200);
/// How long to wait for a missing sequence number before later events are delivered.
const GAP_TIMEOUT: Duration = Duration::from_millis(250);

/// How one request ended.
#[derive(Debug, PartialEq)]
pub enum StreamEnd {
    /// The server sent a final event; the reducer has the status.
    Finished,
    /// The stream was closed without a final event.
    Truncated,
    /// The connection failed before a response was received.
    ConnectFailed(ConnectionError),
    /// The connection failed in the middle of the response.
    Interrupted(ConnectionError),
    /// The server rejected the request.
    Rejected(ErrorBody),
}

/// Reads one reply, over one connection or several.
pub struct ReplyReader {
    /// What the events received so far add up to, over all connections.
    pub reducer: Reducer,
    /// When the first output was received.
    pub first_output_at: Option<Instant>,
    client: Client,
    tx: mpsc::Sender<ReplyEvent>,
    reorder: Option<ReorderBuffer<WireEvent>>,
    /// The chat completion that is read; `None` while the server answers as Responses API.
    chat: Option<ChatStream>,
    /// When the wait for a missing sequence number ends.
    gap_deadline: Option<Instant>,
    /// Sequence numbers up to this were received over an earlier connection.
    resumed_after: Option<u64>,
    unparsed: u32,
    repeated: u32,
}

impl ReplyReader {
    /// Creates a reader that sends events to `tx`.
    #[must_use]
    pub fn new(client: Client, tx: mpsc::Sender<ReplyEvent>, delivery: Delivery) -> Self {
        let reorder = match delivery {
            Delivery::Immediate => None,
            Delivery::InOrder => Some(ReorderBuffer::default()),
        };
        Self {
            reducer: Reducer::new(),
            first_output_at: None,
            client,
            tx,
            reorder,
            chat: None,
            gap_deadline: None,
            resumed_after: None,
            unparsed: 0,
            repeated: 0,
        }
    }

    /// Sends a request body and reads the answer. A transcript that is not in memory goes in front of
    /// its input.
    pub(in crate::api) async fn send(
        &mut self,
        body: &Body,
        transcript: Option<(StreamedRequest, RequestSize)>,
        endpoint: Endpoint,
    ) -> StreamEnd {
        let url = self.client.address().join(endpoint.path());
        let request = self.client.request(Method::POST, url);
        let quirks = quirks::of(self.client.address());
        if endpoint == Endpoint::ChatCompletions {
            self.chat = Some(ChatStream::new(quirks));
        }
        let request = match (transcript, endpoint) {
            (Some((streamed, size)), _) => streamed.attach(size, request),
            (None, Endpoint::Responses) => request.json(body),
            (None, Endpoint::ChatCompletions) => {
                request.json(&request_body::build_chat_body(body, quirks))
            }
        };
        if body.contains_key("stream") {
            self.read_stream(request, "create").await
        } else {
            self.send_without_streaming(request).await
        }
    }

    /// Prepares for the next response of the same answer.
    pub fn next_response(&mut self) {
        self.reducer.start_next_response();
        self.resumed_after = None;
        // Sequence numbers start over with every response.
        self.reorder = self.reorder.take().map(|_| ReorderBuffer::default());
    }

    /// Resumes a stream after the last sequence number received.
    pub async fn resume(&mut self, id: &str) -> StreamEnd {
        let mut query = vec![("stream", "true".to_owned())];
        if let Some(cursor) = self.reducer.cursor() {
            query.push(("starting_after", cursor.to_string()));
            self.resumed_after = Some(cursor);
        }
        let url = self.client.address().join(&["responses", id]);
        let request = self.client.request(Method::GET, url).query(&query);
        self.read_stream(request, "resume").await
    }

    /// Handles a response fetched as a whole.
    pub async fn handle_response(&mut self, response: serde_json::Value) {
        self.handle_event(WireEvent::from_response(response)).await;
    }

    async fn read_stream(&mut self, request: RequestBuilder, call: &'static str) -> StreamEnd {
        let started = Instant::now();
        let mut stream = EventStream::open(request, self.client.settings().timeouts);
        let stream_end = self.read_to_end(&mut stream).await;
        drop(stream);
        self.flush().await;
        let stream_end = self.end_chat(stream_end).await;
        let (host, end) = (self.client.address().host(), stream_end_name(&stream_end));
        info!(host, call, end, elapsed_ms = started.elapsed().as_millis(), "request ended");
        if self.unparsed > 0 || self.repeated > 0 {
            debug!(unparsed = self.unparsed, repeated = self.repeated, "skipped events");
        }
        stream_end
    }

    async fn read_to_end(&mut self, stream: &mut EventStream) -> StreamEnd {
        let mut stage = RequestStage::Sending;
        let mut grace_end: Option<Instant> = None;
        loop {
            let Some(next) = self.next_item(stream, grace_end).await else {
                return StreamEnd::Finished;
            };
            match next {
                Some(StreamItem::Opened) => stage = RequestStage::Reading,
                // Some servers leave the connection open after this marker.
                Some(StreamItem::Frame(frame)) if self.note_done(&frame) => {
                    return self.finished_or_truncated();
                }
                Some(StreamItem::Frame(frame)) => self.handle_frame(&frame).await,
                Some(StreamItem::OtherResponse(response)) => {
                    return self.handle_http_response(response).await;
                }
                Some(StreamItem::ConnectionFailed(_)) | None
                    if self.reducer.final_status().is_some() =>
                {
                    return StreamEnd::Finished;
                }
                Some(StreamItem::ConnectionFailed(error)) => {
                    return match stage {
                        RequestStage::Sending => StreamEnd::ConnectFailed(error),
                        RequestStage::Reading => StreamEnd::Interrupted(error),
                    };
                }
                None => return StreamEnd::Truncated,
            }
            if let Some(grace) = self.remaining_grace() {
                let end = Instant::now() + grace;
                grace_end = Some(grace_end.map_or(end, |sooner| sooner.min(end)));
            }
        }
    }

    /// Reads the next item; the outer `None` means that the final status is known and the grace is over.
    async fn next_item(
        &mut self,
        stream: &mut EventStream,
        grace_end: Option<Instant>,
    ) -> Option<Option<StreamItem>> {
        loop {
            let Some(due) = grace_end.into_iter().chain(self.gap_deadline).min() else {
                return Some(stream.next().await);
            };
            match tokio::time::timeout_at(due, stream.next()).await {
                Ok(next) => return Some(next),
                Err(_) if grace_end.is_some_and(|end| end <= due) => return None,
                Err(_) => self.abandon_gap().await,
            }
        }
    }

    /// Delivers the events held after a gap, and from now on every event at once: a server that leaves
    /// out numbers would delay every delta.
    async fn abandon_gap(&mut self) {
        self.flush().await;
        self.reorder = None;
    }

    /// Ends a chat completion, whose last chunk does not say that it is the last.
    async fn end_chat(&mut self, stream_end: StreamEnd) -> StreamEnd {
        let Some(mut chat) = self.chat.take() else {
            return stream_end;
        };
        if self.reducer.final_status().is_none() {
            for event in chat.finish() {
                self.handle_event(event).await;
            }
        }
        if self.reducer.final_status().is_some() { StreamEnd::Finished } else { stream_end }
    }

    /// How much longer to read once the final status is known.
    fn remaining_grace(&self) -> Option<Duration> {
        if self.chat.as_ref().is_some_and(ChatStream::is_ending) {
            return Some(REASON_GRACE);
        }
        match self.reducer.final_status()? {
            FinalStatus::Failed {
                source: FailureSource::Error | FailureSource::Response, ..
            } => Some(REASON_GRACE),
            FinalStatus::Failed { source: FailureSource::Both, .. }
            | FinalStatus::Completed
            | FinalStatus::Incomplete(_)
            | FinalStatus::TooLong
            | FinalStatus::Cancelled => Some(CLOSE_GRACE),
        }
    }

    async fn send_without_streaming(&mut self, request: RequestBuilder) -> StreamEnd {
        let started = Instant::now();
        let sent = tokio::time::timeout(self.client.settings().timeouts.first_byte, request.send());
        let stream_end = match sent.await {
            Err(_) => StreamEnd::ConnectFailed(ConnectionError::IdleTimeout),
            Ok(Err(error)) => {
                StreamEnd::ConnectFailed(ConnectionError::of(&error, RequestStage::Sending))
            }
            Ok(Ok(response)) => {
                let response = HttpResponse::read(response).await;
                self.handle_http_response(response).await
            }
        };
        let elapsed = started.elapsed().as_millis();
        let (host, end) = (self.client.address().host(), stream_end_name(&stream_end));
        info!(host, call = "create without streaming", end, elapsed_ms = elapsed, "request ended");
        stream_end
    }

    /// Handles a response that is not an event stream: a whole response, events with a wrong content
    /// type, or an error.
    async fn handle_http_response(&mut self, response: HttpResponse) -> StreamEnd {
        if response.status == 200 {
            if let Some(value) = parse_json(&response.body) {
                if ChatStream::is_whole(&value) && self.handle_chunk("", &value).await {
                    return self.end_chat(StreamEnd::Truncated).await;
                }
                let fields = JsonFields::of(&value);
                if fields.text("object") == Some("response") || fields.value("output").is_some() {
                    self.handle_event(WireEvent::from_response(value)).await;
                    return self.finished_or_truncated();
                }
            }
            for frame in sse::parse_frames(&response.body) {
                if self.note_done(&frame) {
                    break;
                }
                self.handle_frame(&frame).await;
            }
            self.flush().await;
            if let Some(error) = response.cut_off.filter(|_| self.reducer.final_status().is_none())
            {
                return self.end_chat(StreamEnd::Interrupted(error)).await;
            }
            if self.reducer.final_status().is_some() || self.reducer.has_begun() {
                let stream_end = self.finished_or_truncated();
                return self.end_chat(stream_end).await;
            }
        }
        StreamEnd::Rejected(response.error_body(self.client.now()))
    }

    fn finished_or_truncated(&self) -> StreamEnd {
        if self.reducer.final_status().is_some() {
            StreamEnd::Finished
        } else {
            StreamEnd::Truncated
        }
    }

    /// Recognises the marker some servers send after the last event (`LiteLLM`; not `OpenAI`).
    fn note_done(&mut self, frame: &SseFrame) -> bool {
        let is_done = frame.data.trim_start().starts_with("[DONE]");
        if let Some(chat) = self.chat.as_mut().filter(|_| is_done) {
            chat.mark_done();
        }
        is_done
    }

    /// Handles a chunk; `false` where this is no chat completion.
    async fn handle_chunk(&mut self, name: &str, value: &serde_json::Value) -> bool {
        let Some(chat) = &mut self.chat else {
            return false;
        };
        for event in chat.handle(name, value) {
            self.handle_event(event).await;
        }
        true
    }

    async fn handle_frame(&mut self, frame: &SseFrame) {
        if self.chat.is_some() {
            match parse_json(&frame.data) {
                Some(value) => drop(self.handle_chunk(&frame.name, &value).await),
                None => self.unparsed = self.unparsed.saturating_add(1),
            }
            return;
        }
        let Some(event) = WireEvent::parse(&frame.name, &frame.data) else {
            self.unparsed = self.unparsed.saturating_add(1);
            return;
        };
        if matches!((self.resumed_after, event.sequence()), (Some(resumed_after), Some(now)) if now <= resumed_after)
        {
            self.repeated = self.repeated.saturating_add(1);
            return;
        }
        let Some(reorder) = &mut self.reorder else {
            return self.handle_event(event).await;
        };
        let ready = reorder.push(event.sequence(), PieceOrdering::of(&event), event);
        let held = reorder.has_held();
        self.gap_deadline = self
            .gap_deadline
            .filter(|_| held)
            .or_else(|| held.then(|| Instant::now() + GAP_TIMEOUT));
        for event in ready {
            self.handle_event(event).await;
        }
    }

    /// Delivers the events held back.
    async fn flush(&mut self) {
        self.gap_deadline = None;
        for event in self.reorder.as_mut().map(ReorderBuffer::release_all).unwrap_or_default() {
            self.handle_event(event).await;
        }
    }

    async fn handle_event(&mut self, event: WireEvent) {
        let now = self.client.now();
        let events = self.reducer.handle_event(&event, now);
        if self.reducer.has_begun() {
            self.first_output_at.get_or_insert_with(Instant::now);
        }
        for event in events {
            // A closed channel means that the reply was dropped.
            let _ = self.tx.send(event).await;
        }
    }
}

const fn stream_end_name(stream_end: &StreamEnd) -> &'static str {
    match stream_end {
        StreamEnd::Finished => "finished",
        StreamEnd::Truncated => "truncated",
        StreamEnd::ConnectFailed(_) => "connect failed",
        StreamEnd::Interrupted(_) => "interrupted",
        StreamEnd::Rejected(_) => "rejected",
    }
}
