//! Requests without a body, which are repeated where that may help: unlike answers they cost nothing.

use std::time::Instant;

use reqwest::Method;
use serde_json::Value;
use tracing::info;

use crate::api::errors::error_body::ErrorBody;
use crate::api::transport::client::Client;
use crate::api::transport::retry;
use crate::api::transport::wire::parse_json;
use crate::api::transport::{ConnectionError, HttpResponse, RequestStage};
use crate::chat::Failure;

/// Why a fetch failed.
enum FetchError {
    Rejected(Box<ErrorBody>),
    ConnectionFailed(ConnectionError),
}

impl Client {
    /// Fetches JSON.
    ///
    /// # Errors
    /// Returns the failure of the last attempt.
    pub async fn fetch(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<Value, Failure> {
        let read =
            |response: &HttpResponse| parse_json(&response.body).filter(|_| response.status == 200);
        self.request_until_read(&Method::GET, segments, query, read).await
    }

    /// Posts to a path, where only the status of the response counts.
    ///
    /// # Errors
    /// Returns the failure of the last attempt.
    pub async fn post(&self, segments: &[&str]) -> Result<(), Failure> {
        let read = |response: &HttpResponse| response.is_success().then_some(());
        self.request_until_read(&Method::POST, segments, &[], read).await
    }

    /// Sends a request until `read` finds in the response what it is for, or a repetition cannot help.
    async fn request_until_read<T>(
        &self,
        method: &Method,
        segments: &[&str],
        query: &[(&str, &str)],
        read: impl Fn(&HttpResponse) -> Option<T>,
    ) -> Result<T, Failure> {
        self.check_key().await?;
        let mut retries = 0;
        loop {
            let response = self.request_once(method.clone(), segments, query).await;
            let pause = match response.and_then(|response| self.read(&response, &read)) {
                Ok(found) => return Ok(found),
                Err(FetchError::Rejected(error)) => {
                    let max_retries = self.settings().retries;
                    retry::retry_pause(&error, retries, max_retries, retry::random_fraction())
                        .ok_or_else(|| self.failure(&error, "", std::iter::empty()))?
                }
                Err(FetchError::ConnectionFailed(error)) => {
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

    fn read<T>(
        &self,
        response: &HttpResponse,
        read: impl Fn(&HttpResponse) -> Option<T>,
    ) -> Result<T, FetchError> {
        match (response.cut_off.filter(|_| response.is_success()), read(response)) {
            (_, Some(found)) => Ok(found),
            (Some(error), None) => Err(FetchError::ConnectionFailed(error)),
            (None, None) => Err(FetchError::Rejected(Box::new(response.error_body(self.now())))),
        }
    }

    async fn request_once(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<HttpResponse, FetchError> {
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
        Ok(response)
    }
}
