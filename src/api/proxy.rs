//! The proxy between this machine and a server, and what its failures are called.
//! Must not name the user or the password that a proxy's address may hold.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::api::transport::ConnectionError;
use crate::chat::{Failure, FailureKind};

/// The proxy that requests to one server go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyHop {
    /// Its host and port, for sentences.
    address: String,
    /// The variable it is set in, or words for the system's settings.
    source: &'static str,
}

impl ProxyHop {
    /// Finds the proxy for a server, as `reqwest` does: in the environment, then in the settings of
    /// the system.
    #[must_use]
    pub fn find(server: &Url) -> Option<Self> {
        let hop = Matcher::from_system().intercept(&server.as_str().parse().ok()?)?;
        let host = hop.uri().host()?;
        let address = match hop.uri().port_u16() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Some(Self { address, source: find_source(server.scheme()) })
    }

    /// The failure of a connection where the proxy is to blame, or may be; `host` is the server.
    #[must_use]
    pub fn failure(&self, error: ConnectionError, host: &str) -> Option<Failure> {
        let Self { address, source } = self;
        let proxy = format!("proxy {address} ({source})");
        let correct = format!("Correct {source}, or add {host} to NO_PROXY to go without a proxy.");
        let (sentence, next_step) = match error {
            ConnectionError::UnknownHost => {
                (format!("The host name of the {proxy} could not be resolved."), correct)
            }
            ConnectionError::Refused => (format!("Nothing listens at the {proxy}."), correct),
            ConnectionError::Unreachable => {
                (format!("No connection to the {proxy} could be made."), correct)
            }
            ConnectionError::ConnectTimeout => {
                (format!("No connection to {host} through the {proxy} in time."), correct)
            }
            ConnectionError::ClosedEarly => (
                format!(
                    "The connection to {host} through the {proxy} was closed without an answer."
                ),
                "Check the network, the proxy and the base URL.".to_owned(),
            ),
            ConnectionError::Tls => (
                format!("No secure connection to {host} through the {proxy} could be made."),
                "Check the certificates of both and the clock of this machine.".to_owned(),
            ),
            ConnectionError::ProxyAuthentication => (
                format!("The {proxy} wants a user name and a password."),
                format!("Write them into {source}, as in http://NAME:PASSWORD@HOST:PORT."),
            ),
            ConnectionError::ProxyRejected => (
                format!("The {proxy} did not connect to {host}."),
                format!("Check the base URL, and whether the proxy may connect to {host}."),
            ),
            ConnectionError::UnresolvedForProxy
            | ConnectionError::IdleTimeout
            | ConnectionError::Truncated
            | ConnectionError::InvalidUtf8
            | ConnectionError::Unreadable
            | ConnectionError::InvalidRequest => return None,
        };
        Some(Failure::new(FailureKind::Network, sentence, next_step))
    }

    /// The failure of a request that the proxy, or the server behind it, answered with an error that
    /// is none of the API.
    #[must_use]
    pub fn refusal(&self, status: u16, text: &str, host: &str) -> Failure {
        let Self { address, source } = self;
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        let sentence =
            format!("The proxy {address} ({source}) answered for {host} with HTTP {status}{text}");
        let sentence = format!("{}.", sentence.trim_end_matches('.'));
        let next_step =
            format!("Check whether the proxy may connect to {host}, or add {host} to NO_PROXY.");
        let kind = if status < 500 { FailureKind::Network } else { FailureKind::Gateway };
        Failure::new(kind, sentence, next_step)
    }
}

/// Finds where the proxy for a scheme is set; an empty variable counts as unset.
fn find_source(scheme: &str) -> &'static str {
    let own = match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut all = own.into_iter().chain(["ALL_PROXY", "all_proxy"]);
    all.find(is_set).unwrap_or("the proxy settings of the system")
}
