//! Answers that go on without their connection: going on with the stream, or fetching the whole.
//! May not be used for foreground answers: closing their connection ended them.

use std::time::Duration;

use reqwest::Method;
use tokio::sync::mpsc;

use crate::chat::{Ending, Failure, FailureKind, Outcome, ResponseId};

use super::attempt::{Close, Reading};
use super::client::{Client, chance};
use super::judge::judge;
use super::request::Delivery;
use super::retry;
use super::wire::Fields;

/// How often in a row a stream that brings nothing new is taken up again.
const MOST_RESUMES: u32 = 5;
/// How long between two looks at an answer that cannot be streamed any more.
const POLL: Duration = Duration::from_secs(2);
/// How many looks in all: an hour. Some answers stay queued for ever.
const MOST_POLLS: u32 = 1800;

/// Why the end of an answer is not known.
#[derive(Debug)]
pub enum Lost {
    /// The server cannot be asked now; the answer may still become whole there.
    Away(Failure),
    /// The server does not have it any more.
    Gone(Failure),
}

impl Lost {
    /// How the answer ends here.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Away(failure) => Outcome::LeftRunning(Some(failure)),
            Self::Gone(failure) => Outcome::Interrupted(failure),
        }
    }
}

/// Goes on with an answer whose connection was lost; anything else is left as it is.
///
/// # Errors
/// When its end cannot be learned.
pub async fn go_on(
    client: &Client,
    reading: &mut Reading,
    id: &ResponseId,
    first: Close,
) -> Result<Close, Lost> {
    let mut close = first;
    let mut fruitless = 0;
    while matches!(close, Close::Broken(_) | Close::Unsaid) {
        // Without numbers nobody can say what came already: the stream would begin again.
        let unnumbered = reading.reducer.cursor().is_none() && reading.reducer.began();
        if fruitless >= MOST_RESUMES || unnumbered {
            return poll(client, reading, id).await;
        }
        tokio::time::sleep(retry::backoff(fruitless, chance())).await;
        let before = reading.reducer.cursor();
        close = match reading.go_on(id.as_str()).await {
            // Too old to be streamed, or never could be: it can still be fetched.
            Close::Refused(_) => return poll(client, reading, id).await,
            Close::Unreached(broken) => Close::Broken(broken),
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
    reading: &mut Reading,
    id: &ResponseId,
) -> Result<Close, Lost> {
    match reading.go_on(id.as_str()).await {
        Close::Refused(_) | Close::Unreached(_) => poll(client, reading, id).await,
        close => go_on(client, reading, id, close).await,
    }
}

/// Looks at an answer until it has ended.
async fn poll(client: &Client, reading: &mut Reading, id: &ResponseId) -> Result<Close, Lost> {
    for _ in 0..MOST_POLLS {
        if let Some(close) = look(client, reading, id).await? {
            return Ok(close);
        }
        tokio::time::sleep(POLL).await;
    }
    Err(Lost::Away(Failure::new(
        FailureKind::Timeout,
        "The answer is not ready after an hour.",
        "",
    )))
}

/// Looks at an answer once; `None` while it is being made.
async fn look(
    client: &Client,
    reading: &mut Reading,
    id: &ResponseId,
) -> Result<Option<Close>, Lost> {
    let fetched = client.fetch(Method::GET, &["responses", id.as_str()], &[]).await;
    let response = fetched.map_err(|failure| match failure.kind {
        FailureKind::UnknownPrevious | FailureKind::Refused => Lost::Gone(failure),
        _ => Lost::Away(failure),
    })?;
    if matches!(Fields::of(&response).text("status"), Some("queued" | "in_progress")) {
        return Ok(None);
    }
    reading.take_response(response).await;
    Ok(Some(Close::Said))
}

impl Client {
    /// Looks once at an answer that was left running; `None` while it is being made.
    pub async fn look(&self, id: &ResponseId) -> Option<Ending> {
        // Nobody listens to the pieces: the end holds them all.
        let (out, events) = mpsc::channel(1);
        drop(events);
        let mut reading = Reading::new(self.clone(), out, Delivery::AsItComes);
        let mut ending = match look(self, &mut reading, id).await {
            Ok(None) => return None,
            Ok(Some(close)) => judge(self, None, &reading, close),
            Err(lost) => Ending::bare(lost.outcome(), ""),
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
