//! Answers that go on without their connection: going on with the stream, or fetching the whole.
//! May not be used for foreground answers: closing their connection ended them.

use std::time::Duration;

use reqwest::Method;
use tokio::sync::mpsc;

use crate::chat::{Failure, FailureKind, ReplyEnding, ReplyOutcome, ResponseId};

use super::attempt::{ReplyReader, StreamEnd};
use super::client::{Client, random_fraction};
use super::request::Delivery;
use super::retry;
use super::wire::JsonFields;
use crate::api::outcome::build_ending;

/// How often in a row a stream that brings nothing new is taken up again.
const MAX_RESUMES: u32 = 5;
/// How long between two looks at an answer that cannot be streamed any more.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// How many looks in all: an hour. Some answers stay queued for ever.
const MAX_POLLS: u32 = 1800;

/// Why the end of an answer is not known.
#[derive(Debug)]
pub enum CollectError {
    /// The server cannot be asked now; the answer may still become whole there.
    Unreachable(Failure),
    /// The server does not have it any more.
    NotFound(Failure),
}

impl CollectError {
    /// How the answer ends here.
    #[must_use]
    pub fn outcome(self) -> ReplyOutcome {
        match self {
            Self::Unreachable(failure) => ReplyOutcome::LeftRunning(Some(failure)),
            Self::NotFound(failure) => ReplyOutcome::Interrupted(failure),
        }
    }
}

/// Goes on with an answer whose connection was lost; anything else is left as it is.
///
/// # Errors
/// When its end cannot be learned.
pub async fn resume(
    client: &Client,
    reading: &mut ReplyReader,
    id: &ResponseId,
    first: StreamEnd,
) -> Result<StreamEnd, CollectError> {
    let mut close = first;
    let mut fruitless = 0;
    while matches!(close, StreamEnd::Interrupted(_) | StreamEnd::Truncated) {
        // Without numbers nobody can say what came already: the stream would begin again.
        let unnumbered = reading.reducer.cursor().is_none() && reading.reducer.began();
        if fruitless >= MAX_RESUMES || unnumbered {
            return poll_until_ended(client, reading, id).await;
        }
        tokio::time::sleep(retry::backoff(fruitless, random_fraction())).await;
        let before = reading.reducer.cursor();
        close = match reading.resume(id.as_str()).await {
            // Too old to be streamed, or never could be: it can still be fetched.
            StreamEnd::Rejected(_) => return poll_until_ended(client, reading, id).await,
            StreamEnd::ConnectFailed(broken) => StreamEnd::Interrupted(broken),
            other => other,
        };
        let came = reading.reducer.cursor() != before;
        fruitless = if came { 0 } else { fruitless.saturating_add(1) };
    }
    Ok(close)
}

/// Takes up an answer that was left running, from its beginning to its end.
///
/// # Errors
/// When its end cannot be learned.
pub async fn collect(
    client: &Client,
    reading: &mut ReplyReader,
    id: &ResponseId,
) -> Result<StreamEnd, CollectError> {
    match reading.resume(id.as_str()).await {
        StreamEnd::Rejected(_) | StreamEnd::ConnectFailed(_) => {
            poll_until_ended(client, reading, id).await
        }
        close => resume(client, reading, id, close).await,
    }
}

/// Looks at an answer until it has ended.
async fn poll_until_ended(
    client: &Client,
    reading: &mut ReplyReader,
    id: &ResponseId,
) -> Result<StreamEnd, CollectError> {
    for _ in 0..MAX_POLLS {
        if let Some(close) = poll_once(client, reading, id).await? {
            return Ok(close);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(CollectError::Unreachable(Failure::new(
        FailureKind::Timeout,
        "The answer was not ready after an hour.",
        "",
    )))
}

/// Looks at an answer once; `None` while it is being made.
async fn poll_once(
    client: &Client,
    reading: &mut ReplyReader,
    id: &ResponseId,
) -> Result<Option<StreamEnd>, CollectError> {
    let fetched = client.fetch(Method::GET, &["responses", id.as_str()], &[]).await;
    let response = fetched.map_err(|failure| match failure.kind {
        FailureKind::PreviousResponseNotFound | FailureKind::InvalidRequest => {
            CollectError::NotFound(failure)
        }
        _ => CollectError::Unreachable(failure),
    })?;
    if matches!(JsonFields::of(&response).text("status"), Some("queued" | "in_progress")) {
        return Ok(None);
    }
    reading.handle_response(response).await;
    Ok(Some(StreamEnd::Finished))
}

impl Client {
    /// Looks once at an answer that was left running; `None` while it is being made.
    pub async fn poll_answer(&self, id: &ResponseId) -> Option<ReplyEnding> {
        // Nobody listens to the pieces: the end holds them all.
        let (out, events) = mpsc::channel(1);
        drop(events);
        let mut reading = ReplyReader::new(self.clone(), out, Delivery::Immediate);
        let mut ending = match poll_once(self, &mut reading, id).await {
            Ok(None) => return None,
            Ok(Some(close)) => build_ending(self, None, &reading, close),
            Err(lost) => ReplyEnding::with_text(lost.outcome(), ""),
        };
        ending.response_id.get_or_insert_with(|| id.clone());
        Some(ending)
    }

    /// Cancels an answer that runs in the background; one that has ended stays as it is.
    ///
    /// # Errors
    /// A failure in words.
    pub async fn cancel(&self, id: &ResponseId) -> Result<(), Failure> {
        self.fetch(Method::POST, &["responses", id.as_str(), "cancel"], &[]).await.map(drop)
    }
}
