//! Approval: a call of a tool that the user is asked about before it runs, and the answer.

/// A call that waits for the user's permission. All its texts are hostile: they come from a server and
/// a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRequest {
    /// The name of the server in the settings.
    pub server: String,
    /// The name of the tool at the server.
    pub tool: String,
    /// What the tool does, in the server's words.
    pub description: String,
    /// The arguments, as JSON text of several lines.
    pub arguments: String,
    /// What the server says about the tool's effects.
    pub effect: ToolEffect,
    /// The definition of the tool and where its server comes from. A permission is for this definition
    /// only: a server that changes it later has to ask again.
    pub definition: String,
}

/// What a server says about the effects of a tool. Must not be trusted: it is the server's own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolEffect {
    /// Running it should change nothing.
    ReadOnly,
    /// It adds or changes something.
    Changes,
    /// It may delete or overwrite something.
    Destructive,
    /// Nothing is said.
    Unknown,
}

impl ToolEffect {
    /// Puts what the server says into a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ReadOnly => "The server says that the tool only reads.",
            Self::Changes => "The server says that the tool can change things.",
            Self::Destructive => "The server says that the tool can delete or overwrite things.",
            Self::Unknown => "The server does not say what the tool can change.",
        }
    }
}

/// The answer of the user, or of a permission, to the question whether a call may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalAnswer {
    /// The call runs.
    Allowed,
    /// The call does not run, and its output says so to the model.
    Refused,
}

impl ToolRequest {
    /// The tool as settings and people name it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.server, self.tool)
    }

    /// A call for tests.
    #[cfg(test)]
    pub(crate) fn example(tool: &str, definition: &str) -> Self {
        Self {
            server: "s".into(),
            tool: tool.into(),
            description: String::new(),
            arguments: "{}".into(),
            effect: ToolEffect::ReadOnly,
            definition: definition.into(),
        }
    }
}
