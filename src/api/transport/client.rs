//! The client of one server: requests, authentication, errors.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use tokio::task::JoinError;

use crate::chat::{Advice, Failure, FailureKind, Timestamp};
use crate::settings::Timeouts;

use crate::api::address::Address;
use crate::api::capabilities::Capabilities;
use crate::api::check_key_text::check_key_text;
use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::error_table;
use crate::api::errors::redact;
use crate::api::transport::ConnectionError;
use crate::api::transport::client_settings::ClientSettings;
use crate::api::transport::http_client::build_http_client;
use crate::api::transport::proxy::ProxyHop;

/// The shortest text beside the key that is taken for a secret.
const MIN_SECRET_BYTES: usize = 8;

/// A client of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<ClientInner>,
    /// What else must not be shown where the server repeats it.
    more_secrets: Arc<[SecretString]>,
}

#[derive(Debug)]
struct ClientInner {
    http: reqwest::Client,
    address: Address,
    /// What requests go through on their way to the address.
    proxy: Option<ProxyHop>,
    settings: ClientSettings,
    /// Read when the first request needs it, because a key command may ask the user for a password.
    key: OnceCell<Option<SecretString>>,
    capabilities: Capabilities,
}

impl Client {
    /// Creates a client; nothing is sent yet.
    ///
    /// # Errors
    /// Returns a failure where the base URL is invalid or a header value has invalid characters.
    pub fn new(settings: ClientSettings) -> Result<Self, Failure> {
        let address = Address::parse(&settings.base_url)?;
        let headers = default_headers(&settings)?;
        let Timeouts { connect, idle, .. } = settings.timeouts;
        let (http, proxy) = build_http_client(&address, |builder| {
            builder
                // A redirected POST would become a GET.
                .redirect(redirect::Policy::none())
                .connect_timeout(connect)
                .read_timeout(idle)
                .default_headers(headers)
        })?;
        let capabilities = Capabilities::of(&settings.capabilities);
        let key = OnceCell::new();
        let inner = ClientInner { http, address, proxy, settings, key, capabilities };
        Ok(Self { shared: Arc::new(inner), more_secrets: Arc::default() })
    }

    /// The same client, for requests that hold more secrets than its own.
    #[must_use]
    pub(in crate::api) fn with_secrets(self, secrets: Vec<SecretString>) -> Self {
        Self { more_secrets: secrets.into(), ..self }
    }

    /// The base URL of the server.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.shared.address
    }

    /// The settings the client was created with.
    #[must_use]
    pub fn settings(&self) -> &ClientSettings {
        &self.shared.settings
    }

    /// The current time, by the clock of the settings.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.settings().clock.now()
    }

    /// Reads the API key, and checks before anything is sent that it and the headers may be sent.
    ///
    /// # Errors
    /// Returns a failure where the key cannot be read or sent, or the server needs one and none is set.
    pub async fn check_key(&self) -> Result<(), Failure> {
        let (source, prompt) = (self.settings().api_key.clone(), self.settings().key_prompt);
        let read = || async {
            // A key command may block.
            let read = tokio::task::spawn_blocking(move || source.read(prompt)).await;
            let aborted = |error: JoinError| {
                Failure::new(FailureKind::ApiKey, error.to_string(), Advice::None)
            };
            read.map_err(aborted)?.map_err(|error| error.to_key_failure())
        };
        let key = self.shared.key.get_or_try_init(read).await?;
        match key {
            Some(key) => check_key_text(key.expose_secret())?,
            None if self.address().needs_key(&self.settings().headers) => {
                let advice = self.advice_for_named().unwrap_or(Advice::SetKey);
                return Err(Failure::new(FailureKind::ApiKey, "No API key is set.", advice));
            }
            None => {}
        }
        self.check_encryption()
    }

    /// Where to look for a named server's key, which is no other's.
    fn advice_for_named(&self) -> Option<Advice> {
        let name = self.settings().name.as_ref()?;
        let words = format!(
            "Check api_key_env, api_key_file or api_key_command of [servers.{name}] in config.toml."
        );
        Some(words.into())
    }

    /// What a server that refuses the key means, and what to do: the key's place says where to correct it.
    fn describe_refused_key(&self) -> (String, Advice) {
        let or_named = |advice: Advice| self.advice_for_named().unwrap_or(advice);
        if self.key().is_none() {
            let sentence = "The server needs an API key, and none is set.";
            return (sentence.to_owned(), or_named(Advice::StoreKey));
        }
        match self.settings().api_key.source_name() {
            Some(source) => (
                format!("The server does not accept the API key from {source}."),
                or_named(Advice::ReplaceKey),
            ),
            None => ("The server does not accept this API key.".to_owned(), Advice::None),
        }
    }

    /// Refuses to send the key and the headers where others can read them on the way.
    fn check_encryption(&self) -> Result<(), Failure> {
        let (key, headers) = (self.key(), &self.settings().headers);
        if self.settings().allow_http || !self.address().reveals(key.is_some(), headers) {
            return Ok(());
        }
        let host = self.address().host();
        let secrets = match key {
            Some(_) if headers.is_empty() => "the API key was",
            Some(_) => "the API key and the headers were",
            None => "the headers were",
        };
        Err(Failure::new(
            FailureKind::ApiKey,
            format!("The connection to {host} is not encrypted, so {secrets} not sent."),
            "Use https://, or set allow_http = true in config.toml.",
        ))
    }

    /// What is known about the server.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.shared.capabilities
    }

    /// Starts a request with the API key and a random `x-client-request-id`.
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let id = uuid::Uuid::new_v4().to_string();
        let request = self.shared.http.request(method, url).header("x-client-request-id", id);
        let Some(key) = self.key() else {
            return request;
        };
        // Azure expects API keys in a header of its own; Entra tokens (JWTs) are bearer tokens.
        let (name, value) = if self.address().is_azure() && !key.starts_with("eyJ") {
            (HeaderName::from_static("api-key"), header_value(key))
        } else {
            (AUTHORIZATION, header_value(&format!("Bearer {key}")))
        };
        match value {
            Ok(value) => request.header(name, value),
            Err(_) => request,
        }
    }

    /// The API key, once it is read.
    fn key(&self) -> Option<&str> {
        let key = self.shared.key.get()?.as_ref()?;
        Some(key.expose_secret().trim())
    }

    /// Builds a failure from an error of the server, with secrets and private texts redacted.
    #[must_use]
    pub fn failure<'a>(
        &self,
        error: &ErrorBody,
        model: &str,
        private: impl Iterator<Item = &'a str>,
    ) -> Failure {
        let server_text = self.redact(error.message.as_deref().unwrap_or_default(), private);
        let of_proxy = self
            .shared
            .proxy
            .as_ref()
            .and_then(|proxy| self.proxy_failure(proxy, error, &server_text));
        if let Some(failure) = of_proxy {
            return failure;
        }
        let mut failure = error_table::build_failure(error, model, &server_text);
        if failure.kind == FailureKind::ApiKey {
            (failure.sentence, failure.advice) = self.describe_refused_key();
        }
        failure.request_id = error.request_id.as_deref().map(|id| self.redact_name(id));
        failure
    }

    /// The failure of a request that a proxy has answered, as far as that can be told: a request over
    /// TLS passes through, and an answer of the server has its error in an object.
    fn proxy_failure(
        &self,
        proxy: &ProxyHop,
        error: &ErrorBody,
        server_text: &str,
    ) -> Option<Failure> {
        let host = self.address().host();
        match error.status? {
            407 => proxy.failure(ConnectionError::ProxyAuthentication, &host),
            status @ (403 | 500..=599) if self.address().join(&[]).scheme() == "http" => {
                let is_api_error = error.code.is_some() || error.kind.is_some();
                (!is_api_error).then(|| proxy.refusal(status, server_text, &host))
            }
            _ => None,
        }
    }

    /// A server's words fit to be shown and logged, without secrets and the private texts.
    #[must_use]
    pub fn redact<'a>(&self, server_text: &str, private: impl Iterator<Item = &'a str>) -> String {
        let headers = self.settings().headers.iter().map(|(_, value)| value);
        let more = self.more_secrets.iter().map(ExposeSecret::expose_secret);
        let long = headers.chain(more).filter(|value| value.len() >= MIN_SECRET_BYTES);
        let secrets: Vec<&str> = self.key().into_iter().chain(long).collect();
        redact::redact(server_text, &secrets, private)
    }

    /// A short name a server gave, such as a code or an id, fit to be shown and logged.
    #[must_use]
    pub fn redact_name(&self, name: &str) -> String {
        self.redact(name, std::iter::empty())
    }

    /// Builds a failure from a connection that failed in the middle of an answer.
    #[must_use]
    pub fn interrupted_failure(&self, error: ConnectionError) -> Failure {
        self.connection_failure(error, self.settings().timeouts.idle)
    }

    /// Builds a failure from a connection that failed before a response.
    #[must_use]
    pub fn unreachable_failure(&self, error: ConnectionError) -> Failure {
        let Timeouts { first_byte, idle, .. } = self.settings().timeouts;
        self.connection_failure(error, first_byte.min(idle))
    }

    fn connection_failure(&self, error: ConnectionError, waited: Duration) -> Failure {
        let host = self.address().host();
        let of_proxy = self.shared.proxy.as_ref().and_then(|proxy| proxy.failure(error, &host));
        of_proxy.unwrap_or_else(|| error.failure(&host, waited))
    }
}

/// The headers of every request.
fn default_headers(settings: &ClientSettings) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    // Compression makes some proxies buffer streams.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(organization) = &settings.organization {
        headers.insert("openai-organization", header_value(organization)?);
    }
    if let Some(project) = &settings.project {
        headers.insert("openai-project", header_value(project)?);
    }
    for (name, value) in settings.headers.iter() {
        let (name, value) = custom_header(name, value)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A header of the settings; its value may be as secret as a key.
fn custom_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let parsed =
        HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
    let (name, mut value) = parsed.ok_or_else(|| {
        Failure::new(
            FailureKind::Other,
            format!("The header \"{}\" cannot be sent.", name.escape_debug()),
            "Check its name and its value in config.toml.",
        )
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Creates a header value marked as sensitive.
fn header_value(text: &str) -> Result<HeaderValue, Failure> {
    let text = text.trim();
    let is_sendable = text.is_ascii() && !text.contains(['"', '\'']);
    let value = HeaderValue::from_str(text).ok().filter(|_| is_sendable);
    let mut value = value.ok_or_else(|| {
        Failure::new(
            FailureKind::ApiKey,
            "The organization or project contains characters that cannot be sent.",
            "Check both for line breaks and stray quotes.",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
