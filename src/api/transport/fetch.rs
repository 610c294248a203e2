//! Requests without a body, which are repeated where that may help: unlike answers they cost nothing.

use std::time::Instant;

use reqwest::Method;
use serde_json::Value;
use tracing::info;

use crate::api::errors::error_body::ErrorBody;
use crate::api::reply::retry;
use crate::api::transport::client::Client;
use crate::api::transport::wire::parse_json;
use crate::api::transport::{ConnectionError, HttpResponse, RequestStage};
use crate::chat::Failure;

/// Why a fetch failed.
enum FetchError {
    Rejected(ErrorBody),
    ConnectionFailed(ConnectionError),
}

impl Client {
    /// Sends a request without a body and reads the JSON response; repeats it where that may help.
    ///
    /// # Errors
    /// Returns the failure of the last attempt.
    pub async fn fetch(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Value, Failure> {
        self.check_key().await?;
        let mut retries = 0;
        loop {
            let pause = match self.fetch_once(method.clone(), segments, query).await {
                Ok(value) => return Ok(value),
                Err(FetchError::Rejected(error)) => {
                    let max_retries = self.settings().retries;
                    retry::retry_pause(&error, retries, max_retries, retry::random_fraction())
                        .ok_or_else(|| self.failure(&error, "", std::iter::empty()))?
                }
                Err(FetchError::ConnectionFailed(error)) => {
                    // Unlike an answer, what is fetched costs nothing the second time.
                    let is_retryable = error.is_retryable() || error == ConnectionError::Truncated;
                    if !is_retryable || retries >= self.settings().retries {
                        return Err(self.unreachable_failure(error));
                    }
                    retry::backoff(retries, retry::random_fraction())
                }
            };
            tokio::time::sleep(pause).await;
            retries = retries.saturating_add(1);
        }
    }

    async fn fetch_once(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Value, FetchError> {
        let started = Instant::now();
        let path = segments.first().copied().unwrap_or_default().to_owned();
        let request = self.request(method, self.address().join(segments)).query(query);
        let response = request.send().await.map_err(|error| {
            FetchError::ConnectionFailed(ConnectionError::of(&error, RequestStage::Sending))
        })?;
        let response = HttpResponse::read(response).await;
        let elapsed = started.elapsed().as_millis();
        info!(
            host = self.address().host(),
            path,
            status = response.status,
            elapsed_ms = elapsed,
            "request ended"
        );
        match response.cut_off.filter(|_| response.status == 200) {
            Some(error) => Err(FetchError::ConnectionFailed(error)),
            None => {
                let value = parse_json(&response.body).filter(|_| response.status == 200);
                value.ok_or_else(|| FetchError::Rejected(response.error_body(self.now())))
            }
        }
    }
}
