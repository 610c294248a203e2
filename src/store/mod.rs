//! The shared file: `<username>.json` to conversations and back, changed only by verbs.
//! May not know OpenAI, the terminal or who is asking.

pub mod doctor;
pub mod engine;
pub mod file;
pub mod index;
pub mod json;
pub mod presets;
pub mod records;
pub mod search;
pub mod state;

pub use crate::store::engine::UndoEntry;
pub use crate::store::engine::{ApplyOutcome, ImportMode, OpenedStore, RefreshOutcome, Store};
pub use crate::store::file::error::{StoreError, StoreErrorKind};
pub use crate::store::file::watch::Watch;
pub use crate::store::records::incoming::{ImportOutcome, ImportResult, IncomingConversation};
pub use file::store_paths::{ChatsFolder, StorePaths};
pub use presets::{PresetCheck, PresetError, PresetFile, PresetRepair};
pub use search::{HitLocation, Query, Search, SearchResult};
pub use state::attachments::Attachments;
pub use state::{
    ArrangementFile, CapabilitiesFile, Drafts, Durability, Prompts, ScrollPositions, TrashNumber,
    UiPrefsFile,
};
