//! Every setting, defined once: its key in `config.toml`, its type and default, its flag, its
//! environment variables and its documentation.
//! May not decide anything by a setting.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::chat::ServerCapabilities;

use super::api_key::ApiKey;
use super::choices::{ContextChoice, EditingStyle, Location, SummaryDetail, VimEnter};
use super::define::{common, only, personal, settings};
use super::error::SettingsError;
use super::http_url::HttpUrl;
use super::keys::Keymap;
use super::lookup::SettingLookup;
use super::paths::Paths;
use super::prices::Prices;
use super::setting::{Setting, SettingSource};
use super::themes;
use super::user::UserName;
use super::value::{SettingValue, shown};
use super::web_app::WebApp;

settings! {
    defaults from |env, paths|;

    /// Whose conversations.
    personal user: UserName = UserName::of_login(env),
        default "your login name", flag "--user NAME", env ["DUOLOGUE_USER"];
    /// The folder that holds NAME.json.
    personal chats: PathBuf = paths.data.join("chats"),
        default "`chats` in the data folder", flag "--chats DIR", env ["DUOLOGUE_CHATS"];
    /// The model questions go to.
    personal model: String = "o4-mini".to_owned(),
        flag "--model NAME", env ["DUOLOGUE_MODEL"];
    /// Where the Responses API is.
    personal base_url: HttpUrl = HttpUrl::openai(),
        flag "--base-url URL", env ["DUOLOGUE_BASE_URL", "OPENAI_BASE_URL"];
    /// Whether the server remembers earlier turns.
    personal context: ContextChoice = ContextChoice::Auto,
        flag "--context CONTEXT", env ["DUOLOGUE_CONTEXT"];
    /// The API the web app itself uses; only its response ids go into the shared file.
    personal web_base_url: HttpUrl = HttpUrl::openai(), env ["DUOLOGUE_WEB_BASE_URL"];
    /// The organization that pays, sent as `OpenAI-Organization`.
    personal organization: Option<String> = None, env ["OPENAI_ORG_ID"];
    /// The project that pays, sent as `OpenAI-Project`.
    personal project: Option<String> = None, env ["OPENAI_PROJECT_ID"];
    /// How hard the model thinks, such as `low`, `medium` or `high`; not sent when unset.
    personal effort: Option<String> = None, env ["DUOLOGUE_EFFORT"];
    /// What the model is told before the conversation.
    personal instructions: String = include_str!("../../assets/instructions.md").to_owned(),
        default "a short text";
    /// The preset questions are asked by: an id, a name or the start of one.
    personal preset: Option<String> = None,
        flag "--preset PRESET", env ["DUOLOGUE_PRESET"];
    /// The address of the web app, for links to conversations.
    common web_url: WebApp = WebApp::default(), env ["DUOLOGUE_WEB_URL"];
    /// The web app's presets, or the folder of them.
    personal agents: Option<PathBuf> = None,
        default "`agents` beside the chats folder", flag "--agents PATH", env ["DUOLOGUE_AGENTS"];
    /// A shell command that prints the API key.
    personal api_key_command: Option<String> = None;
    /// A file that holds the API key and that only you can read.
    personal api_key_file: Option<PathBuf> = None;
    /// The API key, from the environment only.
    personal api_key: ApiKey = ApiKey::from_config(api_key_command.as_ref(), api_key_file.as_ref()),
        env ["DUOLOGUE_API_KEY", "OPENAI_API_KEY"];
    /// Tools the model may use: `calculator`, `web_search`.
    common tools: Vec<String> = Vec::new();
    /// The summary of its reasoning a model is asked for; `auto` at OpenAI and Azure only.
    common summary: SummaryDetail = SummaryDetail::Auto;
    /// Whether the server keeps responses.
    personal store: bool = !base_url.starts_with("https://openrouter.ai/"),
        default "`true`, `false` at OpenRouter";
    /// Whether answers go on at the server when the connection ends.
    common background: bool = false;
    /// Where web searches are made from: `country`, `city`, `region`, `timezone`.
    common location: Location = Location::default();
    /// The model that writes a short title after the first answer; no titles when unset.
    personal title_model: Option<String> = None;
    /// Models offered first when one is gone.
    personal fallback_models: Vec<String> = Vec::new();
    /// Seconds until a connection must stand.
    common connect_timeout: u64 = 10;
    /// Seconds until the first byte of an answer.
    common first_byte_timeout: u64 = 300;
    /// Seconds an answer may be silent.
    common idle_timeout: u64 = 300;
    /// Columns of text in the conversation, at most.
    common reading_width: u16 = 100, within 20..=400;
    /// Columns of the conversation list.
    common list_width: u16 = 32, within 18..=60;
    /// Whether the last answer is left in the terminal when you quit.
    common print_last_answer: bool = false;
    /// The colours: `auto` (dark or light, as the terminal is), `dark`, `light`, `high-contrast`,
    /// `terminal` or a theme of yours.
    common theme: String = themes::AUTO.to_owned(), env ["DUOLOGUE_THEME"];
    /// Whether seconds count while an answer is awaited.
    common animation: bool = true;
    /// Whether a conversation has one row in the list, not two.
    common compact_list: bool = true;
    /// How the composer is edited: `standard` or `vim`.
    common editing: EditingStyle = EditingStyle::Standard;
    /// What Enter does in the insert mode of vim: `send` or `newline`.
    common vim_enter: VimEnter = VimEnter::Send;
    /// Whether wheel and clicks come to the program.
    common mouse: bool = true;
    /// What goes to the log, a file in the state folder that F12 shows: calls, retries and disk
    /// operations; `off` for none.
    common log: String = "duologue=info".to_owned(), env ["DUOLOGUE_LOG"];
    /// Keys in place of the built-in ones.
    common keys: Keymap = Keymap::default(), default "see below";
    /// Dollars for a million tokens of a model: `input`, `cached`, `output`.
    common prices: Prices = Prices::built_in(), default "built in";
}
