//! The settings: flags over environment over `config.toml` over defaults, read once.
//!
//! `table` defines every setting; everything else is made from it.

mod api_key;
mod background_tone;
mod child_env;
mod choices;
mod config_file;
mod config_position;
mod define;
mod derive_theme;
mod error;
mod flags;
mod formats;
mod http_url;
mod invalid_value;
mod key_command;
mod keyring;
mod keys;
mod lookup;
mod mcp;
mod models;
mod named_options;
mod parser_message;
mod paths;
mod prices;
mod regular_file;
mod resolve;
mod rgb;
mod secret_values;
mod server;
mod server_choice;
mod servers;
mod setting;
mod suggest;
mod table;
mod table_value;
mod templates;
mod theme;
mod theme_file;
mod theme_name;
mod theme_palette;
mod themes;
mod ui_prefs;
mod user;
mod value;
mod variables;
mod web_app;

pub use api_key::{ApiKey, decode_key};
pub use child_env::{hide_api_key, hide_variables};
pub use choices::{
    ColorChoice, ContextChoice, EditingStyle, ImageChoice, Location, NotifyChoice, Protocol,
    SummaryDetail, Timeouts, VimEnter,
};
pub use config_file::ConfigFile;
pub use error::SettingsError;
pub use flags::Flags;
pub(crate) use formats::{check_effort, effort_sentence};
pub use http_url::HttpUrl;
pub use key_command::KeyPrompt;
pub(crate) use key_command::{MAX_KEY_BYTES, shell_command};
pub use keyring::{read_from_keyring, replace_in_keyring, store_in_keyring};
pub use keys::{
    Action, ActionGroup, Binding, BindingTarget, Chord, EditAction, KeyReports, Keymap,
    ReservedKeys, Scope,
};
pub use mcp::{AskRule, McpEndpoint, McpServer, McpServers};
pub use models::{Price, context_window, knowledge_cutoff};
pub use named_options::NamedOptions;
pub use paths::{Paths, expand_home};
pub use prices::Prices;
pub(crate) use regular_file::{check_regular, open_regular, read_limited};
pub use resolve::{EffectiveSetting, ResolvedSettings};
pub use rgb::Rgb;
pub use secret_values::SecretValues;
pub use servers::Servers;
pub use setting::{Setting, SettingSource};
pub(crate) use suggest::{nearest, suggestion};
pub use table::{SETTINGS, Settings};
pub use templates::{
    InsertedText, Placeholder, PromptTemplate, TemplateFault, TemplateFolder, TemplateList,
    is_prompt_name,
};
pub use theme::Theme;
pub use theme_name::ThemeName;
pub use theme_palette::TerminalColors;
pub use themes::{AUTO, ColorDepth, Themes};
pub use ui_prefs::{Override, Preference, UiPref, UiPrefs};
pub use user::UserName;
pub use variables::check_variables;
pub use web_app::WebApp;
