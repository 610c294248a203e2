//! The numbers of what can be undone.

/// The number of an entry of the trash: later entries have higher numbers, and none is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrashNumber(pub u64);
