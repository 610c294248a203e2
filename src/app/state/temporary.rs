//! The temporary conversation, and whether it is on its way to the disk.

use crate::app::StoreEffect;
use crate::app::temporary::MemoryStore;

/// The temporary conversation.
#[derive(Debug)]
pub struct TemporaryConversation {
    pub(in crate::app) store: MemoryStore,
    /// What waits until it is known whether it could be saved, while it is on its way to the disk.
    pub(in crate::app) pending_effects: Option<Vec<StoreEffect>>,
    /// Whether it was said that leaving the program ends it.
    pub(in crate::app) warned: bool,
}
