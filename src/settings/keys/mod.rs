//! The key table: which key has which action in which pane. Help and status line are made from it.

mod action;
mod action_group;
mod binding;
mod chord;
mod edit;
mod key_reports;
mod keymap;
mod keymap_text;
mod reserved_keys;

pub use crate::settings::keys::keymap::Keymap;
pub use action::{Action, Scope};
pub use action_group::ActionGroup;
pub use binding::{Binding, BindingTarget};
pub use chord::Chord;
pub use edit::EditAction;
pub use key_reports::KeyReports;
pub use reserved_keys::ReservedKeys;
