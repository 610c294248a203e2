//! The doctor: repairs a file that the web app would not take, and carries an old one over.
//! Must not judge by rules of its own: `records::verdict` is the only judge.

pub mod migrate;
pub mod repair_run;
mod syntax;

pub(in crate::store) use syntax::repair_bytes;

pub use super::records::verdict::{
    Finding, Impact, Repair, Report, Verdict, WebVersion, WebVersions, examine,
};
