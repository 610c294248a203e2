//! The prompt templates that can be called by name: files, and prompts of MCP servers.

use std::sync::Arc;

use crate::chat::ConversationId;

/// The templates as they were listed last, and where their files are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templates {
    /// The files by name, then the prompts of MCP servers; none with the name of a command.
    pub entries: Arc<[TemplateEntry]>,
    /// The path of the folder, for those who want to write one.
    pub folder: String,
    /// Calls that have not become questions yet, with their conversations; `None` is a new one.
    pub calls: Vec<(Option<ConversationId>, TemplateCall)>,
}

/// A prompt template that can be called by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateEntry {
    /// Its name, without the slash.
    pub name: String,
    /// What it is for, or why it cannot be used.
    pub description: String,
    /// Its argument, or its arguments, in the help; empty where there is none.
    pub usage: String,
    /// Whether it can only be used with an argument.
    pub needs_argument: bool,
    /// The MCP server whose prompt it is; `None` for a file.
    pub server: Option<String>,
}

/// The name of a template with what was typed behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateCall {
    /// As it was typed, without the slash.
    pub name: String,
    /// Everything after the name.
    pub argument: String,
}

impl TemplateCall {
    /// The call as it is typed into the composer.
    #[must_use]
    pub fn text(&self) -> String {
        format!("/{} {}", self.name, self.argument)
    }
}
