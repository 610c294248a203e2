//! Chooses the server in use among the default one and the named ones, and switches to another.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::chat::shorten::shorten;
use crate::chat::{AnswerServer, BackgroundAnswer, DEFAULT_SERVER, ServerCapabilities};

use super::error::SettingsError;
use super::server::{KnownServers, Server};
use super::setting::{SettingSource, join_words};
use super::suggest::suggestion;
use super::table::Settings;

impl Server {
    /// The server that the settings describe.
    fn of(settings: &Settings) -> Self {
        Self {
            base_url: settings.base_url.clone(),
            protocol: settings.protocol,
            model: Some(settings.model.clone()),
            api_key: settings.api_key.clone(),
            headers: settings.headers.clone(),
            organization: settings.organization.clone(),
            project: settings.project.clone(),
            store: settings.store,
            fallback_models: settings.fallback_models.clone(),
            title_model: settings.title_model.clone(),
            web: None,
        }
    }
}

impl Settings {
    /// The servers there are, the one of the settings under its name.
    pub(super) fn find_servers(&self, env: &dyn Fn(&str) -> Option<String>) -> KnownServers {
        let named = self.servers.0.iter().map(|(name, it)| (name.clone(), Server::named(it, env)));
        named.chain([(DEFAULT_SERVER.to_owned(), Server::of(self))]).collect()
    }

    /// The server in use.
    #[must_use]
    pub fn answer_server(&self) -> AnswerServer {
        AnswerServer { name: self.server.clone(), host: self.base_url.host() }
    }

    /// Every server, as the settings with it in use: the one in use first, then the default one, then the
    /// others by name.
    #[must_use]
    pub fn for_each_server(&self) -> Vec<Self> {
        let others = self.known_servers.keys().filter(|name| **name != self.server);
        let mut others: Vec<Self> = others.filter_map(|name| self.with_server(name).ok()).collect();
        others.sort_by_key(|it| it.server != DEFAULT_SERVER);
        std::iter::once(self.clone()).chain(others).collect()
    }

    /// Whether the settings of the server in use name a model of it.
    #[must_use]
    pub fn names_model(&self) -> bool {
        self.known_servers.get(&self.server).is_none_or(|server| server.model.is_some())
    }

    /// Whether the server in use here is worth offering to a program that was started with another: not
    /// where it is the default one and its key is missing.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.server != DEFAULT_SERVER || !self.is_key_missing()
    }

    /// The settings with a server in use: these for the one in use, or for one that is not there.
    #[must_use]
    pub fn for_server(&self, name: Option<&str>) -> Cow<'_, Self> {
        let other = name.filter(|name| *name != self.server);
        match other.and_then(|name| self.with_server(name).ok()) {
            Some(settings) => Cow::Owned(settings),
            None => Cow::Borrowed(self),
        }
    }

    /// The same settings with another server in use, its key and its model. What was learned about it is
    /// left to the caller, who can read it.
    ///
    /// # Errors
    /// In a sentence for people, where there is no such server.
    pub fn with_server(&self, name: &str) -> Result<Self, String> {
        let server = self.known_servers.get(name).ok_or_else(|| self.no_such_server(name))?;
        let default_model = self.known_servers.get(DEFAULT_SERVER).and_then(|it| it.model.clone());
        let server = server.clone();
        Ok(Self {
            server: name.to_owned(),
            base_url: server.base_url,
            protocol: server.protocol,
            model: server.model.or(default_model).unwrap_or_else(|| self.model.clone()),
            api_key: server.api_key,
            headers: server.headers,
            organization: server.organization,
            project: server.project,
            store: server.store,
            fallback_models: server.fallback_models,
            title_model: server.title_model,
            capabilities: ServerCapabilities::default(),
            ..self.clone()
        })
    }

    /// The name of the server that continues an answer: the one that was asked, as long as its address
    /// stays the same, or else one at that address.
    #[must_use]
    pub fn server_of(&self, answer: &BackgroundAnswer) -> Option<&str> {
        let is_there = |name: &&str| {
            self.known_servers.get(*name).is_some_and(|it| *it.base_url == *answer.base_url)
        };
        let asked = answer.server.as_ref().map(|server| server.name.as_str()).filter(is_there);
        let asked = asked.and_then(|name| self.known_servers.get_key_value(name));
        let names = || self.known_servers.keys().map(String::as_str);
        let in_use = || names().find(|name| *name == self.server).filter(is_there);
        asked.map(|(name, _)| name.as_str()).or_else(in_use).or_else(|| names().find(is_there))
    }

    /// The addresses of all servers, each once.
    #[must_use]
    pub fn server_addresses(&self) -> BTreeSet<&str> {
        self.known_servers.values().map(|server| &*server.base_url).collect()
    }

    /// Whether the ids in the shared file can be of the server in use.
    #[must_use]
    pub fn may_chain(&self) -> bool {
        self.web_choice() != Some(false)
    }

    /// What `web` says of the server in use; `None` for the default one.
    pub(super) fn web_choice(&self) -> Option<bool> {
        self.known_servers.get(&self.server).and_then(|server| server.web)
    }

    fn no_such_server(&self, name: &str) -> String {
        let shown = shorten(name);
        let names: Vec<&str> = self.known_servers.keys().map(String::as_str).collect();
        if self.servers.0.is_empty() {
            return format!(
                "There is no server \"{shown}\": config.toml has only the default one. Add \
                 [servers.{shown}] to it."
            );
        }
        let hint = suggestion(name, names.iter().copied());
        format!("There is no server \"{shown}\".{hint} Use {}.", join_words(&names))
    }

    /// Switches to the server that was chosen, unless a base URL was given nearer to the command.
    ///
    /// # Errors
    /// When there is no such server, or flags name two.
    pub(super) fn use_chosen_server(
        self,
        sources: &mut BTreeMap<&'static str, SettingSource>,
    ) -> Result<Self, SettingsError> {
        let source_of = |name: &str| sources.get(name).copied().unwrap_or(SettingSource::Default);
        let (chosen, address) = (source_of("server"), source_of("base_url"));
        let wrong = |reason: String| SettingsError::Value {
            name: "server",
            value: self.server.clone(),
            source_name: chosen,
            reason,
        };
        if self.server == DEFAULT_SERVER {
            return Ok(self);
        }
        if matches!((chosen, address), (SettingSource::Flag(_), SettingSource::Flag(_))) {
            return Err(wrong("Leave out --base-url: the server has its own.".to_owned()));
        }
        let mut settings = self.with_server(&self.server).map_err(wrong)?;
        if strength(address) > strength(chosen) {
            return Ok(Self { server: DEFAULT_SERVER.to_owned(), ..self });
        }
        let keeps_model =
            strength(source_of("model")) >= strength(chosen).max(ENVIRONMENT_STRENGTH);
        if keeps_model {
            settings.model = self.model;
        }
        for name in ["base_url", "protocol", "headers", "api_key"] {
            sources.insert(name, SettingSource::File);
        }
        for name in ["organization", "project", "store", "fallback_models", "title_model"] {
            sources.insert(name, SettingSource::Default);
        }
        if !keeps_model {
            sources.insert("model", SettingSource::File);
        }
        Ok(settings)
    }
}

const ENVIRONMENT_STRENGTH: u8 = 2;

/// Which of two values wins.
const fn strength(source: SettingSource) -> u8 {
    match source {
        SettingSource::Flag(_) => 3,
        SettingSource::Environment(_) => ENVIRONMENT_STRENGTH,
        SettingSource::File => 1,
        SettingSource::Default => 0,
    }
}
