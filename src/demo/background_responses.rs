//! Answers that go on without a connection: made in a task, followed by any number of streams.
//! May not be chained from before they are whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::demo::answer::{DemoAnswer, Scenario};
use crate::demo::events::{self, ResponseInfo, StreamStep};
use crate::demo::pacing::Pacing;
use crate::demo::sse::{connection_error, event_frame, event_stream};

/// Every background answer so far.
#[derive(Debug, Default)]
pub struct BackgroundResponses(Mutex<HashMap<String, Arc<BackgroundResponse>>>);

/// One background answer.
#[derive(Debug)]
pub struct BackgroundResponse {
    output: Mutex<ResponseOutput>,
    /// How many events there are, and whether there will be more.
    progress_tx: watch::Sender<(usize, ResponseStatus)>,
    /// Whether its stream can be taken up again.
    pub is_resumable: bool,
}

#[derive(Debug)]
struct ResponseOutput {
    events: Vec<Value>,
    response: Value,
}

/// Where a background answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResponseStatus {
    Running,
    Finished,
    Cancelled,
}

/// How much of a stream is sent before its connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamLimit {
    /// All of it.
    Unlimited,
    /// So many events.
    Events(usize),
}

impl BackgroundResponses {
    /// The background answer with this id.
    pub fn find(&self, id: &str) -> Option<Arc<BackgroundResponse>> {
        lock(&self.0).get(id).cloned()
    }

    /// Starts one; `whole` is done with the answer once it is whole.
    pub fn start(
        &self,
        pacing: &Pacing,
        frame: &ResponseInfo,
        answer: &DemoAnswer,
        whole: impl FnOnce() + Send + 'static,
    ) -> Arc<BackgroundResponse> {
        let response = events::in_progress_response(frame);
        let made = Mutex::new(ResponseOutput { events: Vec::new(), response });
        let told = watch::channel((0, ResponseStatus::Running)).0;
        let resumable = !answer.text.to_lowercase().contains("stale");
        let job = Arc::new(BackgroundResponse {
            output: made,
            progress_tx: told,
            is_resumable: resumable,
        });
        lock(&self.0).insert(frame.id.clone(), Arc::clone(&job));
        // A break is the connection's; the answer itself goes on.
        let course = if answer.scenario == Scenario::ConnectionLost {
            Scenario::Complete
        } else {
            answer.scenario
        };
        let steps = events::build_steps(frame, &DemoAnswer { scenario: course, ..answer.clone() });
        let (pacing, making, speed) = (pacing.clone(), Arc::clone(&job), answer.speed);
        tokio::spawn(async move {
            for step in steps {
                pacing.wait(&step, speed).await;
                if !making.add(step) {
                    return;
                }
            }
            whole();
            making.end(ResponseStatus::Finished);
        });
        job
    }
}

impl BackgroundResponse {
    /// The response as it is now.
    pub fn response(&self) -> Value {
        lock(&self.output).response.clone()
    }

    /// Cancels it; one that has ended stays as it is.
    pub fn cancel(&self) -> Value {
        let mut made = lock(&self.output);
        if self.progress_tx.borrow().1 == ResponseStatus::Running {
            if let Some(fields) = made.response.as_object_mut() {
                fields.insert("status".into(), json!("cancelled"));
            }
            self.progress_tx.send_modify(|told| told.1 = ResponseStatus::Cancelled);
        }
        made.response.clone()
    }

    /// Its stream, behind an event's number, as it comes.
    pub fn stream(self: Arc<Self>, after: Option<usize>, until: StreamLimit) -> Response {
        let next = after.map_or(0, |number| number.saturating_add(1));
        let start = (self.progress_tx.subscribe(), self, next);
        let frames = stream::unfold(start, move |(mut told, job, at)| async move {
            if until == StreamLimit::Events(at) {
                return Some((Err(connection_error()), (told, job, usize::MAX)));
            }
            let _ =
                told.wait_for(|(many, how)| *many > at || *how != ResponseStatus::Running).await;
            let event = lock(&job.output).events.get(at).cloned()?;
            Some((Ok(event_frame(&event)), (told, job, at.saturating_add(1))))
        });
        event_stream(frames)
    }

    /// Adds what a step says; tells whether it is still wanted.
    fn add(&self, step: StreamStep) -> bool {
        let (StreamStep::Event(event) | StreamStep::PacedEvent(event)) = step else {
            return true;
        };
        let mut made = lock(&self.output);
        if self.progress_tx.borrow().1 == ResponseStatus::Cancelled {
            return false;
        }
        let ended = event.get("response").filter(|it| it["status"] != "in_progress");
        if let Some(response) = ended {
            made.response = response.clone();
        }
        made.events.push(event);
        let many = made.events.len();
        self.progress_tx.send_modify(|told| told.0 = many);
        true
    }

    fn end(&self, how: ResponseStatus) {
        self.progress_tx.send_modify(|told| told.1 = how);
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
