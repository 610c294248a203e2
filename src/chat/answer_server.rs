//! The server an answer comes from, as people and records name it.

use serde::{Deserialize, Serialize};

/// The name of the server that has no name of its own.
pub const DEFAULT_SERVER: &str = "default";

/// A server that answers questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerServer {
    /// Its name in `config.toml`, or [`DEFAULT_SERVER`].
    pub name: String,
    /// Its host, with the port.
    pub host: String,
}

/// What is known of who answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Answerer {
    /// The model, as the server named it.
    pub model: Option<String>,
    /// The server, as [`AnswerServer::label`] names it.
    pub server: Option<String>,
}

impl AnswerServer {
    /// Its name, or its host where it has none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.is_named() { &self.name } else { &self.host }
    }

    /// Returns `true` for a server of a table `[servers.NAME]` in config.toml.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.name != DEFAULT_SERVER
    }
}
