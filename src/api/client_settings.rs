//! How to reach a server: address, key, patience. What is asked of it is in `request`.
//! Must not read the environment or a file: `settings` has done that once for the whole program.

use std::time::{Duration, SystemTime};

use crate::chat::{PlainHttp, ServerCapabilities, Timestamp};
use crate::settings::{ApiKey, Prices, Settings, Timeouts};

/// How often a request that brought nothing is sent again by itself, as the official library does.
const DEFAULT_RETRIES: u32 = 2;

/// How one server is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSettings {
    /// Everything before `/responses`, with or without a final slash.
    pub base_url: String,
    /// Where the key comes from; servers on this machine need none.
    pub api_key: ApiKey,
    /// `OpenAI-Organization`.
    pub organization: Option<String>,
    /// `OpenAI-Project`.
    pub project: Option<String>,
    /// Whether the key may be sent over plain HTTP to a host outside the local network.
    pub allow_http: bool,
    /// How long to wait. Only events of a stream count, its comments do not.
    pub timeouts: Timeouts,
    /// How often a request that brought nothing is sent again by itself.
    pub retries: u32,
    /// What earlier runs learned about the server.
    pub capabilities: ServerCapabilities,
    /// What models cost.
    pub prices: Prices,
    /// The clock.
    pub clock: ClientClock,
}

/// Where the time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientClock {
    /// The system.
    System,
    /// It stands still; for tests.
    Fixed(Timestamp),
}

impl ClientClock {
    /// The time.
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
            base_url: settings.base_url.to_string(),
            api_key: settings.api_key.clone(),
            organization: settings.organization.clone(),
            project: settings.project.clone(),
            allow_http: settings.allow_http
                || settings.learned.plain_http_choice() == Some(PlainHttp::Allowed),
            timeouts: Timeouts {
                connect: Duration::from_secs(settings.connect_timeout),
                first_byte: Duration::from_secs(settings.first_byte_timeout),
                idle: Duration::from_secs(settings.idle_timeout),
            },
            retries: DEFAULT_RETRIES,
            capabilities: settings.learned.clone(),
            prices: settings.prices.clone(),
            clock: ClientClock::System,
        }
    }
}
