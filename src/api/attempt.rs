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
use super::order::{Order, Weight};
use super::reduce::{Reducer, Told, Verdict};
use super::request::Delivery;
use super::sse::{self, Frame};
use super::stream::{EventStream, Item};
use super::transport::{Answer, Break, Stage};
use super::trouble::Trouble;
use super::wire::{Event, Fields, parse_json};

/// How long a reason may follow a failure: some servers say it in a second event.
const REASON_GRACE: Duration = Duration::from_secs(2);
/// How long the orderly close after a good end is waited for, to use the connection again.
const CLOSE_GRACE: Duration = Duration::from_millis(200);
/// How long a gap in the numbers holds back what lies behind it.
const GAP: Duration = Duration::from_millis(250);

/// How what came back stopped.
#[derive(Debug, PartialEq)]
pub enum Close {
    /// The server said how the reply ended; the reducer knows.
    Said,
    /// The stream ended in order, but the server did not say that the reply had.
    Unsaid,
    /// The connection failed before an answer began.
    Unreached(Break),
    /// The connection failed in the middle of the answer.
    Broken(Break),
    /// The server refused.
    Refused(Trouble),
}

/// Reads one reply, over one connection or several.
pub struct Reading {
    /// What is known of the reply.
    pub reducer: Reducer,
    /// When the first piece of it came.
    pub first_output: Option<Instant>,
    client: Client,
    out: mpsc::Sender<ReplyEvent>,
    order: Option<Order<Event>>,
    /// Until when the gap in front of what is held is waited for.
    gap_ends: Option<Instant>,
    /// Numbers up to this came over an earlier connection.
    known_to: Option<u64>,
    unread: u32,
    skipped: u32,
}

impl Reading {
    /// Nothing read yet.
    #[must_use]
    pub fn new(client: Client, out: mpsc::Sender<ReplyEvent>, delivery: Delivery) -> Self {
        let order = match delivery {
            Delivery::AsItComes => None,
            Delivery::InOrder => Some(Order::default()),
        };
        Self {
            reducer: Reducer::new(),
            first_output: None,
            client,
            out,
            order,
            gap_ends: None,
            known_to: None,
            unread: 0,
            skipped: 0,
        }
    }

    /// Posts a question and reads the answer.
    pub async fn ask(&mut self, body: &Body) -> Close {
        let url = self.client.address().join(&["responses"]);
        let request = self.client.request(Method::POST, url).json(body);
        if body.contains_key("stream") {
            self.listen(request, "ask").await
        } else {
            self.take_whole(request).await
        }
    }

    /// Gets ready for the next response of the same answer.
    pub fn next_response(&mut self) {
        self.reducer.go_on();
        self.known_to = None;
        // Every response is numbered from its own beginning.
        self.order = self.order.take().map(|_| Order::default());
    }

    /// Goes on with a stream behind the last number that came.
    pub async fn go_on(&mut self, id: &str) -> Close {
        let mut query = vec![("stream", "true".to_owned())];
        if let Some(cursor) = self.reducer.cursor() {
            query.push(("starting_after", cursor.to_string()));
            self.known_to = Some(cursor);
        }
        let url = self.client.address().join(&["responses", id]);
        let request = self.client.request(Method::GET, url).query(&query);
        self.listen(request, "go on").await
    }

    /// Takes a response that was fetched whole.
    pub async fn take_response(&mut self, response: serde_json::Value) {
        self.take(Event::whole(response)).await;
    }

    async fn listen(&mut self, request: RequestBuilder, call: &'static str) -> Close {
        let started = Instant::now();
        let mut stream = EventStream::open(request, self.client.settings().timeouts.first_byte);
        let close = self.drain(&mut stream).await;
        drop(stream);
        self.flush().await;
        let elapsed = started.elapsed().as_millis();
        let (host, end) = (self.client.address().host(), name_of(&close));
        info!(host, call, end, elapsed, "api call");
        if self.unread > 0 || self.skipped > 0 {
            debug!(unread = self.unread, repeated = self.skipped, "events left out");
        }
        close
    }

    async fn drain(&mut self, stream: &mut EventStream) -> Close {
        let mut stage = Stage::Sending;
        let mut patience: Option<Instant> = None;
        loop {
            let Some(next) = self.wait(stream, patience).await else {
                return Close::Said;
            };
            match next {
                Some(Item::Opened) => stage = Stage::Reading,
                // Some servers say so and leave the connection open.
                Some(Item::Frame(frame)) if is_done(&frame) => return self.said_or_not(),
                Some(Item::Frame(frame)) => self.take_frame(&frame).await,
                Some(Item::Answered(answer)) => return self.take_answer(answer).await,
                Some(Item::Broken(_)) | None if self.reducer.verdict().is_some() => {
                    return Close::Said;
                }
                Some(Item::Broken(broken)) => {
                    return match stage {
                        Stage::Sending => Close::Unreached(broken),
                        Stage::Reading => Close::Broken(broken),
                    };
                }
                None => return Close::Unsaid,
            }
            if let Some(grace) = self.grace() {
                let end = Instant::now() + grace;
                patience = Some(patience.map_or(end, |sooner| sooner.min(end)));
            }
        }
    }

    /// What comes next; nothing where the end has been told and nothing follows it in time.
    async fn wait(
        &mut self,
        stream: &mut EventStream,
        patience: Option<Instant>,
    ) -> Option<Option<Item>> {
        loop {
            let Some(due) = patience.into_iter().chain(self.gap_ends).min() else {
                return Some(stream.next().await);
            };
            match tokio::time::timeout_at(due, stream.next()).await {
                Ok(next) => return Some(next),
                Err(_) if patience.is_some_and(|end| end <= due) => return None,
                Err(_) => self.give_up_gap().await,
            }
        }
    }

    /// Hands on what waits behind a gap nothing filled, and from now on everything as it comes: a
    /// server that leaves numbers out would be late with every piece.
    async fn give_up_gap(&mut self) {
        self.flush().await;
        self.order = None;
    }

    /// How much longer to listen, once the end has been told.
    fn grace(&self) -> Option<Duration> {
        match self.reducer.verdict()? {
            Verdict::Failed { told: Told::Error | Told::Response, .. } => Some(REASON_GRACE),
            Verdict::Failed { told: Told::Both, .. }
            | Verdict::Completed
            | Verdict::Incomplete(_)
            | Verdict::Cancelled => Some(CLOSE_GRACE),
        }
    }

    async fn take_whole(&mut self, request: RequestBuilder) -> Close {
        let started = Instant::now();
        let sent = tokio::time::timeout(self.client.settings().timeouts.first_byte, request.send());
        let close = match sent.await {
            Err(_) => Close::Unreached(Break::Silent),
            Ok(Err(error)) => Close::Unreached(Break::of(&error, Stage::Sending)),
            Ok(Ok(response)) => {
                let answer = Answer::read(response).await;
                self.take_answer(answer).await
            }
        };
        let elapsed = started.elapsed().as_millis();
        let (host, end) = (self.client.address().host(), name_of(&close));
        info!(host, call = "ask whole", end, elapsed, "api call");
        close
    }

    /// Takes an answer that is no event stream: a whole response, events under a wrong label, or
    /// an error.
    async fn take_answer(&mut self, answer: Answer) -> Close {
        if answer.status == 200 {
            if let Some(value) = parse_json(&answer.body) {
                let fields = Fields::of(&value);
                if fields.text("object") == Some("response") || fields.value("output").is_some() {
                    self.take(Event::whole(value)).await;
                    return self.said_or_not();
                }
            }
            for frame in sse::frames(&answer.body).iter().filter(|frame| !is_done(frame)) {
                self.take_frame(frame).await;
            }
            if self.reducer.verdict().is_some() || self.reducer.began() {
                self.flush().await;
                return self.said_or_not();
            }
        }
        Close::Refused(answer.trouble(self.client.now()))
    }

    fn said_or_not(&self) -> Close {
        if self.reducer.verdict().is_some() { Close::Said } else { Close::Unsaid }
    }

    async fn take_frame(&mut self, frame: &Frame) {
        let Some(event) = Event::parse(&frame.name, &frame.data) else {
            self.unread = self.unread.saturating_add(1);
            return;
        };
        if matches!((self.known_to, event.sequence()), (Some(known), Some(now)) if now <= known) {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        let Some(order) = &mut self.order else {
            return self.take(event).await;
        };
        let passed = order.push(event.sequence(), weight(&event), event);
        let held = order.is_holding();
        self.gap_ends =
            self.gap_ends.filter(|_| held).or_else(|| held.then(|| Instant::now() + GAP));
        for event in passed {
            self.take(event).await;
        }
    }

    /// Hands on what was held back, when nothing more will come.
    async fn flush(&mut self) {
        self.gap_ends = None;
        for event in self.order.as_mut().map(Order::give_up).unwrap_or_default() {
            self.take(event).await;
        }
    }

    async fn take(&mut self, event: Event) {
        let now = self.client.now();
        let said = self.reducer.read(&event, now);
        if self.reducer.began() {
            self.first_output.get_or_insert_with(Instant::now);
        }
        for said in said {
            // Nobody listening means the reply was dropped, and this with it.
            let _ = self.out.send(said).await;
        }
    }
}

/// The marker some servers send behind the last event.
fn is_done(frame: &Frame) -> bool {
    frame.data.trim_start().starts_with("[DONE]")
}

/// What an event means for the text before it.
fn weight(event: &Event) -> Weight {
    match event.kind() {
        "response.created" => Weight::First,
        "response.output_text.delta" | "response.refusal.delta" | "response.text.delta" => {
            Weight::Partial
        }
        "response.completed" | "response.incomplete" | "response.done" => {
            let output = event.fields().object("response").list("output");
            let has_text = output
                .iter()
                .any(|item| super::wire::answer_texts(Fields::of(item)).any(|it| !it.1.is_empty()));
            if has_text { Weight::EndWithText } else { Weight::End }
        }
        "response.failed" | "response.cancelled" | "error" | "response.error" => Weight::End,
        _ => Weight::Passing,
    }
}

const fn name_of(close: &Close) -> &'static str {
    match close {
        Close::Said => "said",
        Close::Unsaid => "unsaid",
        Close::Unreached(_) => "unreached",
        Close::Broken(_) => "broken",
        Close::Refused(_) => "refused",
    }
}
