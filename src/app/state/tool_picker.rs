//! State of the list of tools.

use crate::chat::ServerTools;

/// The list of tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolPicker {
    /// What the servers offer, once it is known.
    pub listed: Vec<ServerTools>,
    /// Position of the cursor among the rows.
    pub selected: usize,
}
