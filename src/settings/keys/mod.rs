//! The key table: which key has which action in which pane. Help and status line are made from it.

mod action;
mod chord;
mod edit;
mod key_reports;
mod keymap;

pub use crate::settings::keys::keymap::{Binding, BindingTarget, Keymap, KeymapError};
pub use action::{Action, Scope};
pub use chord::Chord;
pub use edit::EditAction;
pub use key_reports::KeyReports;
