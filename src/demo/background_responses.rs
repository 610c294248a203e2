//! Background responses: made in a task of their own, followed by any number of streams.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::answer::DemoAnswer;
use super::events::{self, ResponseInfo, StreamStep};
use super::pacing::Pacing;
use super::sse::{connection_error, event_frame, event_stream};

/// All background responses of a server, by id.
#[derive(Debug, Default)]
pub(super) struct BackgroundResponses(Mutex<HashMap<String, Arc<BackgroundResponse>>>);

/// A background response; streams read its events while the task adds more.
#[derive(Debug)]
pub(super) struct BackgroundResponse {
    output: Mutex<ResponseOutput>,
    /// The number of events so far, and whether more will come.
    progress_tx: watch::Sender<(usize, ResponseStatus)>,
    /// Whether its stream can be resumed; the official server refuses after five
    /// minutes (guide "Background mode", 2026-07-15).
    pub(super) is_resumable: bool,
}

#[derive(Debug)]
struct ResponseOutput {
    events: Vec<Value>,
    response: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResponseStatus {
    Running,
    Finished,
    Cancelled,
}

/// How many events of a stream are sent before its connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamLimit {
    Unlimited,
    Events(usize),
}

impl BackgroundResponses {
    pub(super) fn find(&self, id: &str) -> Option<Arc<BackgroundResponse>> {
        lock(&self.0).get(id).cloned()
    }

    /// Cancels and forgets a response; returns whether there was one.
    pub(super) fn forget(&self, id: &str) -> bool {
        let forgotten = lock(&self.0).remove(id);
        forgotten.is_some_and(|job| {
            job.cancel();
            true
        })
    }

    /// Starts a response in a task of its own, which calls `on_complete` at the end unless it is cancelled.
    pub(super) fn start(
        &self,
        pacing: &Pacing,
        info: &ResponseInfo,
        answer: &DemoAnswer,
        on_complete: impl FnOnce() + Send + 'static,
    ) -> Arc<BackgroundResponse> {
        let response = events::in_progress_response(info);
        let job = Arc::new(BackgroundResponse {
            output: Mutex::new(ResponseOutput { events: Vec::new(), response }),
            progress_tx: watch::channel((0, ResponseStatus::Running)).0,
            is_resumable: !answer.text.to_lowercase().contains("stale"),
        });
        lock(&self.0).insert(info.id.clone(), Arc::clone(&job));
        let steps = events::build_steps(info, answer);
        let (pacing, response, speed) = (pacing.clone(), Arc::clone(&job), answer.speed);
        tokio::spawn(async move {
            for step in steps {
                pacing.wait(&step, speed).await;
                if !response.add(step) {
                    return;
                }
            }
            on_complete();
            response.end();
        });
        job
    }
}

impl BackgroundResponse {
    /// The response object as it is now.
    pub(super) fn response(&self) -> Value {
        lock(&self.output).response.clone()
    }

    /// Cancels the response unless it has ended; returns the response object.
    pub(super) fn cancel(&self) -> Value {
        let mut output = lock(&self.output);
        if self.progress_tx.borrow().1 == ResponseStatus::Running {
            if let Some(fields) = output.response.as_object_mut() {
                fields.insert("status".into(), json!("cancelled"));
            }
            self.progress_tx.send_modify(|progress| progress.1 = ResponseStatus::Cancelled);
        }
        output.response.clone()
    }

    /// Streams the events after the one with a sequence number, also those still to come.
    pub(super) fn stream(self: Arc<Self>, after: Option<usize>, limit: StreamLimit) -> Response {
        let next = after.map_or(0, |number| number.saturating_add(1));
        let start = (self.progress_tx.subscribe(), self, next);
        let frames = stream::unfold(start, move |(mut progress_rx, job, at)| async move {
            if limit == StreamLimit::Events(at) {
                return Some((Err(connection_error()), (progress_rx, job, usize::MAX)));
            }
            let _ = progress_rx
                .wait_for(|(count, status)| *count > at || *status != ResponseStatus::Running)
                .await;
            let event = lock(&job.output).events.get(at).cloned()?;
            Some((Ok(event_frame(&event)), (progress_rx, job, at.saturating_add(1))))
        });
        event_stream(frames)
    }

    /// Adds the event of a step; returns `false` once the response is cancelled.
    fn add(&self, step: StreamStep) -> bool {
        let (StreamStep::Event(event) | StreamStep::PacedEvent(event)) = step else {
            return true;
        };
        let mut output = lock(&self.output);
        if self.progress_tx.borrow().1 == ResponseStatus::Cancelled {
            return false;
        }
        let ended_response = event.get("response").filter(|it| it["status"] != "in_progress");
        if let Some(response) = ended_response {
            output.response = response.clone();
        }
        output.events.push(event);
        let count = output.events.len();
        self.progress_tx.send_modify(|progress| progress.0 = count);
        true
    }

    fn end(&self) {
        self.progress_tx.send_modify(|progress| progress.1 = ResponseStatus::Finished);
    }
}

/// What the locks of the server guard is whole after each statement, so a panic elsewhere does not matter.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
