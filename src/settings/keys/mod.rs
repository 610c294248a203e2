//! The key table: which key does what, and where. Help and status line are made from it.
//! May not do anything: it only names the action.

mod action;
mod chord;
mod edit;
mod keymap;

pub use crate::settings::keys::keymap::{Binding, BindingTarget, Keymap, KeymapError};
pub use action::{Action, Scope};
pub use chord::Chord;
pub use edit::EditAction;
