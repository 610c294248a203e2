//! The shared file: `<username>.json` to conversations and back, changed only by verbs.
//! May not know OpenAI, the terminal or who is asking.

pub mod attachments;
pub mod commit;
pub mod copies;
pub mod doctor;
pub mod error;
pub mod find;
pub mod incoming;
pub mod index;
pub mod json;
pub mod kept;
pub mod lock;
pub mod owner;
pub mod place;
pub mod presets;
pub mod private;
pub mod read;
pub mod search;
pub mod settle;
pub mod state;
pub mod time;
pub mod version;
pub mod watch;
pub mod write;

pub use attachments::Attachments;
pub use error::{StoreError, StoreErrorKind};
pub use incoming::{Adopted, Adoption, Incoming};
pub use owner::Undoable;
pub use owner::{Applied, Look, Opened, Run, Store};
pub use place::{Folder, Place};
pub use presets::{PresetError, PresetFile};
pub use search::{Hit, Query, Search, Where};
pub use state::{
    ArrangementFile, CapabilitiesFile, Drafts, Durability, Prompts, ScrollPositions, TrashNumber,
    UiPrefsFile,
};
pub use watch::Watch;
