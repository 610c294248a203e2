//! The private folder beside the shared file: what only this program knows, on disk.
//! May not touch the shared file.
//!
//! A `StateFile` is one value, changed under a lock by whoever has something to change.

mod answer_records;
mod arrangement;
mod branches;
mod broken_chains;
mod capabilities;
pub mod monotonic_clock;
mod prompts;
mod scroll_positions;
mod seen;
mod state_file;
mod trash;
mod ui_prefs;

pub use answer_records::AnswerRecords;
pub use arrangement::ArrangementFile;
pub use branches::Branches;
pub use broken_chains::BrokenChains;
pub use capabilities::CapabilitiesFile;
pub use prompts::Prompts;
pub use scroll_positions::ScrollPositions;
pub use seen::{SeenFile, SeenState};
pub use state_file::StateFile;
pub use trash::{Actor, Removed, Trash, TrashEntry, TrashNumber};
pub use ui_prefs::UiPrefsFile;
