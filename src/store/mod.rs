//! The shared file: `<username>.json` to conversations and back, changed only by verbs.
//! May not know OpenAI, the terminal or who is asking.

pub mod arrangement;
pub mod attachments;
pub mod branches;
pub mod copies;
pub mod diverged;
pub mod drafts;
pub mod error;
pub mod find;
pub mod incoming;
pub mod index;
pub mod journal;
pub mod json;
pub mod kept;
pub mod learned;
pub mod ledger;
pub mod lock;
pub mod notes;
pub mod owner;
pub mod place;
pub mod private;
pub mod prompts;
pub mod read;
pub mod running;
pub mod search;
pub mod settle;
pub mod sidecar;
pub mod time;
pub mod trash;
pub mod version;
pub mod watch;
pub mod write;

pub use arrangement::ArrangementFile;
pub use attachments::Attachments;
pub use drafts::Drafts;
pub use error::{StoreError, StoreErrorKind};
pub use incoming::{Adopted, Adoption, Incoming};
pub use journal::Durability;
pub use learned::LearnedFile;
pub use owner::Undoable;
pub use owner::{Applied, Look, Opened, Run, Store};
pub use place::{Folder, Place};
pub use prompts::Prompts;
pub use search::{Hit, Query, Search, Where};
pub use trash::Number;
pub use watch::Watch;
