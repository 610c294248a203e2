//! Answers that go on without their connection: going on with the stream, or fetching the whole.
//! May not be used for foreground answers: closing their connection ended them.

use std::time::Duration;

use reqwest::Method;

use crate::chat::{Failure, ResponseId};

use super::attempt::{Close, Reading};
use super::client::{Client, chance};
use super::retry;
use super::wire::Fields;

/// How often in a row a stream that brings nothing new is taken up again.
const MOST_RESUMES: u32 = 5;
/// How long between two looks at an answer that cannot be streamed any more.
const POLL: Duration = Duration::from_secs(2);
/// How many looks in all: an hour. Some answers stay queued for ever.
const MOST_POLLS: u32 = 1800;

/// Goes on with an answer whose connection was lost; anything else is left as it is.
pub async fn go_on(client: &Client, reading: &mut Reading, first: Close) -> Close {
    let Some(id) = reading.reducer.response_id().cloned() else {
        return first;
    };
    let mut close = first;
    let mut fruitless = 0;
    while matches!(close, Close::Broken(_) | Close::Unsaid) {
        if fruitless >= MOST_RESUMES {
            return poll(client, reading, &id, close).await;
        }
        tokio::time::sleep(retry::backoff(fruitless, chance())).await;
        let before = reading.reducer.cursor();
        close = match reading.go_on(id.as_str()).await {
            // Too old to be streamed, or never could be: it can still be fetched.
            Close::Refused(_) => return poll(client, reading, &id, close).await,
            Close::Unreached(broken) => Close::Broken(broken),
            other => other,
        };
        let came = reading.reducer.cursor() != before;
        fruitless = if came { 0 } else { fruitless.saturating_add(1) };
    }
    close
}

/// Fetches an answer that was left running, waiting for its end.
pub async fn collect(client: &Client, reading: &mut Reading, id: &str) -> Close {
    poll(client, reading, &ResponseId::new(id), Close::Unsaid).await
}

/// Looks at an answer until it has ended; `close` stands where it cannot be looked at.
async fn poll(client: &Client, reading: &mut Reading, id: &ResponseId, close: Close) -> Close {
    for _ in 0..MOST_POLLS {
        let Ok(response) = client.fetch(Method::GET, &["responses", id.as_str()], &[]).await else {
            return close;
        };
        if !matches!(Fields::of(&response).text("status"), Some("queued" | "in_progress")) {
            reading.take_response(response).await;
            return Close::Said;
        }
        tokio::time::sleep(POLL).await;
    }
    close
}

impl Client {
    /// Collects an answer that was left running at the server.
    #[must_use]
    pub fn collect(&self, id: ResponseId) -> super::reply::Reply {
        super::reply::Reply::collect(self.clone(), id)
    }

    /// Cancels an answer that runs in the background; one that has ended stays as it is.
    ///
    /// # Errors
    /// A failure in words.
    pub async fn cancel(&self, id: &ResponseId) -> Result<(), Failure> {
        self.fetch(Method::POST, &["responses", id.as_str(), "cancel"], &[]).await.map(drop)
    }
}
