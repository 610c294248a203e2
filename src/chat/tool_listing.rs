//! What servers of tools offer, for lists.

use super::ToolEffect;

/// What one MCP server answered when it was asked for its tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTools {
    /// The name of the server in the settings.
    pub server: String,
    /// Its tools, or why they are not known, in a sentence.
    pub tools: Result<Vec<ToolInfo>, String>,
}

/// A tool of a server. All its texts are the server's, hostile like everything from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolInfo {
    /// Its name at the server.
    pub name: String,
    /// The server's words about the purpose of the tool; may be empty.
    pub description: String,
    /// What the server says about its effects.
    pub effect: ToolEffect,
}
