//! What servers of prompts offer, for lists.

/// Which MCP servers are asked for their prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptServers {
    /// Those that run already.
    Running,
    /// All of them; those that do not run are started.
    All,
}

/// What one MCP server answered when it was asked for its prompts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPrompts {
    /// The name of the server in the settings.
    pub server: String,
    /// Its prompts, or why they are not known, in a sentence.
    pub prompts: Result<Vec<PromptInfo>, String>,
}

/// A prompt of a server. Its texts are the server's, hostile like everything from it; its name is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptInfo {
    /// The name it is called by: `server:prompt`, of letters, digits and `-_.`.
    pub name: String,
    /// The server's words about the purpose of the prompt; may be empty.
    pub description: String,
    /// Its arguments in the order of their values: those that it needs first.
    pub arguments: Vec<PromptArgument>,
}

/// A value that a prompt is called with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptArgument {
    /// Its name at the server.
    pub name: String,
    /// The server's words about what to write here; may be empty.
    pub description: String,
    /// Whether the server refuses to make the prompt without it.
    pub is_required: bool,
}

impl PromptInfo {
    /// Its arguments in a line of help: `city [country]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let shown = self.arguments.iter().map(|argument| {
            if argument.is_required {
                argument.name.clone()
            } else {
                format!("[{}]", argument.name)
            }
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    /// Returns `true` where calling it without a value would fail.
    #[must_use]
    pub fn needs_argument(&self) -> bool {
        self.arguments.iter().any(|it| it.is_required)
    }
}
