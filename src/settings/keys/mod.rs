//! The key table: which key does what, and where. Help and status line are made from it.
//! May not do anything: it only names the action.

mod action;
mod chord;
mod table;

pub use action::{Action, Scope};
pub use chord::Chord;
pub use table::{Binding, Keymap, KeysError};
