//! Background answers: resumes their stream after a lost connection, or polls for the result. Must not
//! be used for foreground answers, because closing their connection cancels them.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::chat::{Failure, FailureKind, ReplyEnding, ReplyOutcome, ResponseId};

use super::attempt::{ReplyReader, StreamEnd};
use crate::api::reduce::FinalStatus;
use crate::api::reply::outcome::build_ending;
use crate::api::request::Delivery;
use crate::api::transport::client::Client;
use crate::api::transport::retry;
use crate::api::transport::wire::JsonFields;

/// How often in a row a stream without new events is resumed. Our choice: a server that is gone for
/// that long is polled instead.
const MAX_RESUMES: u32 = 5;
/// The interval between polls of an answer that can no longer be streamed (`OpenAI`: after 5 minutes;
/// guide "Background mode", 2026-07-15).
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// The most polls of one answer, an hour's worth: some responses stay queued for ever.
const MAX_POLLS: u32 = 1800;
/// How long the end of an answer that is too long waits for its cancelling. Our choice: a server that replies at all
/// has done so by then.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the result of a background answer is not available.
#[derive(Debug)]
pub enum CollectError {
    /// The server cannot be reached; the answer may still be completed there.
    Unreachable(Failure),
    /// The server does not have the response any more.
    NotFound(Failure),
}

impl CollectError {
    /// The outcome of the turn.
    #[must_use]
    pub fn outcome(self) -> ReplyOutcome {
        match self {
            Self::Unreachable(failure) => ReplyOutcome::LeftRunning(Some(failure)),
            Self::NotFound(failure) => ReplyOutcome::Interrupted(failure),
        }
    }
}

/// Resumes an answer whose connection was lost; any other end is returned unchanged.
///
/// # Errors
/// Returns why the result is not available.
pub async fn resume(
    client: &Client,
    reader: &mut ReplyReader,
    id: &ResponseId,
    first: StreamEnd,
) -> Result<StreamEnd, CollectError> {
    let mut stream_end = first;
    let mut without_progress = 0;
    while matches!(stream_end, StreamEnd::Interrupted(_) | StreamEnd::Truncated) {
        // Without sequence numbers the stream would start over.
        let unnumbered = reader.reducer.cursor().is_none() && reader.reducer.has_begun();
        if without_progress >= MAX_RESUMES || unnumbered {
            return poll_until_ended(client, reader, id).await;
        }
        tokio::time::sleep(retry::backoff(without_progress, retry::random_fraction())).await;
        let before = reader.reducer.cursor();
        stream_end = match reader.resume(id.as_str()).await {
            // A response that cannot be streamed can still be fetched.
            StreamEnd::Rejected(_) => return poll_until_ended(client, reader, id).await,
            StreamEnd::ConnectFailed(error) => StreamEnd::Interrupted(error),
            other => other,
        };
        let progressed = reader.reducer.cursor() != before;
        without_progress = if progressed { 0 } else { without_progress.saturating_add(1) };
    }
    Ok(stream_end)
}

/// Streams a background answer from its start to its end.
///
/// # Errors
/// Returns why the result is not available.
pub async fn collect(
    client: &Client,
    reader: &mut ReplyReader,
    id: &ResponseId,
) -> Result<StreamEnd, CollectError> {
    match reader.resume(id.as_str()).await {
        StreamEnd::Rejected(_) | StreamEnd::ConnectFailed(_) => {
            poll_until_ended(client, reader, id).await
        }
        stream_end => resume(client, reader, id, stream_end).await,
    }
}

/// Polls an answer until it has ended.
async fn poll_until_ended(
    client: &Client,
    reader: &mut ReplyReader,
    id: &ResponseId,
) -> Result<StreamEnd, CollectError> {
    for _ in 0..MAX_POLLS {
        if let Some(stream_end) = poll_once(client, reader, id).await? {
            return Ok(stream_end);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(CollectError::Unreachable(Failure::new(
        FailureKind::Timeout,
        "The answer was not ready after an hour.",
        "",
    )))
}

/// Polls an answer once; `None` while it is running.
async fn poll_once(
    client: &Client,
    reader: &mut ReplyReader,
    id: &ResponseId,
) -> Result<Option<StreamEnd>, CollectError> {
    let fetched = client.fetch(&["responses", id.as_str()], &[]).await;
    let response = fetched.map_err(|failure| match failure.kind {
        FailureKind::PreviousResponseNotFound | FailureKind::InvalidRequest => {
            CollectError::NotFound(failure)
        }
        _ => CollectError::Unreachable(failure),
    })?;
    if matches!(JsonFields::of(&response).text("status"), Some("queued" | "in_progress")) {
        return Ok(None);
    }
    reader.handle_response(response).await;
    Ok(Some(StreamEnd::Finished))
}

/// Cancels an answer that was ended here for its length: closing its connection does not stop it. The caller
/// reports the end of the answer afterwards, because a command may exit at once then.
pub async fn cancel_if_too_long(client: &Client, reader: &ReplyReader, id: &ResponseId) {
    if reader.reducer.final_status() != Some(&FinalStatus::TooLong) {
        return;
    }
    match timeout(CANCEL_TIMEOUT, client.cancel(id)).await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => {
            tracing::warn!(kind = ?failure.kind, "an answer that is too long could not be cancelled");
        }
        Err(_) => {
            tracing::warn!(
                "the server did not confirm in time that it cancelled an answer that is too long"
            );
        }
    }
}

impl Client {
    /// Polls a background answer once; `None` while it is running.
    pub async fn poll_answer(&self, id: &ResponseId) -> Option<ReplyEnding> {
        // No receiver: the ending contains the whole text.
        let (tx, events) = mpsc::channel(1);
        drop(events);
        let mut reader = ReplyReader::new(self.clone(), tx, Delivery::Immediate);
        let mut ending = match poll_once(self, &mut reader, id).await {
            Ok(None) => return None,
            Ok(Some(stream_end)) => build_ending(self, None, &reader, stream_end),
            Err(error) => ReplyEnding::with_text(error.outcome(), ""),
        };
        ending.response_id.get_or_insert_with(|| id.clone());
        Some(ending)
    }

    /// Cancels a background answer; one that has ended stays unchanged.
    ///
    /// # Errors
    /// Returns a failure where the server cannot be reached or rejects the request.
    pub async fn cancel(&self, id: &ResponseId) -> Result<(), Failure> {
        self.post(&["responses", id.as_str(), "cancel"]).await
    }
}
