//! What the user chose: flags over environment over `config.toml` over defaults, once, unchanging.
//! May not touch the shared file, the network or the terminal.

pub mod api_key;
pub mod appearance;
pub mod asking;
pub mod chosen;
pub mod config;
pub mod effective;
pub mod flags;
pub mod keys;
pub mod lookup;
pub mod paths;
pub mod prices;
pub mod resolve;
pub mod theme;
pub mod themes;
pub mod user;
pub mod web_app;

pub use api_key::ApiKey;
pub use appearance::{Appearance, Entry, Motion};
pub use asking::{Asking, Location, Summary};
pub use chosen::{Choice, Choosing, Chosen};
pub use config::Config;
pub use effective::{Effective, effective};
pub use flags::Flags;
pub use keys::{Action, Binding, Chord, Does, Edit, Keymap, KeysError, Scope};
pub use paths::{Paths, expand_home};
pub use prices::{Price, Prices};
pub use resolve::{ContextChoice, Resolved, Settings, SettingsError, Source, Timeouts};
pub use theme::{Theme, ThemeName};
pub use themes::{Depth, Themes};
pub use user::{UserName, UserNameError};
pub use web_app::WebApp;
