//! The prompt templates that can be called by name.

use std::sync::Arc;

/// The templates as they were listed last, and where their files are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templates {
    /// By name; none with the name of a command. Prompts of MCP servers would be among them.
    pub entries: Arc<[TemplateEntry]>,
    /// The path of the folder, for those who want to write one.
    pub folder: String,
}

/// A prompt template that can be called by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateEntry {
    /// Its name, without the slash.
    pub name: String,
    /// What it is for, or why it cannot be used.
    pub description: String,
    /// Whether its text has a place for the argument.
    pub needs_argument: bool,
}

/// A template that was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateCall {
    /// The name of the template.
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
