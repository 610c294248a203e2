//! Resolves flags, environment, file and defaults to one immutable `Settings`. All of them are arguments, so
//! that tests need no environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::chat::{AnswerOptions, ExecutionMode, ServerCapabilities, WebChain};

use super::api_key::ApiKey;
use super::choices::{ContextChoice, Protocol};
use super::config_file::ConfigFile;
use super::error::SettingsError;
use super::flags::Flags;
use super::formats;
use super::http_url::HttpUrl;
use super::invalid_value::InvalidValue;
use super::lookup::{SettingLookup, error_of_source};
use super::mcp::OWN_TOOLS;
use super::parser_message::describe_parse_error;
use super::paths::{Paths, expand_home};
use super::setting::{Setting, SettingSource};
use super::table::{SETTINGS, Settings};
use super::themes::Themes;
use super::user::UserName;

/// Settings, and where each came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedSettings {
    /// The settings with all sources applied.
    pub settings: Settings,
    /// Where each value came from, by the name in `config.toml`.
    pub sources: BTreeMap<&'static str, SettingSource>,
    /// The configuration file, there or not.
    pub file: PathBuf,
}

/// One setting in effect.
#[derive(Debug, Clone)]
pub struct EffectiveSetting {
    /// The description of the setting.
    pub setting: &'static Setting,
    /// Its value; null where nothing is set.
    pub value: Value,
    /// Where it came from.
    pub source: SettingSource,
}

impl Settings {
    /// Brings everything together.
    ///
    /// # Errors
    /// When a value cannot be used; the message says which, where it came from and what to do.
    pub fn resolve(
        flags: &Flags,
        env: &dyn Fn(&str) -> Option<String>,
        file: ConfigFile,
        paths: &Paths,
    ) -> Result<ResolvedSettings, SettingsError> {
        let text = file.text.as_deref().unwrap_or_default();
        let written = toml::from_str(text).map_err(|error| {
            SettingsError::File(file.path.clone(), describe_parse_error(text, &error, SETTINGS))
        })?;
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let home = env("HOME").or_else(|| env("USERPROFILE")).map(PathBuf::from);
        let locate = |path: PathBuf| folder.join(expand_home(path, home.as_deref()));
        let flag = |name: &str| flags.text(name);
        let mut lookup = SettingLookup {
            flag: &flag,
            env,
            resolve_path: &locate,
            file: &file,
            sources: BTreeMap::new(),
        };
        let mut settings = Self::find(&mut lookup, written, paths)?;
        if let ApiKey::Environment(_, variable) = &mut settings.api_key
            && let Some(SettingSource::Environment(name)) = lookup.sources.get("api_key")
        {
            (*name).clone_into(variable);
        }
        // MCP servers are among the tools, so that this check needs two settings.
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == "tools") {
            lookup.require(setting, || formats::tools(&settings.tools, &settings.mcp))?;
        }
        settings.known_servers = settings.find_servers(env);
        let settings = settings.use_chosen_server(&mut lookup.sources)?;
        // Servers have efforts of their own.
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == "effort") {
            let host = settings.base_url.host();
            lookup.require(setting, || formats::effort(&settings.effort, &host))?;
        }
        let sources = lookup.sources;
        Ok(ResolvedSettings { settings, sources, file: file.path })
    }

    /// Every setting with its default: in words, or as `config.toml` has values of its kind.
    #[must_use]
    pub fn defaults() -> Vec<(&'static Setting, String)> {
        let paths = Paths::below(Path::new(""));
        let nothing = Self::resolve(&Flags::default(), &|_| None, ConfigFile::default(), &paths);
        // Defaults are values: what cannot fail has no row to lose.
        let rows = nothing.map_or_else(|_| Vec::new(), |it| it.settings.shown());
        let row = |(setting, value): (&'static Setting, Value)| match (setting.default, value) {
            (Some(words), _) => (setting, words.to_owned()),
            (None, Value::Null) => (setting, String::new()),
            (None, Value::String(text)) => (setting, format!("`{text}`")),
            (None, value) => (setting, format!("`{value}`")),
        };
        rows.into_iter().map(row).collect()
    }

    /// The same person's keys and looks, but the demo's own server, folder and user.
    #[must_use]
    pub fn for_demo(self, base_url: HttpUrl, folder: &Path, user: UserName) -> Self {
        let common = self.without_personal(&Paths::below(folder));
        let web_base_url = base_url.clone();
        let mut demo = Self {
            user,
            base_url,
            web_base_url,
            capabilities: ServerCapabilities::default(),
            demo: true,
            ..common
        };
        demo.known_servers = demo.find_servers(&|_| None);
        demo
    }

    /// How questions are asked where neither a preset nor the user says otherwise.
    #[must_use]
    pub fn answer_options(&self) -> AnswerOptions {
        let mode =
            if self.background { ExecutionMode::Background } else { ExecutionMode::Foreground };
        AnswerOptions {
            effort: self.effort.clone(),
            tools: self.tools.clone(),
            mode,
            server: Some(self.answer_server()),
            ..AnswerOptions::of(self.model.clone())
        }
    }

    /// Whether the web app can chain from responses made at the server in use.
    #[must_use]
    pub fn web_chain(&self) -> WebChain {
        let shared = self.web_choice().unwrap_or_else(|| {
            self.demo || self.context == ContextChoice::Chain || self.base_url == self.web_base_url
        });
        let has_responses = self.protocol != Protocol::Chat;
        if shared && self.store && has_responses && !self.capabilities.stores_nothing() {
            WebChain::Possible
        } else {
            WebChain::Impossible
        }
    }

    /// Whether the chats folder is not that of the program itself but a web app's.
    #[must_use]
    pub fn uses_web_app(&self) -> bool {
        self.chats != self.paths.data.join("chats")
    }

    /// Whether the server needs a key and none is set.
    #[must_use]
    pub fn is_key_missing(&self) -> bool {
        let has_key = !matches!(self.api_key, ApiKey::None);
        !has_key && !self.demo && self.base_url.needs_key(&self.headers)
    }
}

impl Settings {
    /// The names of the tools that this program defines itself.
    pub const OWN_TOOLS: [&str; 2] = OWN_TOOLS;

    /// Checks the name of a tool, also in a preset.
    ///
    /// # Errors
    /// For a name that does not exist, with the names that do and the one that may be meant.
    pub(crate) fn check_tool_name(&self, name: &str) -> Result<(), String> {
        formats::tool(name, &self.mcp)
    }
}

impl ResolvedSettings {
    /// Checks the name of the theme, which a file of the user may define; `text` is the configuration
    /// file.
    ///
    /// # Errors
    /// For a theme that does not exist or cannot be used, with the name that may be meant.
    pub fn check_theme(&self, text: &str) -> Result<(), SettingsError> {
        let theme = &self.settings.theme;
        let themes = Themes::with_folder(&self.settings.paths.config.with_file_name("themes"));
        themes.check(theme).map_err(|reason| {
            let error = InvalidValue::of(reason);
            let source = self.sources.get("theme").copied().unwrap_or(SettingSource::Default);
            let file = ConfigFile { path: self.file.clone(), text: Some(text.to_owned()) };
            error_of_source("theme", theme.clone(), source, &error, &file)
        })
    }

    /// Every setting in effect, with the place it came from.
    #[must_use]
    pub fn effective(&self) -> Vec<EffectiveSetting> {
        let shown = self.settings.shown().into_iter();
        let row = |(setting, value): (&'static Setting, Value)| {
            let source = self.sources.get(setting.name).filter(|_| !value.is_null());
            let source = source.copied().unwrap_or(SettingSource::Default);
            EffectiveSetting { setting, value, source }
        };
        shown.map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(file: &str) -> Vec<EffectiveSetting> {
        let env = |name: &str| (name == "OPENAI_API_KEY").then(|| "sk-secret".to_owned());
        let flags = Flags::default().with("model", "m");
        let file = ConfigFile { path: PathBuf::new(), text: Some(file.to_owned()) };
        let paths = Paths::below(Path::new("/home/ann"));
        Settings::resolve(&flags, &env, file, &paths).unwrap().effective()
    }

    #[test]
    fn each_value_says_where_it_came_from_and_the_key_is_not_among_them() {
        let rows = rows("mouse = false\nbase_url = \"http://here/v1\"\n[keys.composer]\nsend = []");
        let row = |name: &str| rows.iter().find(|row| row.setting.name == name).unwrap();
        assert_eq!(row("model").source, SettingSource::Flag("--model"));
        assert_eq!(
            (&row("mouse").value, row("mouse").source),
            (&json!(false), SettingSource::File)
        );
        assert_eq!(row("base_url").source, SettingSource::File);
        assert_eq!(row("theme").source, SettingSource::Default);
        assert_eq!(row("api_key").source, SettingSource::Environment("OPENAI_API_KEY"));
        assert_eq!(row("keys").source, SettingSource::File);
        assert!(!format!("{rows:?}").contains("sk-secret"));
    }
}
