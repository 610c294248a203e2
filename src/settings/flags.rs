//! What the command line said about the settings.
//! May not know what else could say it.

use std::path::PathBuf;

use super::ContextChoice;

/// What the command line said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--user`
    pub user: Option<String>,
    /// `--chats`
    pub chats: Option<PathBuf>,
    /// `--model`
    pub model: Option<String>,
    /// `--base-url`
    pub base_url: Option<String>,
    /// `--context`
    pub context: Option<ContextChoice>,
    /// `--preset`
    pub preset: Option<String>,
    /// `--agents`
    pub agents: Option<PathBuf>,
    /// `--config`
    pub config: Option<PathBuf>,
}
