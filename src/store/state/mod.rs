//! The private folder: everything on disk that the web app does not know.
//!
//! A `StateFile` is one value, changed under a lock by any process. A `ProcessLog` is one file per
//! process, appended to while the process lives and taken over by another when it is dead.

mod answer_records;
mod arrangement;
pub mod attachments;
mod background_answers;
mod branches;
mod broken_chains;
mod capabilities;
pub mod conflict_copies;
mod conversation_files;
mod drafts;
mod full_titles;
mod journal;
mod log_file;
mod log_lock;
pub mod monotonic_clock;
mod pasted_images;
mod process_log;
mod prompts;
mod scroll_positions;
mod seen;
mod state_file;
mod tool_permissions;
mod trash;
mod ui_prefs;

pub use crate::store::file::private::Durability;
pub use answer_records::AnswerRecords;
pub use arrangement::ArrangementFile;
pub use background_answers::BackgroundAnswers;
pub use branches::Branches;
pub use broken_chains::BrokenChains;
pub use capabilities::CapabilitiesFile;
pub use drafts::Drafts;
pub use full_titles::{FullTitles, FullTitlesFile};
pub use journal::{ApplyState, Journal, JournalEntry, JournalRecord, JournalState, OpenTurn};
pub use pasted_images::PastedImages;
pub use process_log::{LogState, ProcessLog};
pub use prompts::Prompts;
pub use scroll_positions::ScrollPositions;
pub use seen::{SeenFile, SeenState};
pub use state_file::StateFile;
pub use tool_permissions::ToolPermissionsFile;
pub use trash::{Actor, NewTrashEntry, Removed, Trash, TrashEntry, TrashNumber};
pub use ui_prefs::UiPrefsFile;
