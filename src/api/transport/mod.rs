//! HTTP responses that are not streams, and failures of connections.

pub mod client;
pub mod client_settings;
mod fetch;
pub mod http_client;
pub mod proxy;
pub(super) mod readiness;
pub mod retry;
pub mod sse;
pub mod stream;
pub mod wire;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::HeaderMap;

use crate::chat::{Failure, FailureKind, Timestamp, count};

use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::retry_after;

/// The most bytes read of one body; protects memory.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// The time limit for reading the body of an error, whose status is known already.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A response that is not an event stream.
#[derive(Debug)]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// The headers, which may say how long to wait.
    pub headers: HeaderMap,
    /// The body, as far as it could be read.
    pub body: String,
    /// Why it could not be read to its end.
    pub cut_off: Option<ConnectionError>,
}

/// Why a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionError {
    /// The host name could not be resolved.
    UnknownHost,
    /// The TLS handshake failed.
    Tls,
    /// The host answered that nothing listens at the port.
    Refused,
    /// The host is unreachable.
    Unreachable,
    /// Connecting took too long.
    ConnectTimeout,
    /// The connection was closed before a response.
    ClosedEarly,
    /// Nothing was received for too long.
    IdleTimeout,
    /// The stream ended in the middle of a response.
    Truncated,
    /// A response is larger than the memory it may take.
    TooLarge,
    /// The stream contains invalid UTF-8.
    InvalidUtf8,
    /// The stream could not be parsed.
    Unreadable,
    /// The request could not be built, for example because of an invalid header.
    InvalidRequest,
    /// The proxy wants a user name and a password.
    ProxyAuthentication,
    /// The proxy was reached and made no connection to the server.
    ProxyRejected,
    /// What was to be sent changed while it was sent, so the request was broken off.
    NotReadAgain,
    /// The server's name is not known here, where a SOCKS proxy leaves the lookup to this machine.
    UnresolvedForProxy,
}

/// Whether a response had begun when the connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStage {
    /// Before the first byte of a response.
    Sending,
    /// In the middle of a response.
    Reading,
}

/// Sending ended because the second reading of a conversation gave something else than the first.
#[derive(Debug)]
pub struct NotReadAgain;

impl fmt::Display for NotReadAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the conversation could not be read again")
    }
}

impl Error for NotReadAgain {}

impl HttpResponse {
    /// Reads the body; a truncated one is kept as far as it was received.
    pub async fn read(mut response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut bytes = Vec::new();
        let reading = async {
            while let Some(chunk) = response.chunk().await? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > MAX_BODY_BYTES {
                    return reqwest::Result::Ok(Some(ConnectionError::TooLarge));
                }
            }
            Ok(None)
        };
        let read = if is_success(status) {
            reading.await
        } else {
            // A body that never ends must not hide the status.
            let read = tokio::time::timeout(ERROR_BODY_TIMEOUT, reading).await;
            read.unwrap_or(Ok(Some(ConnectionError::IdleTimeout)))
        };
        let cut_off =
            read.unwrap_or_else(|error| Some(ConnectionError::of(&error, RequestStage::Reading)));
        Self { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), cut_off }
    }

    /// Tells whether the status is one of success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        is_success(self.status)
    }

    /// Reads the error from body and headers.
    #[must_use]
    pub fn error_body(&self, now: Timestamp) -> ErrorBody {
        let mut error = ErrorBody::from_body(&self.body);
        let header = |name: &str| self.headers.get(name).and_then(|it| it.to_str().ok());
        error.status = Some(self.status);
        error.request_id = ["x-request-id", "x-oai-request-id", "apim-request-id", "cf-ray"]
            .into_iter()
            .find_map(header)
            .map(str::to_owned);
        error.retry_after =
            retry_after::retry_after(header, error.message.as_deref().unwrap_or_default(), now);
        error.should_retry = header("x-should-retry").and_then(|it| it.parse().ok());
        error
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl ConnectionError {
    /// Classifies a transport error. Its text may contain the URL and is not stored.
    #[must_use]
    pub fn of(error: &reqwest::Error, stage: RequestStage) -> Self {
        if error.is_builder() {
            return Self::InvalidRequest;
        }
        if error.is_timeout() {
            return if error.is_connect() { Self::ConnectTimeout } else { Self::IdleTimeout };
        }
        if stage == RequestStage::Reading {
            return Self::Truncated;
        }
        let mut cause = error.source();
        while let Some(inner) = cause {
            if inner.is::<NotReadAgain>() {
                return Self::NotReadAgain;
            }
            let text = inner.to_string().to_lowercase();
            if let Some(failed) = Self::of_proxy(&text) {
                return failed;
            }
            if text.contains("dns error") || text.contains("failed to lookup") {
                return Self::UnknownHost;
            }
            if ["certificate", "tls", "handshake", "corrupt message"]
                .iter()
                .any(|it| text.contains(it))
            {
                return Self::Tls;
            }
            if text.contains("refused") {
                return Self::Refused;
            }
            cause = inner.source();
        }
        if error.is_connect() { Self::Unreachable } else { Self::ClosedEarly }
    }

    /// What the text of an error says about a proxy. `reqwest` gives no other sign of it.
    fn of_proxy(text: &str) -> Option<Self> {
        let any = |words: &[&str]| words.iter().any(|it| text.contains(it));
        if any(&["proxy authorization required", "authentication", "credentials"]) {
            Some(Self::ProxyAuthentication)
        } else if text.contains("resolving for socks proxy") {
            Some(Self::UnresolvedForProxy)
        } else if text.contains("socks error: failed to create underlying connection") {
            Some(Self::Unreachable)
        } else if any(&[
            "socks error",
            "tunnel error: unsuccessful",
            "tunnel error: unexpected end",
            "tunnel error: proxy response headers",
        ]) {
            Some(Self::ProxyRejected)
        } else {
            None
        }
    }

    /// Tells whether the request may be repeated: no response was received, and it may help.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::UnknownHost
            | Self::Refused
            | Self::Unreachable
            | Self::ConnectTimeout
            | Self::ProxyRejected
            | Self::NotReadAgain
            | Self::ClosedEarly => true,
            Self::Tls
            | Self::ProxyAuthentication
            | Self::UnresolvedForProxy
            | Self::IdleTimeout
            | Self::Truncated
            | Self::TooLarge
            | Self::InvalidUtf8
            | Self::Unreadable
            | Self::InvalidRequest => false,
        }
    }

    /// Builds the failure; `waited` is the timeout that applied.
    #[must_use]
    pub fn failure(self, host: &str, waited: Duration) -> Failure {
        use FailureKind as Kind;
        const ASK_AGAIN: &str = "Ask again.";
        const CHECK: &str = "Check the network and the base URL.";
        let seconds = waited.as_secs();
        let (kind, sentence, next_step) = match self {
            Self::UnknownHost | Self::UnresolvedForProxy => {
                (Kind::Network, format!("The host name {host} could not be resolved."), CHECK)
            }
            Self::ProxyAuthentication => (
                Kind::Network,
                "A proxy on the way needs a user name and a password.".to_owned(),
                "Write both into the proxy's address, as in http://NAME:PASSWORD@HOST:PORT.",
            ),
            Self::ProxyRejected => {
                (Kind::Network, format!("A proxy on the way did not connect to {host}."), CHECK)
            }
            Self::Tls => (
                Kind::Network,
                format!("A secure connection to {host} could not be made."),
                "Check the server's certificate, this machine's clock and any proxy.",
            ),
            Self::Refused => (
                Kind::Network,
                format!("{host} refused the connection."),
                "Check that the server is running and that the base URL is right.",
            ),
            Self::Unreachable => (Kind::Network, format!("{host} could not be reached."), CHECK),
            Self::ConnectTimeout => {
                (Kind::Network, format!("Connecting to {host} timed out."), CHECK)
            }
            Self::ClosedEarly => {
                (Kind::Network, format!("{host} closed the connection without answering."), CHECK)
            }
            Self::NotReadAgain => (
                Kind::Storage,
                "The conversation or its files changed while they were sent.".to_owned(),
                ASK_AGAIN,
            ),
            Self::IdleTimeout => (
                Kind::Timeout,
                format!("{host} sent nothing for {}.", count::phrase(seconds, "second")),
                "Ask again, or raise the timeout in config.toml.",
            ),
            Self::Truncated => (Kind::Interrupted, "The connection ended.".to_owned(), ASK_AGAIN),
            Self::TooLarge => (
                Kind::Interrupted,
                "The server's answer is larger than 32 MB.".to_owned(),
                "Ask again, or use another server.",
            ),
            Self::InvalidUtf8 => (
                Kind::Interrupted,
                "The server sent bytes that are not text in the middle of the answer.".to_owned(),
                ASK_AGAIN,
            ),
            Self::Unreadable => (
                Kind::Interrupted,
                "The server's answer could not be read: it begins with a byte order mark, or one \
                 part of it is larger than 32 MB."
                    .to_owned(),
                "Ask again, or use another server.",
            ),
            Self::InvalidRequest => (
                Kind::InvalidRequest,
                "The request could not be written.".to_owned(),
                "Check the API key and the base URL for stray characters.",
            ),
        };
        Failure::new(kind, sentence, next_step)
    }
}
