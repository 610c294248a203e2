//! One request for an answer, from sending it to the end of what comes back.
//! May not send anything a second time; `reply` decides that.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{debug, info};

use crate::chat::ReplyEvent;

use super::body::Body;
use super::client::Client;
use super::reduce::{FailureSource, FinalStatus, Reducer};
use super::request::Delivery;
use super::sse::{self, SseFrame};
use super::stream::{EventStream, StreamItem};
use super::transport::{ConnectionError, HttpResponse, RequestStage};
use super::wire::{JsonFields, WireEvent, parse_json};
use crate::api::error_body::ErrorBody;
use crate::api::reorder::{PieceOrdering, ReorderBuffer};

/// How long a reason may follow a failure: some servers say it in a second event.
const REASON_GRACE: Duration = Duration::from_secs(2);
/// How long the orderly close after a good end is waited for, to use the connection again.
const CLOSE_GRACE: Duration = Duration::from_millis(200);
/// How long a gap in the numbers holds back what lies behind it.
const GAP_TIMEOUT: Duration = Duration::from_millis(250);

/// How what came back stopped.
#[derive(Debug, PartialEq)]
pub enum StreamEnd {
    /// The server said how the reply ended; the reducer knows.
    Finished,
    /// The stream ended in order, but the server did not say that the reply had.
    Truncated,
    /// The connection failed before an answer began.
    ConnectFailed(ConnectionError),
    /// The connection failed in the middle of the answer.
    Interrupted(ConnectionError),
    /// The server refused.
    Rejected(ErrorBody),
}

/// Reads one reply, over one connection or several.
pub struct ReplyReader {
    /// What is known of the reply.
    pub reducer: Reducer,
    /// When the first piece of it came.
    pub first_output_at: Option<Instant>,
    client: Client,
    tx: mpsc::Sender<ReplyEvent>,
    reorder: Option<ReorderBuffer<WireEvent>>,
    /// Until when the gap in front of what is held is waited for.
    gap_deadline: Option<Instant>,
    /// Numbers up to this came over an earlier connection.
    resumed_after: Option<u64>,
    unparsed: u32,
    repeated: u32,
}

impl ReplyReader {
    /// Nothing read yet.
    #[must_use]
    pub fn new(client: Client, out: mpsc::Sender<ReplyEvent>, delivery: Delivery) -> Self {
        let order = match delivery {
            Delivery::Immediate => None,
            Delivery::InOrder => Some(ReorderBuffer::default()),
        };
        Self {
            reducer: Reducer::new(),
            first_output_at: None,
            client,
            tx: out,
            reorder: order,
            gap_deadline: None,
            resumed_after: None,
            unparsed: 0,
            repeated: 0,
        }
    }

    /// Posts a question and reads the answer.
    pub async fn send(&mut self, body: &Body) -> StreamEnd {
        let url = self.client.address().join(&["responses"]);
        let request = self.client.request(Method::POST, url).json(body);
        if body.contains_key("stream") {
            self.read_stream(request, "ask").await
        } else {
            self.send_without_streaming(request).await
        }
    }

    /// Gets ready for the next response of the same answer.
    pub fn next_response(&mut self) {
        self.reducer.start_next_response();
        self.resumed_after = None;
        // Every response is numbered from its own beginning.
        self.reorder = self.reorder.take().map(|_| ReorderBuffer::default());
    }

    /// Goes on with a stream behind the last number that came.
    pub async fn resume(&mut self, id: &str) -> StreamEnd {
        let mut query = vec![("stream", "true".to_owned())];
        if let Some(cursor) = self.reducer.cursor() {
            query.push(("starting_after", cursor.to_string()));
            self.resumed_after = Some(cursor);
        }
        let url = self.client.address().join(&["responses", id]);
        let request = self.client.request(Method::GET, url).query(&query);
        self.read_stream(request, "go on").await
    }

    /// Takes a response that was fetched whole.
    pub async fn handle_response(&mut self, response: serde_json::Value) {
        self.handle_event(WireEvent::from_response(response)).await;
    }

    async fn read_stream(&mut self, request: RequestBuilder, call: &'static str) -> StreamEnd {
        let started = Instant::now();
        let mut stream = EventStream::open(request, self.client.settings().timeouts);
        let close = self.read_to_end(&mut stream).await;
        drop(stream);
        self.flush().await;
        let elapsed = started.elapsed().as_millis();
        let (host, end) = (self.client.address().host(), stream_end_name(&close));
        info!(host, call, end, elapsed, "api call");
        if self.unparsed > 0 || self.repeated > 0 {
            debug!(unread = self.unparsed, repeated = self.repeated, "events left out");
        }
        close
    }

    async fn read_to_end(&mut self, stream: &mut EventStream) -> StreamEnd {
        let mut stage = RequestStage::Sending;
        let mut patience: Option<Instant> = None;
        loop {
            let Some(next) = self.next_item(stream, patience).await else {
                return StreamEnd::Finished;
            };
            match next {
                Some(StreamItem::Opened) => stage = RequestStage::Reading,
                // Some servers say so and leave the connection open.
                Some(StreamItem::Frame(frame)) if is_done(&frame) => {
                    return self.finished_or_truncated();
                }
                Some(StreamItem::Frame(frame)) => self.handle_frame(&frame).await,
                Some(StreamItem::OtherResponse(answer)) => {
                    return self.handle_http_response(answer).await;
                }
                Some(StreamItem::ConnectionFailed(_)) | None
                    if self.reducer.verdict().is_some() =>
                {
                    return StreamEnd::Finished;
                }
                Some(StreamItem::ConnectionFailed(broken)) => {
                    return match stage {
                        RequestStage::Sending => StreamEnd::ConnectFailed(broken),
                        RequestStage::Reading => StreamEnd::Interrupted(broken),
                    };
                }
                None => return StreamEnd::Truncated,
            }
            if let Some(grace) = self.remaining_grace() {
                let end = Instant::now() + grace;
                patience = Some(patience.map_or(end, |sooner| sooner.min(end)));
            }
        }
    }

    /// What comes next; nothing where the end has been told and nothing follows it in time.
    async fn next_item(
        &mut self,
        stream: &mut EventStream,
        patience: Option<Instant>,
    ) -> Option<Option<StreamItem>> {
        loop {
            let Some(due) = patience.into_iter().chain(self.gap_deadline).min() else {
                return Some(stream.next().await);
            };
            match tokio::time::timeout_at(due, stream.next()).await {
                Ok(next) => return Some(next),
                Err(_) if patience.is_some_and(|end| end <= due) => return None,
                Err(_) => self.abandon_gap().await,
            }
        }
    }

    /// Hands on what waits behind a gap nothing filled, and from now on everything as it comes: a
    /// server that leaves numbers out would be late with every piece.
    async fn abandon_gap(&mut self) {
        self.flush().await;
        self.reorder = None;
    }

    /// How much longer to listen, once the end has been told.
    fn remaining_grace(&self) -> Option<Duration> {
        match self.reducer.verdict()? {
            FinalStatus::Failed {
                source: FailureSource::Error | FailureSource::Response, ..
            } => Some(REASON_GRACE),
            FinalStatus::Failed { source: FailureSource::Both, .. }
            | FinalStatus::Completed
            | FinalStatus::Incomplete(_)
            | FinalStatus::Cancelled => Some(CLOSE_GRACE),
        }
    }

    async fn send_without_streaming(&mut self, request: RequestBuilder) -> StreamEnd {
        let started = Instant::now();
        let sent = tokio::time::timeout(self.client.settings().timeouts.first_byte, request.send());
        let close = match sent.await {
            Err(_) => StreamEnd::ConnectFailed(ConnectionError::IdleTimeout),
            Ok(Err(error)) => {
                StreamEnd::ConnectFailed(ConnectionError::of(&error, RequestStage::Sending))
            }
            Ok(Ok(response)) => {
                let answer = HttpResponse::read(response).await;
                self.handle_http_response(answer).await
            }
        };
        let elapsed = started.elapsed().as_millis();
        let (host, end) = (self.client.address().host(), stream_end_name(&close));
        info!(host, call = "ask whole", end, elapsed, "api call");
        close
    }

    /// Takes an answer that is no event stream: a whole response, events under a wrong label, or
    /// an error.
    async fn handle_http_response(&mut self, answer: HttpResponse) -> StreamEnd {
        if answer.status == 200 {
            if let Some(value) = parse_json(&answer.body) {
                let fields = JsonFields::of(&value);
                if fields.text("object") == Some("response") || fields.value("output").is_some() {
                    self.handle_event(WireEvent::from_response(value)).await;
                    return self.finished_or_truncated();
                }
            }
            for frame in sse::parse_frames(&answer.body).iter().filter(|frame| !is_done(frame)) {
                self.handle_frame(frame).await;
            }
            if self.reducer.verdict().is_some() || self.reducer.began() {
                self.flush().await;
                return self.finished_or_truncated();
            }
        }
        StreamEnd::Rejected(answer.error_body(self.client.now()))
    }

    fn finished_or_truncated(&self) -> StreamEnd {
        if self.reducer.verdict().is_some() { StreamEnd::Finished } else { StreamEnd::Truncated }
    }

    async fn handle_frame(&mut self, frame: &SseFrame) {
        let Some(event) = WireEvent::parse(&frame.name, &frame.data) else {
            self.unparsed = self.unparsed.saturating_add(1);
            return;
        };
        if matches!((self.resumed_after, event.sequence()), (Some(known), Some(now)) if now <= known)
        {
            self.repeated = self.repeated.saturating_add(1);
            return;
        }
        let Some(order) = &mut self.reorder else {
            return self.handle_event(event).await;
        };
        let passed = order.push(event.sequence(), ordering_of(&event), event);
        let held = order.has_held();
        self.gap_deadline = self
            .gap_deadline
            .filter(|_| held)
            .or_else(|| held.then(|| Instant::now() + GAP_TIMEOUT));
        for event in passed {
            self.handle_event(event).await;
        }
    }

    /// Hands on what was held back, when nothing more will come.
    async fn flush(&mut self) {
        self.gap_deadline = None;
        for event in self.reorder.as_mut().map(ReorderBuffer::release_all).unwrap_or_default() {
            self.handle_event(event).await;
        }
    }

    async fn handle_event(&mut self, event: WireEvent) {
        let now = self.client.now();
        let said = self.reducer.handle_event(&event, now);
        if self.reducer.began() {
            self.first_output_at.get_or_insert_with(Instant::now);
        }
        for said in said {
            // Nobody listening means the reply was dropped, and this with it.
            let _ = self.tx.send(said).await;
        }
    }
}

/// The marker some servers send behind the last event.
fn is_done(frame: &SseFrame) -> bool {
    frame.data.trim_start().starts_with("[DONE]")
}

/// What an event means for the text before it.
fn ordering_of(event: &WireEvent) -> PieceOrdering {
    match event.kind() {
        "response.created" => PieceOrdering::First,
        "response.output_text.delta" | "response.refusal.delta" | "response.text.delta" => {
            PieceOrdering::Ordered
        }
        "response.completed" | "response.incomplete" | "response.done" => {
            let output = event.fields().object("response").list("output");
            let has_text = output.iter().any(|item| {
                super::wire::answer_texts(JsonFields::of(item)).any(|it| !it.1.is_empty())
            });
            if has_text { PieceOrdering::EndWithText } else { PieceOrdering::End }
        }
        "response.failed" | "response.cancelled" | "error" | "response.error" => PieceOrdering::End,
        _ => PieceOrdering::Unordered,
    }
}

const fn stream_end_name(close: &StreamEnd) -> &'static str {
    match close {
        StreamEnd::Finished => "said",
        StreamEnd::Truncated => "unsaid",
        StreamEnd::ConnectFailed(_) => "unreached",
        StreamEnd::Interrupted(_) => "broken",
        StreamEnd::Rejected(_) => "refused",
    }
}
