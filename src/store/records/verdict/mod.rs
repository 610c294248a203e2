//! Whether each version of the web app would accept a file, and how what is wrong is put right.

mod examine;
mod field_checks;
mod finding;
mod judge;
mod message;
mod object;
mod reasoning;
mod record;
mod repair;
mod repair_edits;
mod rules;
mod scan;

pub use examine::examine;
pub(crate) use examine::examine_buffered;
pub use finding::{Finding, Impact, Report, Verdict, WebVersion, WebVersions};
pub(crate) use reasoning::is_reasoning_data;
pub(crate) use record::new_finding;
pub use repair::Repair;
pub(crate) use repair_edits::{MAX_REPAIR_ROUNDS, repair_edits};
pub(crate) use rules::{
    MAX_WRITE_DEPTH_CURRENT, REASONING_LEVELS, is_whole_number, nearest_whole_number,
};
