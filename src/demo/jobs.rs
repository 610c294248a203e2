//! Answers that go on without a connection: made in a task, followed by any number of streams.
//! May not be chained from before they are whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::answer::{Answer, Course};
use super::events::{self, Frame, Step};
use super::pacing::Pacing;
use super::sse::{cut, event_frame, event_stream};

/// Every background answer so far.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<HashMap<String, Arc<Job>>>);

/// One background answer.
#[derive(Debug)]
pub struct Job {
    made: Mutex<Made>,
    /// How many events there are, and whether there will be more.
    told: watch::Sender<(usize, Progress)>,
    /// Whether its stream can be taken up again.
    pub resumable: bool,
}

#[derive(Debug)]
struct Made {
    events: Vec<Value>,
    response: Value,
}

/// Where a background answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Running,
    Ended,
    Cancelled,
}

/// How much of a stream is sent before its connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All of it.
    End,
    /// So many events.
    Broken(usize),
}

impl Jobs {
    /// The background answer with this id.
    pub fn find(&self, id: &str) -> Option<Arc<Job>> {
        lock(&self.0).get(id).cloned()
    }

    /// Starts one; `whole` is done with the answer once it is whole.
    pub fn start(
        &self,
        pacing: &Pacing,
        frame: &Frame,
        answer: &Answer,
        whole: impl FnOnce() + Send + 'static,
    ) -> Arc<Job> {
        let response = events::unfinished(frame);
        let made = Mutex::new(Made { events: Vec::new(), response });
        let told = watch::channel((0, Progress::Running)).0;
        let resumable = !answer.text.to_lowercase().contains("stale");
        let job = Arc::new(Job { made, told, resumable });
        lock(&self.0).insert(frame.id.clone(), Arc::clone(&job));
        // A break is the connection's; the answer itself goes on.
        let course = if answer.course == Course::Cut { Course::Whole } else { answer.course };
        let steps = events::steps(frame, &Answer { course, ..answer.clone() });
        let (pacing, making, speed) = (pacing.clone(), Arc::clone(&job), answer.speed);
        tokio::spawn(async move {
            for step in steps {
                pacing.wait(&step, speed).await;
                if !making.add(step) {
                    return;
                }
            }
            whole();
            making.end(Progress::Ended);
        });
        job
    }
}

impl Job {
    /// The response as it is now.
    pub fn response(&self) -> Value {
        lock(&self.made).response.clone()
    }

    /// Cancels it; one that has ended stays as it is.
    pub fn cancel(&self) -> Value {
        let mut made = lock(&self.made);
        if self.told.borrow().1 == Progress::Running {
            if let Some(fields) = made.response.as_object_mut() {
                fields.insert("status".into(), json!("cancelled"));
            }
            self.told.send_modify(|told| told.1 = Progress::Cancelled);
        }
        made.response.clone()
    }

    /// Its stream, behind an event's number, as it comes.
    pub fn stream(self: Arc<Self>, after: Option<usize>, until: Until) -> Response {
        let next = after.map_or(0, |number| number.saturating_add(1));
        let start = (self.told.subscribe(), self, next);
        let frames = stream::unfold(start, move |(mut told, job, at)| async move {
            if until == Until::Broken(at) {
                return Some((Err(cut()), (told, job, usize::MAX)));
            }
            let _ = told.wait_for(|(many, how)| *many > at || *how != Progress::Running).await;
            let event = lock(&job.made).events.get(at).cloned()?;
            Some((Ok(event_frame(&event)), (told, job, at.saturating_add(1))))
        });
        event_stream(frames)
    }

    /// Adds what a step says; tells whether it is still wanted.
    fn add(&self, step: Step) -> bool {
        let (Step::Event(event) | Step::Word(event)) = step else {
            return true;
        };
        let mut made = lock(&self.made);
        if self.told.borrow().1 == Progress::Cancelled {
            return false;
        }
        let ended = event.get("response").filter(|it| it["status"] != "in_progress");
        if let Some(response) = ended {
            made.response = response.clone();
        }
        made.events.push(event);
        let many = made.events.len();
        self.told.send_modify(|told| told.0 = many);
        true
    }

    fn end(&self, how: Progress) {
        self.told.send_modify(|told| told.1 = how);
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
