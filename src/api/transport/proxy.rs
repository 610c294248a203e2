//! The proxy between this machine and a server, and what its failures are called.
//! Must not name the user or the password that a proxy's address may hold.

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use crate::api::transport::ConnectionError;
use crate::chat::{Failure, FailureKind};

/// The forms an address of a proxy can have.
const ACCEPTED_FORMS: &str =
    "http://HOST:PORT, https://HOST:PORT, socks5h://HOST:PORT or socks4a://HOST:PORT";

/// The proxy that requests to one server go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyHop {
    /// Its host and port, for sentences.
    address: String,
    /// `http`, `https` or a version of SOCKS.
    scheme: String,
    credentials: Credentials,
    /// The variable it is set in, or words for the system's settings.
    source: &'static str,
}

/// Whether the address of a proxy holds a user name and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credentials {
    Given,
    Missing,
}

impl ProxyHop {
    /// Finds the proxy for a server, as `reqwest` does: in the environment, then in the settings of
    /// the system.
    ///
    /// # Errors
    /// Returns a failure where a variable holds no address of a proxy: `reqwest` would ignore it and
    /// connect directly.
    pub fn find(server: &Url) -> Result<Option<Self>, Failure> {
        let Ok(uri) = server.as_str().parse() else { return Ok(None) };
        check_variable(server, &uri)?;
        let source = find_source(server.scheme());
        Ok(Matcher::from_system().intercept(&uri).and_then(|hop| Self::of(&hop, source)))
    }

    fn of(hop: &Intercept, source: &'static str) -> Option<Self> {
        let host = hop.uri().host()?;
        let address = match hop.uri().port_u16() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let is_given = hop.basic_auth().is_some() || hop.raw_auth().is_some();
        let credentials = if is_given { Credentials::Given } else { Credentials::Missing };
        let scheme = hop.uri().scheme_str().unwrap_or("http").to_owned();
        Some(Self { address, scheme, credentials, source })
    }

    /// The failure of a connection where the proxy is to blame, or may be; `host` is the server.
    #[must_use]
    pub fn failure(&self, error: ConnectionError, host: &str) -> Option<Failure> {
        let Self { address, source, .. } = self;
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
                (format!("Connecting to {host} through the {proxy} timed out."), correct)
            }
            ConnectionError::ClosedEarly => (
                format!(
                    "The connection to {host} through the {proxy} was closed without an answer."
                ),
                "Check the network, the proxy and the base URL.".to_owned(),
            ),
            ConnectionError::Tls => (
                format!("No secure connection to {host} through the {proxy} could be made."),
                "Check the certificates of the server and the proxy, and this machine's clock."
                    .to_owned(),
            ),
            ConnectionError::ProxyAuthentication => self.authentication_failure(&proxy),
            ConnectionError::UnresolvedForProxy => {
                (format!("The host name {host} could not be resolved."), self.advice_for_lookup())
            }
            ConnectionError::ProxyRejected => (
                format!("The {proxy} did not connect to {host}."),
                format!("Check the base URL, and whether the proxy may connect to {host}."),
            ),
            ConnectionError::IdleTimeout
            | ConnectionError::NotReadAgain
            | ConnectionError::Truncated
            | ConnectionError::TooLarge
            | ConnectionError::InvalidUtf8
            | ConnectionError::Unreadable
            | ConnectionError::InvalidRequest => return None,
        };
        Some(Failure::new(FailureKind::Network, sentence, next_step))
    }

    /// What to say where the proxy wants a password, or another one.
    fn authentication_failure(&self, proxy: &str) -> (String, String) {
        let Self { scheme, source, credentials, .. } = self;
        let form = format!("{scheme}://NAME:PASSWORD@HOST:PORT");
        match credentials {
            Credentials::Given => (
                format!("The {proxy} did not accept the user name and the password."),
                format!("Correct both in {source}: {form}, with special characters as %XX."),
            ),
            Credentials::Missing => (
                format!("The {proxy} needs a user name and a password."),
                format!("Write both into {source}, as in {form}."),
            ),
        }
    }

    /// How to let the proxy look names up, where this machine cannot.
    fn advice_for_lookup(&self) -> String {
        let Self { scheme, source, .. } = self;
        let remote = match scheme.as_str() {
            "socks4" => "socks4a",
            _ => "socks5h",
        };
        format!(
            "Write {remote}:// instead of {scheme}:// in {source}: then the proxy looks names up."
        )
    }

    /// The failure of a request that the proxy, or the server behind it, answered with an error that
    /// is none of the API.
    #[must_use]
    pub fn refusal(&self, status: u16, text: &str, host: &str) -> Failure {
        let Self { address, source, .. } = self;
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

/// The variables a proxy for a scheme is set in: first its own, then that for everything.
fn variables(scheme: &str) -> [[&'static str; 2]; 2] {
    let own = match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    [own, ["ALL_PROXY", "all_proxy"]]
}

/// Finds where the proxy for a scheme is set; an empty variable counts as unset.
fn find_source(scheme: &str) -> &'static str {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut all = variables(scheme).into_iter().flatten();
    all.find(is_set).unwrap_or("the proxy settings of the system")
}

/// Refuses a variable that holds no address of a proxy, for a server that it would be used for.
fn check_variable(server: &Url, uri: &Uri) -> Result<(), Failure> {
    let names = || variables(server.scheme()).into_iter().flatten();
    let is_bytes = |name: &&str| std::env::var_os(name).is_some_and(|it| it.to_str().is_none());
    if let Some(name) = names().chain(["NO_PROXY", "no_proxy"]).find(is_bytes) {
        let (sentence, next_step) =
            (format!("{name} is not UTF-8 text."), format!("Set {name} again, or unset it."));
        return Err(Failure::new(FailureKind::Network, sentence, next_step));
    }
    let value_of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some((name, value)) = names().find_map(|name| Some((name, value_of(name)?))) else {
        return Ok(());
    };
    let excluded = value_of("NO_PROXY").or_else(|| value_of("no_proxy")).unwrap_or_default();
    let is_used = |proxy: &str| {
        Matcher::builder()
            .all(proxy.to_owned())
            .no(excluded.clone())
            .build()
            .intercept(uri)
            .is_some()
    };
    let is_for_server = is_used("http://localhost") && value_of("REQUEST_METHOD").is_none();
    if is_used(&value) || !is_for_server {
        return Ok(());
    }
    let sentence = format!("{name} is not the address of a proxy.");
    let next_step = format!("Write it as {ACCEPTED_FORMS}, or unset {name}.");
    Err(Failure::new(FailureKind::Network, sentence, next_step))
}
