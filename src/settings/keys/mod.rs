//! The key table: which key does what, and where. Help and status line are made from it.
//! May not do anything: it only names the action.

mod action;
mod chord;
mod edit;
mod table;

pub use action::{Action, Scope};
pub use chord::Chord;
pub use edit::Edit;
pub use table::{Binding, Does, Keymap, KeysError};
