//! The session: user, model and the options of the next question.

use std::collections::BTreeMap;

use crate::chat::{AnswerServer, ExecutionMode, Preset};
use crate::settings::{VimEnter, WebApp};

/// A server that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChoice {
    /// Its name and host.
    pub server: AnswerServer,
    /// The model to use when it is chosen.
    pub model: String,
    /// Whether its settings name that model; else it is the one of the default server.
    pub names_model: bool,
    /// The model of it that writes titles.
    pub title_model: Option<String>,
    /// Whether it needs an API key and none is set.
    pub lacks_key: bool,
}

/// User, model and the options of the next question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The user whose file is open.
    pub user: String,
    /// The model of the next question.
    pub model: String,
    /// The server of the next question; `None` for the one the program was started with.
    pub server: Option<AnswerServer>,
    /// Every server, in the order they are offered.
    pub servers: Vec<ServerChoice>,
    /// The models that servers listed, by the names of the servers.
    pub listed_models: BTreeMap<String, Vec<String>>,
    /// A model that was named before its server had listed its models.
    pub unchecked_model: Option<String>,
    /// The reasoning effort of the next question; `None` leaves it to the model.
    pub effort: Option<String>,
    /// The preset of the next question.
    pub preset: Option<Preset>,
    /// Whether answers run on the server without their connection.
    pub execution_mode: ExecutionMode,
    /// Names of the tools that the next question may use.
    pub tools: Vec<String>,
    /// Names of the MCP servers.
    pub tool_servers: Vec<String>,
    /// The model that writes titles; `None` unless the user named one.
    pub title_model: Option<String>,
    /// The address of the web app.
    pub web_app: WebApp,
    /// Whether `--demo` was given, which the status line says.
    pub demo: bool,
    /// Whether the server needs an API key and none is set.
    pub lacks_key: bool,
    /// What Enter does in the insert mode of vim.
    pub vim_enter: VimEnter,
}
