//! One server with everything that is its own.

use std::collections::BTreeMap;

use super::api_key::ApiKey;
use super::choices::Protocol;
use super::http_url::HttpUrl;
use super::secret_values::SecretValues;
use super::servers::ServerEntry;

/// Everything that belongs to one server and must not reach another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Server {
    pub(super) base_url: HttpUrl,
    pub(super) protocol: Protocol,
    pub(super) model: Option<String>,
    pub(super) api_key: ApiKey,
    pub(super) headers: SecretValues,
    pub(super) organization: Option<String>,
    pub(super) project: Option<String>,
    pub(super) store: bool,
    pub(super) fallback_models: Vec<String>,
    pub(super) title_model: Option<String>,
    /// What `web` says of a named server; `None` where the addresses are compared instead.
    pub(super) web: Option<bool>,
}

impl Server {
    /// A named server. It has no organization or project: those are of the default server's account.
    pub(super) fn named(entry: &ServerEntry, env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            base_url: entry.base_url.clone(),
            protocol: entry.protocol,
            model: entry.model.clone(),
            api_key: entry.find_key(env),
            headers: entry.headers.clone(),
            organization: None,
            project: None,
            store: entry.base_url.stores_by_default(),
            fallback_models: Vec::new(),
            title_model: None,
            web: Some(entry.web),
        }
    }
}

/// All servers by name, the default one included.
pub(super) type KnownServers = BTreeMap<String, Server>;
