//! The settings of a client: server, key, timeouts.

use std::time::{Duration, SystemTime};

use crate::chat::{AnswerServer, PlainHttp, ServerCapabilities, Timestamp};
use crate::settings::{ApiKey, KeyPrompt, Prices, Protocol, SecretValues, Settings, Timeouts};

/// How often a request without output is repeated: the default of the official library
/// (`openai` 3.54.0, `_constants.py`, `DEFAULT_MAX_RETRIES`; read 2026-11-23).
const DEFAULT_RETRIES: u32 = 2;

/// How to reach one server.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSettings {
    /// Its name in `config.toml`, where it has one.
    pub name: Option<String>,
    /// The URL before `/responses`, with or without a final slash.
    pub base_url: String,
    /// Where the API key comes from; most local servers need none.
    pub api_key: ApiKey,
    /// Whether the command that prints the key may ask its user something.
    pub key_prompt: KeyPrompt,
    /// The protocol the server speaks.
    pub protocol: Protocol,
    /// The organization to bill, sent in the header `OpenAI-Organization`.
    pub organization: Option<String>,
    /// The project to bill, sent in the header `OpenAI-Project`.
    pub project: Option<String>,
    /// Headers of every request.
    pub headers: SecretValues,
    /// Whether the key and the headers may be sent over plain HTTP to a host outside the local network.
    pub allow_http: bool,
    /// The timeouts. Only events of a stream reset the idle timeout, its comments do not. The idle timeout
    /// also limits the wait for the first byte.
    pub timeouts: Timeouts,
    /// How often a request without output is repeated.
    pub retries: u32,
    /// What earlier runs learned about the server, as saved.
    pub capabilities: ServerCapabilities,
    /// The prices of models.
    pub prices: Prices,
    /// The clock for times in requests and records.
    pub clock: ClientClock,
}

/// The source of the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientClock {
    /// The operating system's clock.
    System,
    /// A fixed time, for tests.
    Fixed(Timestamp),
}

impl ClientClock {
    /// The current time in whole seconds.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => {
                let passed = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
                Timestamp::from_seconds(i64::try_from(passed.as_secs()).unwrap_or(i64::MAX))
            }
            Self::Fixed(time) => time,
        }
    }
}

impl From<&Settings> for ClientSettings {
    fn from(settings: &Settings) -> Self {
        Self {
            name: Some(settings.answer_server()).filter(AnswerServer::is_named).map(|it| it.name),
            base_url: settings.base_url.to_string(),
            api_key: settings.api_key.clone(),
            key_prompt: KeyPrompt::OnTerminal,
            protocol: settings.protocol,
            organization: settings.organization.clone(),
            project: settings.project.clone(),
            headers: settings.headers.clone(),
            allow_http: settings.allow_http
                || settings.capabilities.plain_http_choice() == Some(PlainHttp::Allowed),
            timeouts: Timeouts {
                connect: Duration::from_secs(settings.connect_timeout),
                first_byte: Duration::from_secs(settings.first_byte_timeout),
                idle: Duration::from_secs(settings.idle_timeout),
            },
            retries: DEFAULT_RETRIES,
            capabilities: settings.capabilities.clone(),
            prices: settings.prices.clone(),
            clock: ClientClock::System,
        }
    }
}
