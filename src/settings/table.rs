//! Every setting, defined once: its key in `config.toml`, its type and default, its flag, its
//! environment variables and its documentation.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::chat::{DEFAULT_SERVER, ServerCapabilities};

use super::api_key::ApiKey;
use super::choices::{
    ColorChoice, ContextChoice, EditingStyle, ImageChoice, Location, NotifyChoice, Protocol,
    SummaryDetail, VimEnter,
};
use super::define::{common, only, personal, settings};
use super::error::SettingsError;
use super::formats;
use super::http_url::HttpUrl;
use super::keys::Keymap;
use super::lookup::SettingLookup;
use super::mcp::McpServers;
use super::named_options::NamedOptions;
use super::paths::Paths;
use super::prices::Prices;
use super::secret_values::SecretValues;
use super::server::KnownServers;
use super::servers::Servers;
use super::setting::Setting;
use super::themes;
use super::user::UserName;
use super::value::{SettingValue, Written, shown};
use super::web_app::WebApp;

settings! {
    defaults from |env, paths|;

    /// The user whose conversations are shown.
    personal user: UserName = UserName::of_login(env),
        default "your login name", flag "--user NAME", env ["DUOLOGUE_USER"];
    /// The folder with the conversations of each user in NAME.json.
    personal chats: PathBuf = paths.data.join("chats"),
        default "`chats` in the data folder", format formats::path, flag "--chats DIR", env ["DUOLOGUE_CHATS"];
    /// The server in use: `default`, or the name of one in `[servers]`.
    personal server: String = DEFAULT_SERVER.to_owned(),
        flag "--server NAME", env ["DUOLOGUE_SERVER"];
    /// Servers by name, each with its own address, key and model.
    personal servers: Servers = Servers::default(), default "none", format formats::servers;
    /// The model that answers questions.
    personal model: String = "o4-mini".to_owned(),
        format formats::model, flag "--model NAME", env ["DUOLOGUE_MODEL"];
    /// The base URL of the API.
    personal base_url: HttpUrl = HttpUrl::openai(),
        flag "--base-url URL", env ["DUOLOGUE_BASE_URL", "OPENAI_BASE_URL"];
    /// The protocol of the server.
    personal protocol: Protocol = Protocol::Auto,
        flag "--protocol PROTOCOL", env ["DUOLOGUE_PROTOCOL"];
    /// HTTP headers of every request to the server.
    personal headers: SecretValues = SecretValues::default(), default "none",
        format formats::headers;
    /// How the model gets the earlier turns: kept by the server (chain), or sent with every question (replay).
    personal context: ContextChoice = ContextChoice::Auto,
        flag "--context CONTEXT", env ["DUOLOGUE_CONTEXT"];
    /// The API the web app uses; only its response ids are written to the shared file.
    personal web_base_url: HttpUrl = HttpUrl::openai(), env ["DUOLOGUE_WEB_BASE_URL"];
    /// The organization to bill, sent as `OpenAI-Organization`.
    personal organization: Option<String> = None, format formats::word, env ["OPENAI_ORG_ID"];
    /// The project to bill, sent as `OpenAI-Project`.
    personal project: Option<String> = None, format formats::word, env ["OPENAI_PROJECT_ID"];
    /// The reasoning effort, such as `low`, `medium` or `high`; not sent when unset.
    personal effort: Option<String> = None, env ["DUOLOGUE_EFFORT"];
    /// The instructions the model gets before the conversation.
    personal instructions: String = include_str!("../../assets/instructions.md").to_owned(),
        default "a short text (assets/instructions.md)";
    /// The preset for questions: an id, a name or the start of one.
    personal preset: Option<String> = None,
        flag "--preset PRESET", env ["DUOLOGUE_PRESET"];
    /// The address of the web app, for links to conversations.
    common web_url: WebApp = WebApp::default(), env ["DUOLOGUE_WEB_URL"];
    /// The web app's presets, or the folder of them.
    personal agents: Option<PathBuf> = None,
        default "`agents` beside the chats folder", flag "--agents PATH", env ["DUOLOGUE_AGENTS"];
    /// A shell command that prints the API key.
    personal api_key_command: Option<String> = None;
    /// A file with the API key that only you can read.
    personal api_key_file: Option<PathBuf> = None;
    /// Whether the API key is in the system keyring, where `duologue setup` can put it.
    personal api_key_keyring: bool = false;
    /// The API key: environment only, not a key of the file.
    personal api_key: ApiKey = ApiKey::from_config(
            api_key_command.as_ref(), api_key_file.as_ref(), api_key_keyring.then(|| base_url.host())),
        env ["DUOLOGUE_API_KEY", "OPENAI_API_KEY"];
    /// Whether the API key and `headers` may go over plain HTTP to a host outside the local network.
    personal allow_http: bool = false;
    /// The tools the model may use: `calculator`, `web_search`, an MCP server's name, or one of its
    /// tools as `server/tool`.
    common tools: Vec<String> = Vec::new();
    /// MCP servers by name, each a program (`command`) or an address (`url`).
    personal mcp: McpServers = McpServers::default(), default "none", format formats::mcp_servers;
    /// The reasoning summary to ask for; `auto` asks OpenAI and Azure only.
    common summary: SummaryDetail = SummaryDetail::Auto;
    /// Whether the server keeps responses.
    personal store: bool = base_url.stores_by_default(),
        default "`true`, `false` at OpenRouter";
    /// Whether answers continue on the server when the connection ends.
    common background: bool = false;
    /// Whether the server is told your user name, as the web app tells it.
    personal send_user: bool = false;
    /// The location for web searches: `country`, `city`, `region`, `timezone`.
    common location: Location = Location::default(), format formats::location;
    /// The model that writes a title after the first answer; none when unset.
    personal title_model: Option<String> = None, format formats::optional_model;
    /// The models to offer first when the chosen one is no longer available.
    personal fallback_models: Vec<String> = Vec::new(), format formats::models;
    /// Seconds to wait for a connection.
    common connect_timeout: u64 = 10, within 1..=600;
    /// Seconds to wait for the first byte of an answer.
    common first_byte_timeout: u64 = 300, within 1..=86_400;
    /// Seconds to wait for more data of an answer; comments that keep the connection open do not count.
    common idle_timeout: u64 = 300, within 1..=86_400;
    /// The largest width of text in the conversation, in columns.
    common reading_width: u16 = 100, within 20..=400;
    /// The width of the conversation list, in columns.
    common list_width: u16 = 32, within 18..=60;
    /// Whether the last answer is printed to the terminal when you quit.
    common print_last_answer: bool = false;
    /// The colours: `auto` (derived from the terminal's own), a built-in theme such as `dark` or
    /// `nord`, or a theme of yours.
    common theme: String = themes::AUTO.to_owned(), env ["DUOLOGUE_THEME"];
    /// Whether output is coloured; `auto` also obeys `NO_COLOR`, `CLICOLOR_FORCE`
    /// and `FORCE_COLOR`.
    common color: ColorChoice = ColorChoice::Auto, flag "--color WHEN";
    /// How attached images are shown: `auto` (by the terminal's own graphics where it is known to have
    /// them, otherwise as blocks), `blocks` or `off`.
    common images: ImageChoice = ImageChoice::Auto;
    /// Whether the seconds are counted while you wait for an answer.
    common animation: bool = true;
    /// Whether a conversation takes one row in the list instead of two.
    common compact_list: bool = true;
    /// How the composer is edited: `standard` or `vim`.
    common editing: EditingStyle = EditingStyle::Standard;
    /// What Enter does in the insert mode of vim: `send` or `newline`.
    common vim_enter: VimEnter = VimEnter::Send;
    /// Whether the program handles mouse wheel and clicks. In GNU screen only after F9.
    common mouse: bool = true;
    /// How you are told that an answer of more than 5 seconds has ended while the terminal is not
    /// focused; `auto` is a desktop notification where the terminal has them, otherwise its bell.
    common notify: NotifyChoice = NotifyChoice::Auto;
    /// What is logged to a file in the state folder, which F12 shows: calls, retries and disk
    /// operations; `off` for nothing.
    common log: String = "duologue=info".to_owned(), format formats::log, env ["DUOLOGUE_LOG"];
    /// Keys that replace the built-in ones.
    common keys: Keymap = Keymap::default(), default "the built-in keys", format Keymap::check;
    /// The price of a model in dollars per million tokens: `input`, `cached`, `output`.
    common prices: Prices = Prices::default(), default "built in", format formats::prices;
}
