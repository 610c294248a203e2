//! One immutable `Settings` out of flags, environment, file and defaults, each with its source.
//! May not read the environment or a file itself: both arrive as arguments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chat::Learned;

use super::lookup::Lookup;
use super::paths::expand_home;
use super::themes;
use super::{
    ApiKey, Appearance, Asking, Config, Flags, Keymap, KeysError, Paths, Prices, UserName,
    UserNameError, WebApp,
};

/// The model a new installation asks for.
const DEFAULT_MODEL: &str = "o4-mini";
/// The API a new installation talks to, and the one the web app uses.
const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";
/// What goes to the log of a new installation.
const DEFAULT_LOG: &str = "duologue=info";
/// What the model is told, where the user says nothing else.
const DEFAULT_INSTRUCTIONS: &str = include_str!("../../assets/instructions.md");

/// Whether the server is trusted to remember earlier turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextChoice {
    /// Where it is known to.
    #[default]
    Auto,
    /// Always.
    Chain,
    /// Never: every request carries the whole conversation.
    Replay,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag.
    Flag(&'static str),
    /// An environment variable.
    Environment(&'static str),
    /// The configuration file.
    File,
    /// Nobody said anything.
    Default,
}

/// How long to wait for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the first byte of the answer.
    pub first_byte: Duration,
    /// Between two pieces of the answer.
    pub idle: Duration,
}

/// Everything the user chose.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whose conversations.
    pub user: UserName,
    /// The folder of the shared files.
    pub chats: PathBuf,
    /// The model questions go to.
    pub model: String,
    /// Where the Responses API is, without a slash at the end.
    pub base_url: String,
    /// Whether the server is trusted to remember.
    pub context: ContextChoice,
    /// The API the web app itself uses; only its response ids go into the shared file.
    pub web_base_url: String,
    /// Sent as `OpenAI-Organization`.
    pub organization: Option<String>,
    /// Sent as `OpenAI-Project`.
    pub project: Option<String>,
    /// What the model is told before the conversation.
    pub instructions: String,
    /// `reasoning.effort`.
    pub effort: Option<String>,
    /// Where the web app and its presets are.
    pub web_app: WebApp,
    /// Where the key comes from.
    pub api_key: ApiKey,
    /// Models offered first when one is gone.
    pub fallback_models: Vec<String>,
    /// How long to wait for the server.
    pub timeouts: Timeouts,
    /// Columns of text in the conversation, at most.
    pub reading_width: u16,
    /// Columns of the conversation list, where the user said so.
    pub list_width: Option<u16>,
    /// The theme, by name: whether there is one is seen where it is needed.
    pub theme: String,
    /// What moves, and the rows of the list.
    pub appearance: Appearance,
    /// Whether wheel and clicks come to the program.
    pub mouse: bool,
    /// Whether the last answer is printed when the program ends.
    pub print_last_answer: bool,
    /// The model that writes titles; none when unset.
    pub title_model: Option<String>,
    /// What goes to the log; nothing when unset.
    pub log: Option<String>,
    /// Tools the model may use, by name.
    pub tools: Vec<String>,
    /// How every question is asked.
    pub asking: Asking,
    /// What earlier runs learned about the server.
    pub learned: Learned,
    /// What models cost.
    pub prices: Prices,
    /// The keys.
    pub keymap: Keymap,
    /// Where the program keeps its things.
    pub paths: Paths,
    /// Whether the built-in demo server answers.
    pub demo: bool,
}

/// Settings, and where each came from, by the name in `config.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The settings.
    pub settings: Settings,
    /// Where each value came from, of those that a flag or the environment can give.
    pub sources: BTreeMap<&'static str, Source>,
    /// What the configuration file says.
    pub written: toml::Table,
    /// The configuration file, there or not.
    pub file: PathBuf,
}

/// What is wrong with what the user chose.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The file is not what it should be.
    #[error("{0} cannot be used: {1}")]
    File(PathBuf, String),
    /// The user name cannot be one.
    #[error("{0} Choose another with --user NAME.")]
    User(#[from] UserNameError),
    /// A value is not one of those there are.
    #[error("{name} is \"{value}\" ({origin}): {expected}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What was given.
        value: String,
        /// Where it was given.
        origin: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The key table.
    #[error("{0}: {1}")]
    Keys(PathBuf, KeysError),
    /// `api_key_command` did not give a key.
    #[error("api_key_command gave no key: {0}. Run the command yourself to see why.")]
    KeyCommand(String),
    /// `api_key_file` did not give a key.
    #[error("The key file {0} cannot be used: {1}.")]
    KeyFile(PathBuf, String),
}

impl Settings {
    /// Brings everything together. `file` is the text of the configuration file, if there is one.
    ///
    /// # Errors
    /// When a value cannot be used; the message says which, where it came from and what to do.
    pub fn resolve(
        flags: Flags,
        env: &dyn Fn(&str) -> Option<String>,
        file: Option<&str>,
        paths: Paths,
    ) -> Result<Resolved, SettingsError> {
        let config_path = flags.config.clone().unwrap_or_else(|| paths.config.clone());
        let wrong = |why: String| SettingsError::File(config_path.clone(), why);
        let config: Config = match file {
            Some(text) => toml::from_str(text).map_err(|error| wrong(error.to_string()))?,
            None => Config::default(),
        };
        let folder = config_path.parent().unwrap_or(Path::new("")).to_path_buf();
        let home = env("HOME").map(PathBuf::from);
        let from_file = |path: PathBuf| folder.join(expand_home(path, home.as_deref()));
        let mut look = Lookup { env, sources: BTreeMap::new() };
        let appearance = Appearance::of(&config);
        let asking = Asking::resolve(&mut look, flags.preset, &config);
        let web_app = WebApp::resolve(&mut look, flags.agents, &config, &from_file)?;

        let named = look.text("user", ("--user", flags.user), &["DUOLOGUE_USER"], config.user);
        let user = match named {
            Some(name) => UserName::new(&name)?,
            None => system_user(env),
        };
        let chats_flag = flags.chats.map(|path| path.display().to_string());
        let chats_file = config.chats.map(|path| from_file(path).display().to_string());
        let chats = look
            .text("chats", ("--chats", chats_flag), &["DUOLOGUE_CHATS"], chats_file)
            .map_or_else(|| paths.data.join("chats"), PathBuf::from);
        let model = look
            .text("model", ("--model", flags.model), &["DUOLOGUE_MODEL"], config.model)
            .unwrap_or_else(|| DEFAULT_MODEL.to_owned());
        let base_variables = &["DUOLOGUE_BASE_URL", "OPENAI_BASE_URL"];
        let base_url = look
            .text("base_url", ("--base-url", flags.base_url), base_variables, config.base_url)
            .unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
        let base_url = check_url("base_url", &base_url, &look)?;
        let web_base_url = look
            .text("web_base_url", ("", None), &["DUOLOGUE_WEB_BASE_URL"], config.web_base_url)
            .unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
        let web_base_url = check_url("web_base_url", &web_base_url, &look)?;
        let context = resolve_context(&mut look, flags.context, config.context)?;
        let organization =
            look.text("organization", ("", None), &["OPENAI_ORG_ID"], config.organization);
        let project = look.text("project", ("", None), &["OPENAI_PROJECT_ID"], config.project);
        let effort = look.text("effort", ("", None), &["DUOLOGUE_EFFORT"], config.effort);
        let instructions = config.instructions.unwrap_or_else(|| DEFAULT_INSTRUCTIONS.to_owned());
        let key_file = config.api_key_file.map(from_file);
        let api_key = resolve_key(&mut look, config.api_key_command, key_file);
        let theme = look.text("theme", ("", None), &["DUOLOGUE_THEME"], config.theme);
        let theme = theme.unwrap_or_else(|| themes::AUTO.to_owned());
        let log = look
            .text("log", ("", None), &["DUOLOGUE_LOG"], config.log)
            .or_else(|| Some(DEFAULT_LOG.to_owned()));
        let keymap = Keymap::with_changes(&config.keys)
            .map_err(|error| SettingsError::Keys(config_path.clone(), error))?;
        let seconds =
            |given: Option<u64>, default: u64| Duration::from_secs(given.unwrap_or(default));
        let settings = Self {
            user,
            chats,
            model,
            base_url,
            context,
            web_base_url,
            organization,
            project,
            instructions,
            effort,
            web_app,
            api_key,
            print_last_answer: config.print_last_answer,
            title_model: config.title_model.filter(|name| !name.trim().is_empty()),
            fallback_models: config.fallback_models,
            timeouts: Timeouts {
                connect: seconds(config.connect_timeout, 10),
                first_byte: seconds(config.first_byte_timeout, 300),
                idle: seconds(config.idle_timeout, 300),
            },
            reading_width: config.reading_width.unwrap_or(100).clamp(20, 400),
            list_width: config.list_width,
            theme,
            appearance,
            mouse: config.mouse.unwrap_or(true),
            log,
            tools: config.tools,
            asking,
            learned: Learned::default(),
            prices: Prices::built_in().with(config.prices),
            keymap,
            paths,
            demo: false,
        };
        let written = file.and_then(|text| toml::from_str::<toml::Table>(text).ok());
        let written = written.unwrap_or_default();
        Ok(Resolved { settings, sources: look.sources, written, file: config_path })
    }

    /// The same person's keys and looks, but the demo's own server, folder and user.
    #[must_use]
    pub fn for_demo(self, base_url: &str, folder: &Path, user: UserName) -> Self {
        let paths = Paths::below(folder);
        Self {
            user,
            chats: paths.data.join("chats"),
            model: DEFAULT_MODEL.to_owned(),
            base_url: base_url.to_owned(),
            web_base_url: base_url.to_owned(),
            context: ContextChoice::Auto,
            organization: None,
            project: None,
            instructions: DEFAULT_INSTRUCTIONS.to_owned(),
            effort: None,
            asking: Asking { preset: None, ..self.asking },
            web_app: WebApp { agents: None, ..self.web_app },
            learned: Learned::default(),
            api_key: ApiKey::None,
            title_model: None,
            fallback_models: Vec::new(),
            paths,
            demo: true,
            ..self
        }
    }

    /// Whether the server is asked to keep responses: unless the user says otherwise, or it is one
    /// that refuses to.
    #[must_use]
    pub fn keeps_responses(&self) -> bool {
        let refuses = self.base_url.starts_with("https://openrouter.ai/");
        self.asking.store.unwrap_or(self.demo || !refuses)
    }
}

fn resolve_context(
    look: &mut Lookup<'_>,
    flag: Option<ContextChoice>,
    file: Option<ContextChoice>,
) -> Result<ContextChoice, SettingsError> {
    let name = |choice: ContextChoice| match choice {
        ContextChoice::Auto => "auto".to_owned(),
        ContextChoice::Chain => "chain".to_owned(),
        ContextChoice::Replay => "replay".to_owned(),
    };
    let flag = ("--context", flag.map(name));
    let text = look.text("context", flag, &["DUOLOGUE_CONTEXT"], file.map(name));
    match text.as_deref() {
        None | Some("auto") => Ok(ContextChoice::Auto),
        Some("chain") => Ok(ContextChoice::Chain),
        Some("replay") => Ok(ContextChoice::Replay),
        Some(other) => Err(SettingsError::Value {
            name: "context",
            value: other.to_owned(),
            origin: look.origin("context"),
            expected: "use auto, chain or replay.",
        }),
    }
}

/// The key's source: the environment before the file's command before the file's file.
fn resolve_key(look: &mut Lookup<'_>, command: Option<String>, file: Option<PathBuf>) -> ApiKey {
    let variables = &["DUOLOGUE_API_KEY", "OPENAI_API_KEY"];
    let has_file = command.is_some() || file.is_some();
    match look.text("api_key", ("", None), variables, has_file.then(String::new)) {
        Some(key) if !key.is_empty() => ApiKey::Given(SecretString::from(key.trim().to_owned())),
        _ => match (command, file) {
            (Some(command), _) => ApiKey::Command(command),
            (None, Some(path)) => ApiKey::File(path),
            (None, None) => ApiKey::None,
        },
    }
}

/// An address paths can be joined to.
///
/// # Errors
/// When it is none.
pub fn check_url(
    name: &'static str,
    text: &str,
    look: &Lookup<'_>,
) -> Result<String, SettingsError> {
    let url = text.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
        return Err(SettingsError::Value {
            name,
            value: text.to_owned(),
            origin: look.origin(name),
            expected: "write it with http:// or https://, as in https://api.openai.com/v1.",
        });
    }
    Ok(url.to_owned())
}

fn system_user(env: &dyn Fn(&str) -> Option<String>) -> UserName {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|variable| env(variable))
        .find_map(|name| UserName::new(&name).ok())
        .unwrap_or_else(UserName::fallback)
}
