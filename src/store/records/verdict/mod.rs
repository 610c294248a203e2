//! Whether each version of the web app would take a file, and how what is wrong is put right.

mod examine;
mod field;
mod finding;
mod inside;
mod judge;
mod message;
mod reasoning;
mod record;
mod repair;
mod repair_edits;
mod rules;
mod slots;

pub use examine::{examine, examine_in};
pub use finding::{Effect, Era, Eras, Finding, Report, Verdict};
pub use record::new_finding;
pub use repair::{Repair, to_json_string};
pub use repair_edits::{ROUNDS, edits};
