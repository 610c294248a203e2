//! The streamable HTTP transport over the HTTP client this program has anyway; the library's own would
//! bring a second one. Must not send a key or a header to any other origin.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::{HeaderName, HeaderValue};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{RequestBuilder, Response, StatusCode, Url, redirect};
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::{Sse, SseStream};

use crate::api::{Address, build_http_client};
use crate::chat::Failure;

use super::fault::Faults;
use super::sse_limit::limit_events;

/// The largest answer, and the largest event of a stream.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// The most redirects, all within one origin.
const MAX_REDIRECTS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

// The headers of the streamable HTTP transport (specification of MCP, revision 2025-06-18).
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

type Result<T> = std::result::Result<T, StreamableHttpError<reqwest::Error>>;
type Headers = HashMap<HeaderName, HeaderValue>;

/// An HTTP client for one server.
#[derive(Debug, Clone)]
pub(super) struct HttpClient {
    http: reqwest::Client,
    faults: Faults,
}

impl HttpClient {
    /// # Errors
    /// When the proxy cannot be used, or secure connections cannot be set up.
    pub(super) fn new(address: &Address, faults: Faults) -> std::result::Result<Self, Failure> {
        let (http, _) = build_http_client(address, |builder| {
            builder
                .redirect(redirect::Policy::custom(follow_redirect))
                .connect_timeout(CONNECT_TIMEOUT)
        })?;
        Ok(Self { http, faults })
    }

    async fn send(
        &self,
        request: RequestBuilder,
        token: Option<String>,
        headers: Headers,
    ) -> Result<Response> {
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let request = request.headers(headers.into_iter().collect());
        match request.send().await {
            Ok(response) => Ok(response),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Notes why a request failed; its address may hold a secret.
    fn failed(&self, error: reqwest::Error) -> StreamableHttpError<reqwest::Error> {
        let reason = if error.is_connect() {
            "no connection to it could be made"
        } else if error.is_redirect() {
            "it redirects to another address"
        } else {
            "the connection to it failed"
        };
        self.faults.fail(reason);
        StreamableHttpError::Client(error.without_url())
    }

    /// Turns a status that is no success into an error.
    fn check(&self, response: Response) -> Result<Response> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let advice = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ": check its key",
            StatusCode::NOT_FOUND => ": check its address",
            _ => "",
        };
        self.faults.fail(format!("it answered with HTTP {}{advice}", status.as_u16()));
        Err(StreamableHttpError::UnexpectedServerResponse(format!("HTTP {status}").into()))
    }

    /// The events of a response, each limited in size.
    fn events(&self, response: Response) -> BoxStream<'static, std::result::Result<Sse, SseError>> {
        let faults = self.faults.clone();
        let bytes = limit_events(response.bytes_stream(), MAX_BODY_BYTES);
        let events = SseStream::from_bytes_stream(bytes);
        let noted = events.inspect(move |event| {
            if let Err(error) = event {
                faults.fail(format!("its stream of events failed: {error}"));
            }
        });
        noted.boxed()
    }

    /// The message in a response's body.
    async fn message(&self, response: Response) -> Result<ServerJsonRpcMessage> {
        let mut body = Vec::new();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| self.failed(error))?;
            if body.len().saturating_add(piece.len()) > MAX_BODY_BYTES {
                let limit = MAX_BODY_BYTES / (1024 * 1024);
                self.faults.fail(format!("it sent a message of more than {limit} MB"));
                return Err(StreamableHttpError::ResponseBodyTooLarge { max_size: MAX_BODY_BYTES });
            }
            body.extend_from_slice(&piece);
        }
        serde_json::from_slice(&body).map_err(|error| {
            self.faults.note_odd_line(&body);
            self.faults.fail("its answer is no MCP message");
            StreamableHttpError::Deserialize(error)
        })
    }
}

/// Follows a redirect within the same origin: others must get neither key nor headers.
fn follow_redirect(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let origin = attempt.previous().first().map(Url::origin);
    let is_same = origin.is_some_and(|origin| origin == attempt.url().origin());
    if is_same && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.error("a redirect to another address")
    }
}

fn content_type(response: &Response) -> &str {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

fn is_event_stream(response: &Response) -> bool {
    content_type(response).eq_ignore_ascii_case("text/event-stream")
}

impl StreamableHttpClient for HttpClient {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<StreamableHttpPostResponse> {
        let mut request = self.http.post(&*uri).json(&message);
        request = request.header(ACCEPT, "application/json, text/event-stream");
        let has_session = session_id.is_some();
        if let Some(id) = session_id {
            request = request.header(SESSION_ID, &*id);
        }
        let response = self.send(request, auth_header, custom_headers).await?;
        let status = response.status();
        if status == StatusCode::NOT_FOUND && has_session {
            return Err(StreamableHttpError::SessionExpired);
        }
        let response = self.check(response)?;
        let is_request = matches!(message, ClientJsonRpcMessage::Request(_));
        let is_empty = matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT);
        if is_empty || !is_request && !is_event_stream(&response) {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        let session = response.headers().get(SESSION_ID);
        let session = session.and_then(|id| id.to_str().ok()).map(str::to_owned);
        if is_event_stream(&response) {
            return Ok(StreamableHttpPostResponse::Sse(self.events(response), session));
        }
        Ok(StreamableHttpPostResponse::Json(self.message(response).await?, session))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<()> {
        let request = self.http.delete(&*uri).header(SESSION_ID, &*session_id);
        // A server need not support it.
        self.send(request, auth_header, custom_headers).await.map(drop)
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<BoxStream<'static, std::result::Result<Sse, SseError>>> {
        let mut request = self.http.get(&*uri).header(ACCEPT, "text/event-stream");
        if let Some(id) = session_id {
            request = request.header(SESSION_ID, &*id);
        }
        if let Some(id) = last_event_id {
            request = request.header(LAST_EVENT_ID, id);
        }
        let response = self.send(request, auth_header, custom_headers).await?;
        // Many servers offer no stream of their own: then messages come with answers only.
        if !response.status().is_success() || !is_event_stream(&response) {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        }
        Ok(self.events(response))
    }
}
