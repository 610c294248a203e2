//! One row of the key table.

use crate::settings::keys::action::{Action, Scope};
use crate::settings::keys::chord::Chord;
use crate::settings::keys::edit::EditAction;

/// What a row of the table does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingTarget {
    /// Something that works outside of text too.
    Action(Action),
    /// A step of editing; only in text.
    Edit(EditAction),
}

impl BindingTarget {
    /// The name in `config.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Action(action) => action.name(),
            Self::Edit(edit) => edit.name(),
        }
    }

    /// What it does, for help.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Action(action) => action.description(),
            Self::Edit(edit) => edit.description(),
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where it works.
    pub scope: Scope,
    /// What one of the keys runs.
    pub target: BindingTarget,
    /// The keys, the one to show first.
    pub chords: Vec<Chord>,
}
