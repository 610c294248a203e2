//! Who talks to what: what the next question is asked with.

use crate::chat::{ExecutionMode, Preset};
use crate::settings::WebApp;

/// Who talks to what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The user whose file is open.
    pub user: String,
    /// The model the next question goes to.
    pub model: String,
    /// The effort the next question asks for; unset is the model's own.
    pub effort: Option<String>,
    /// The preset the next question is asked by.
    pub preset: Option<Preset>,
    /// Whether answers go on without their connection.
    pub execution_mode: ExecutionMode,
    /// The tools the next question may use, by name.
    pub tools: Vec<String>,
    /// The model that writes titles; none unless the user named one.
    pub title_model: Option<String>,
    /// Where the web app is.
    pub web_app: WebApp,
    /// Whether the built-in demo server answers.
    pub demo: bool,
    /// Whether the server wants a key and there is none.
    pub lacks_key: bool,
    /// Columns of text in the conversation, at most.
    pub reading_width: u16,
}
