//! A call of a tool that the user is asked about before it runs, and the answer.

use serde::{Deserialize, Serialize};

use super::ConversationId;

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
    /// It only reads.
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

/// Whether a call may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolDecision {
    /// The call runs.
    Allowed,
    /// The call does not run, and its output says so to the model.
    Refused,
}

/// How long a permission lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionScope {
    /// For one call.
    Once,
    /// For this tool in one conversation, until the program ends.
    Conversation,
    /// For this tool everywhere, also in later runs.
    Always,
}

/// A permission for every call of one tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolPermission {
    /// The tool, as `server/tool`.
    pub tool: String,
    /// The definition it was given for.
    pub definition: String,
}

/// The permissions the user has given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolPermissions {
    always: Vec<ToolPermission>,
    conversations: Vec<(ConversationId, ToolPermission)>,
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

    /// The permission that covers it and later calls of the same tool.
    #[must_use]
    pub fn permission(&self) -> ToolPermission {
        ToolPermission { tool: self.name(), definition: self.definition.clone() }
    }
}

impl ToolPermissions {
    /// Those that hold everywhere, as an earlier run has stored them.
    #[must_use]
    pub const fn of(always: Vec<ToolPermission>) -> Self {
        Self { always, conversations: Vec::new() }
    }

    /// Tells whether a call in a conversation may run without asking.
    #[must_use]
    pub fn cover(&self, conversation: &ConversationId, request: &ToolRequest) -> bool {
        let wanted = request.permission();
        self.always.contains(&wanted)
            || self.conversations.iter().any(|(id, it)| id == conversation && *it == wanted)
    }

    /// Remembers a permission for as long as it lasts.
    pub fn add(
        &mut self,
        scope: PermissionScope,
        conversation: &ConversationId,
        request: &ToolRequest,
    ) {
        if self.cover(conversation, request) {
            return;
        }
        match scope {
            PermissionScope::Once => {}
            PermissionScope::Conversation => {
                self.conversations.push((conversation.clone(), request.permission()));
            }
            PermissionScope::Always => self.always.push(request.permission()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ConversationId {
        ConversationId::new(name)
    }

    #[test]
    fn a_permission_lasts_as_long_as_its_scope() {
        let read = ToolRequest::example("read", "v1");
        for (scope, here, elsewhere) in [
            (PermissionScope::Once, false, false),
            (PermissionScope::Conversation, true, false),
            (PermissionScope::Always, true, true),
        ] {
            let mut permissions = ToolPermissions::default();
            permissions.add(scope, &id("a"), &read);
            let covered = (permissions.cover(&id("a"), &read), permissions.cover(&id("b"), &read));
            assert_eq!(covered, (here, elsewhere), "{scope:?}");
        }
    }

    #[test]
    fn a_permission_is_for_one_tool_with_one_definition() {
        let mut permissions = ToolPermissions::default();
        permissions.add(PermissionScope::Always, &id("a"), &ToolRequest::example("read", "v1"));
        assert!(!permissions.cover(&id("a"), &ToolRequest::example("write", "v1")));
        assert!(!permissions.cover(&id("a"), &ToolRequest::example("read", "v2")));
    }
}
