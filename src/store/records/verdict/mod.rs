//! Whether each version of the web app would take a file, and how what is wrong is put right.

mod examine;
mod field_checks;
mod finding;
mod findings_by_key;
mod judge;
mod message;
mod reasoning;
mod record;
mod repair;
mod repair_edits;
mod rules;
mod scan;

pub use examine::{examine, examine_buffered};
pub use finding::{Finding, Impact, Report, Verdict, WebVersion, WebVersions};
pub use record::new_finding;
pub use repair::{Repair, to_json_string};
pub use repair_edits::{MAX_ROUNDS, repair_edits};
pub(in crate::store) use rules::{is_whole_number, nearest_whole_number};
