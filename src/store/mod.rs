//! The shared file `<username>.json` and the private files beside it.
//!
//! Layers, each of which uses only those before it: `json` (grammar), `file` (one file on disk),
//! `index` (table of contents), `records` (schema), `state` (private files), `doctor`, `search`,
//! `presets` and `calculations`, `engine` ([`Store`]).

pub(crate) mod calculations;
pub mod doctor;
pub mod engine;
pub(crate) mod file;
pub(crate) mod index;
pub(crate) mod json;
pub mod presets;
pub(crate) mod records;
pub mod search;
pub mod state;

pub use engine::{
    ApplyOutcome, ImportMode, OpenedStore, RefreshOutcome, Store, StoredConversation, UndoEntry,
};
pub use file::error::{StoreError, VersionError};
pub use file::store_paths::{ChatsFolder, StorePaths};
pub use file::watch::Watch;
pub use presets::{PresetCheck, PresetError, PresetFile, PresetRepair};
pub use records::incoming::{ImportOutcome, ImportResult, IncomingConversation};
pub use search::{Excerpt, HitLocation, Query, Search, SearchResult};
pub use state::attachments::{AttachmentLookup, Attachments};
pub use state::{
    ArrangementFile, CapabilitiesFile, Drafts, Durability, PastedImages, Prompts, ScrollPositions,
    ToolPermissionsFile, TrashNumber, UiPrefsFile,
};

// What tests of whole files need below `Store`.
pub use index::{Index, IndexEntry};
pub use json::edit::{Piece, Splice};
pub use json::elements;
pub use records::edits::draft::{Batch, FileDraft, RecordSource};
pub use records::edits::layout::lay_out;
pub use records::edits::record::{NewMessageKeys, conversation_json};
pub use records::incoming::parse_chats_file;
pub use records::read::{RecordRanges, conversation as read_conversation};
pub use records::record_text::{Extent, RecordText};
pub use records::sanitize::{AllowedModels, sanitize};
pub use records::stored_messages::WrittenMessage;
