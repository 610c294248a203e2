//! The permissions the user has given for calls of tools: what is remembered of an approval.

use serde::{Deserialize, Serialize};

use super::{ConversationId, ToolRequest};

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

impl ToolRequest {
    /// The permission that covers it and later calls of the same tool.
    #[must_use]
    pub fn permission(&self) -> ToolPermission {
        ToolPermission { tool: self.name(), definition: self.definition.clone() }
    }
}

/// The permissions the user has given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolPermissions {
    always: Vec<ToolPermission>,
    conversations: Vec<(ConversationId, ToolPermission)>,
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
