//! What the user set: flags over environment over `config.toml` over defaults, once, unchanging.
//! May not touch the shared file, the network or the terminal.
//!
//! `table` defines every setting once; everything else is made from it.

mod api_key;
mod choices;
mod define;
mod error;
mod flags;
mod http_url;
mod keys;
mod lookup;
mod paths;
mod prices;
mod resolve;
mod setting;
mod table;
mod theme;
mod themes;
mod ui_prefs;
mod user;
mod value;
mod web_app;

pub use api_key::ApiKey;
pub use choices::{ContextChoice, EditingStyle, Location, SummaryDetail, Timeouts, VimEnter};
pub use error::SettingsError;
pub use flags::Flags;
pub use http_url::HttpUrl;
pub use keys::{Action, Binding, BindingTarget, Chord, EditAction, Keymap, KeymapError, Scope};
pub use paths::{Paths, expand_home};
pub use prices::{Price, Prices};
pub use resolve::{ConfigFile, EffectiveSetting, ResolvedSettings};
pub use setting::{Setting, SettingSource};
pub use table::{SETTINGS, Settings};
pub use theme::{Theme, ThemeName};
pub use themes::{AUTO, ColorDepth, Themes};
pub use ui_prefs::{Override, UiPref, UiPrefs};
pub use user::{UserName, UserNameError};
pub use web_app::WebApp;
