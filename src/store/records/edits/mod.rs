//! New bytes: what a verb changes in the text, checked, and the file replaced whole.
//! May not decide which verbs there are.

pub mod check;
pub mod draft;
pub mod import_plan;
pub mod layout;
mod messages;
pub mod normalize;
pub mod patch;
pub mod reasoning;
pub mod record;

pub use draft::FileDraft;
