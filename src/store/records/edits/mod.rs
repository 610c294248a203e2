//! New bytes: what a verb changes in the text, checked, and the file replaced whole.
//! May not decide which verbs there are.

pub mod check;
pub mod draft;
pub mod incoming;
pub mod layout;
mod messages;
pub mod patch;
pub mod reasoning;
pub mod record;
pub mod tidy;

pub use draft::FileDraft;
