//! The doctor: repairs a file that the web app would not take, and carries an old one over.
//! Must not judge by rules of its own: `records::verdict` is the only judge.

pub mod fix;
mod mend;
pub mod migrate;

pub use super::records::verdict::{Effect, Era, Eras, Finding, Repair, Report, Verdict, examine};
