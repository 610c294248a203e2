//! The doctor: repairs a file that the web app would reject, and migrates an old one.
//! Must not have rules of its own about what is valid: `records::verdict` has them all.

pub mod migrate;
mod newer_records;
pub mod repair_run;
mod syntax;

pub(in crate::store) use syntax::repair_bytes;

pub use super::records::verdict::{
    Finding, Impact, Repair, Report, Verdict, WebVersion, WebVersions, examine,
};
