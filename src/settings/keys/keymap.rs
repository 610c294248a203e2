//! The key table: the default rows, and the user's in their place.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::settings::value::SettingValue;

use crate::settings::keys::action::{Action, Scope};
use crate::settings::keys::chord::Chord;
use crate::settings::keys::edit::EditAction;

/// The keys that hold where the user names no others.
const DEFAULT_KEYMAP: &str = include_str!("../../../assets/keys.toml");

/// What a row of the table does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingTarget {
    /// An action outside of text.
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

    /// What a name means in a scope.
    fn find_by_name(scope: Scope, name: &str) -> Option<Self> {
        if scope == Scope::Text {
            return EditAction::ALL.iter().find(|it| it.name() == name).map(|it| Self::Edit(*it));
        }
        Action::ALL.iter().find(|it| it.name() == name).map(|it| Self::Action(*it))
    }
}

/// The message about an unknown name, with the names it may have been meant for.
fn unknown_action(scope: Scope, name: &str) -> KeymapError {
    let actions = Action::ALL.iter().map(|it| it.name());
    let edits = EditAction::ALL.iter().map(|it| it.name());
    let all: Vec<&str> = if scope == Scope::Text { edits.collect() } else { actions.collect() };
    let first = name.chars().next();
    let like: Vec<&str> = all.iter().copied().filter(|it| it.chars().next() == first).collect();
    let shown = if like.is_empty() { all } else { like };
    KeymapError::Action(scope.name().to_owned(), name.to_owned(), shown.join(", "))
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The panes it works in.
    pub scope: Scope,
    /// The action or the step of editing.
    pub target: BindingTarget,
    /// The keys, the one to show first.
    pub chords: Vec<Chord>,
}

/// The whole table, in the order help shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Table")]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// What is wrong with a key table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// A scope that does not exist.
    #[error("[keys] has no section \"{0}\": use everywhere, composer, conversation, list or text")]
    Scope(String),
    /// An action that does not exist.
    #[error("[keys.{0}] has no action \"{1}\". Available: {2}")]
    Action(String, String, String),
    /// Something that is not a list of keys.
    #[error("[keys.{0}] {1}: {2}; use a list of keys such as [\"Ctrl+N\", \"F2\"]")]
    Keys(String, String, String),
    /// One key for two actions.
    #[error("[keys.{0}] {3} is bound to both \"{1}\" and \"{2}\": give one of them another key")]
    Conflict(&'static str, &'static str, &'static str, Chord),
    /// A key of the composer that text in it needs.
    #[error(
        "{2} is bound to both \"{0}\" in [keys.composer] and \"{1}\" in [keys.text]: give one of \
         them another key"
    )]
    ConflictWithText(&'static str, &'static str, Chord),
}

impl Default for Keymap {
    fn default() -> Self {
        let mut table = Self { bindings: Vec::new() };
        // The embedded table is checked by a test; without it the program still types and sends.
        if let Ok(names) = toml::from_str::<toml::Table>(DEFAULT_KEYMAP) {
            let _ = table.read(&names);
        }
        table
    }
}

impl Keymap {
    /// What a key does in a pane; the pane's own rows come before those for everywhere.
    #[must_use]
    pub fn action(&self, scope: Scope, key: KeyEvent) -> Option<Action> {
        self.action_in(scope, key).or_else(|| self.action_in(Scope::Everywhere, key))
    }

    /// What a key does in a pane by that pane's own rows.
    #[must_use]
    pub fn action_in(&self, scope: Scope, key: KeyEvent) -> Option<Action> {
        let chord = Chord::from(key);
        let row = self.rows(scope).find(|row| row.chords.contains(&chord))?;
        match row.target {
            BindingTarget::Action(action) => Some(action),
            BindingTarget::Edit(_) => None,
        }
    }

    /// The step of editing a key means in a text field.
    #[must_use]
    pub fn edit_action(&self, key: KeyEvent) -> Option<EditAction> {
        let chord = Chord::from(key);
        self.rows(Scope::Text).find(|row| row.chords.contains(&chord)).and_then(|row| {
            match row.target {
                BindingTarget::Edit(edit) => Some(edit),
                BindingTarget::Action(_) => None,
            }
        })
    }

    /// The rows of one scope.
    pub fn rows(&self, scope: Scope) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |row| row.scope == scope)
    }

    /// The key to name for an action: the first of its first row, if it has any.
    #[must_use]
    pub fn primary_key(&self, action: Action) -> Option<Chord> {
        self.first_key(BindingTarget::Action(action))
    }

    /// The key to name for a step of editing.
    #[must_use]
    pub fn primary_edit_key(&self, edit: EditAction) -> Option<Chord> {
        self.first_key(BindingTarget::Edit(edit))
    }

    fn first_key(&self, target: BindingTarget) -> Option<Chord> {
        self.bindings
            .iter()
            .filter(|row| row.target == target)
            .find_map(|row| row.chords.first().copied())
    }

    fn read(&mut self, scopes: &toml::Table) -> Result<(), KeymapError> {
        for (scope_name, rows) in scopes {
            let scope = Scope::ALL
                .iter()
                .copied()
                .find(|scope| scope.name() == scope_name)
                .ok_or_else(|| KeymapError::Scope(scope_name.clone()))?;
            let rows = rows.as_table().ok_or_else(|| KeymapError::Scope(scope_name.clone()))?;
            for (action_name, keys) in rows {
                let does = BindingTarget::find_by_name(scope, action_name)
                    .ok_or_else(|| unknown_action(scope, action_name))?;
                let chords = parse_chords(keys).map_err(|why| {
                    KeymapError::Keys(scope_name.clone(), action_name.clone(), why)
                })?;
                self.set(Binding { scope, target: does, chords });
            }
        }
        Ok(())
    }

    fn set(&mut self, binding: Binding) {
        let known = |row: &&mut Binding| row.scope == binding.scope && row.target == binding.target;
        match self.bindings.iter_mut().find(known) {
            Some(row) => *row = binding,
            None => self.bindings.push(binding),
        }
    }

    fn check(&self) -> Result<(), KeymapError> {
        for (index, row) in self.bindings.iter().enumerate() {
            for other in self.bindings.iter().skip(index.saturating_add(1)) {
                let Some(chord) = row.chords.iter().find(|chord| other.chords.contains(chord))
                else {
                    continue;
                };
                let names = (row.target.name(), other.target.name());
                match (row.scope, other.scope) {
                    (one, two) if one == two => {
                        return Err(KeymapError::Conflict(one.name(), names.0, names.1, *chord));
                    }
                    (Scope::Composer, Scope::Text) => {
                        return Err(KeymapError::ConflictWithText(names.0, names.1, *chord));
                    }
                    (Scope::Text, Scope::Composer) => {
                        return Err(KeymapError::ConflictWithText(names.1, names.0, *chord));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// The default table with the user's rows in place of its own.
impl TryFrom<toml::Table> for Keymap {
    type Error = KeymapError;

    fn try_from(changes: toml::Table) -> Result<Self, Self::Error> {
        let mut table = Self::default();
        table.read(&changes)?;
        table.check()?;
        Ok(table)
    }
}

/// The user's rows alone.
impl Serialize for Keymap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let default = Self::default();
        let mut changes: BTreeMap<&str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
        for row in self.bindings.iter().filter(|row| !default.bindings.contains(row)) {
            let chords = row.chords.iter().map(ToString::to_string).collect();
            changes.entry(row.scope.name()).or_default().insert(row.target.name(), chords);
        }
        changes.serialize(serializer)
    }
}

impl SettingValue for Keymap {}

fn parse_chords(keys: &toml::Value) -> Result<Vec<Chord>, String> {
    let keys = keys.as_array().ok_or("not a list")?;
    keys.iter().map(|key| key.as_str().ok_or("not text")?.parse()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_table_reads_without_a_conflict_and_every_action_has_a_row() {
        let mut table = Keymap { bindings: Vec::new() };
        table.read(&toml::from_str(DEFAULT_KEYMAP).unwrap()).unwrap();
        table.check().unwrap();
        for action in Action::ALL {
            // One that is only called by its name has a row without keys.
            let row = |row: &Binding| row.target == BindingTarget::Action(*action);
            assert!(table.bindings.iter().any(row), "{} has no row", action.name());
        }
        for edit in EditAction::ALL {
            let has_key =
                table.rows(Scope::Text).any(|row| row.target == BindingTarget::Edit(*edit));
            assert!(has_key, "{} has no key", edit.name());
        }
    }

    #[test]
    fn the_users_row_replaces_the_default_one() {
        let table: Keymap = toml::from_str("[everywhere]\nquit = [\"F10\"]").unwrap();
        assert_eq!(table.primary_key(Action::Quit).unwrap().to_string(), "F10");
        assert_eq!(serde_json::to_string(&table).unwrap(), r#"{"everywhere":{"quit":["F10"]}}"#);
    }

    #[test]
    fn letters_in_the_panes_only_move_search_copy_and_show() {
        let harmless = [
            Action::SelectPrevious,
            Action::SelectNext,
            Action::Top,
            Action::Bottom,
            Action::PreviousQuestion,
            Action::NextQuestion,
            Action::Find,
            Action::NextMatch,
            Action::PreviousMatch,
            Action::Copy,
            Action::CopyChat,
            Action::ToggleMessageDetails,
            Action::ToggleWidth,
            Action::Previous,
            Action::Next,
            Action::First,
            Action::Last,
            Action::Filter,
        ];
        let table = Keymap::default();
        for scope in [Scope::Everywhere, Scope::Composer, Scope::Conversation, Scope::List] {
            for row in table.rows(scope) {
                let BindingTarget::Action(action) = row.target else { panic!("{row:?}") };
                let typed = row.chords.iter().any(|chord| chord.is_printable());
                assert!(!typed || harmless.contains(&action), "{row:?}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |text: &str| toml::from_str::<Keymap>(text).unwrap_err().to_string();
        assert!(problem("[nowhere]\nquit = []").contains("\"nowhere\""));
        assert!(problem("[list]\nfly = [\"x\"]").contains("\"fly\""));
        assert!(problem("[list]\nopen = [\"Hyper+X\"]").contains("Hyper+X"));
        assert!(problem("[list]\nopen = [\"Delete\"]").contains("\"delete\""));
        assert!(problem("[text]\nundo = [\"Ctrl+W\"]").contains("\"delete-word-back\""));
        assert!(problem("[text]\nundo = [\"Enter\"]").contains("\"send\""));
        assert!(problem("[text]\nsend = [\"F3\"]").contains("\"send\""));
    }
}
