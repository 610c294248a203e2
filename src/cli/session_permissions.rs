//! The permissions of a command: which tool calls of other programs run without asking the user.

use crate::chat::{ConversationId, PermissionScope, ToolPermissions, ToolRequest};
use crate::settings::Settings;
use crate::store::ToolPermissionsFile;

/// Permissions of the command line, of this session and of earlier runs.
#[derive(Debug)]
pub(super) struct SessionPermissions {
    /// The entries of an allow list: `server` or `server/tool`.
    pub(super) allowed: Vec<String>,
    permissions: ToolPermissions,
    file: ToolPermissionsFile,
}

impl SessionPermissions {
    /// Reads the permissions that earlier runs have stored.
    pub(super) fn read(settings: &Settings) -> Self {
        let file = ToolPermissionsFile::of(&settings.paths.state);
        let permissions = ToolPermissions::of(file.read());
        Self { allowed: Vec::new(), permissions, file }
    }

    /// Returns `true` where the user need not be asked about a call.
    pub(super) fn covers(&self, conversation: &ConversationId, request: &ToolRequest) -> bool {
        let name = request.name();
        self.allowed.iter().any(|entry| *entry == request.server || *entry == name)
            || self.permissions.cover(conversation, request)
    }

    /// Remembers what the user has allowed, for as long as it lasts.
    pub(super) fn remember(
        &mut self,
        scope: PermissionScope,
        conversation: &ConversationId,
        request: &ToolRequest,
    ) {
        self.permissions.add(scope, conversation, request);
        if scope == PermissionScope::Always
            && let Err(error) = self.file.add(request.permission())
        {
            tracing::warn!(%error, "a permission could not be stored");
        }
    }
}
