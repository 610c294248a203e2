//! State of the temporary conversation.

use crate::app::Effect;
use crate::app::temporary::MemoryStore;

/// The temporary conversation, which is only in memory until it is saved.
#[derive(Debug)]
pub struct TemporaryConversation {
    pub(in crate::app) store: MemoryStore,
    /// Effects that wait while the conversation is being saved.
    pub(in crate::app) pending_effects: Option<Vec<Effect>>,
    /// Whether the user was warned that quitting loses it.
    pub(in crate::app) warned: bool,
}
