//! State of the dialog about a tool call.

use crate::chat::{PermissionScope, Timestamp, ToolRequest, TurnId};

/// The dialog about a call that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalDialog {
    /// The turn that waits.
    pub turn: TurnId,
    /// What would run, and with which arguments.
    pub request: Box<ToolRequest>,
    /// Position of the cursor in [`ApprovalChoice::ALL`].
    pub selected: usize,
    /// The first line of the description to show, limited when drawn.
    pub top: usize,
    /// Since when the dialog that opened by itself ignores Enter, which may have been meant for something
    /// else; `None` once Enter answers.
    pub guarded_since: Option<Timestamp>,
}

/// One answer to the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalChoice {
    /// The call may run, and the permission lasts this long.
    Allow(PermissionScope),
    /// The call does not run.
    Refuse,
}

impl ApprovalChoice {
    /// Every answer, in the order of the dialog.
    pub const ALL: [Self; 4] = [
        Self::Allow(PermissionScope::Once),
        Self::Allow(PermissionScope::Conversation),
        Self::Allow(PermissionScope::Always),
        Self::Refuse,
    ];

    /// The answer in words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Allow(PermissionScope::Once) => "Allow once",
            Self::Allow(PermissionScope::Conversation) => "Allow in this conversation",
            Self::Allow(PermissionScope::Always) => "Always allow this tool",
            Self::Refuse => "Refuse",
        }
    }
}
