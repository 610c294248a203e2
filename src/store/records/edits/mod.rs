//! What changes in the text of a record and of the whole file.

mod check;
pub(crate) mod draft;
pub(crate) mod import_plan;
pub(crate) mod layout;
mod messages;
pub(crate) mod normalize;
pub(crate) mod patch;
mod reasoning;
pub(crate) mod record;
mod record_edits;
