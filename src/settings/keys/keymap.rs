//! The key table: the default rows, and the user's in their place.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::settings::invalid_value::InvalidValue;
use crate::settings::table_value::read_table;
use crate::settings::value::SettingValue;

use crate::settings::keys::action::{Action, Scope};
use crate::settings::keys::binding::{Binding, BindingTarget};
use crate::settings::keys::chord::Chord;
use crate::settings::keys::edit::EditAction;
use crate::settings::keys::keymap_text::KeymapText;

/// The keys that hold where the user names no others.
const DEFAULT_KEYMAP: &str = include_str!("../../../assets/keys.toml");

/// The whole table, in the order help shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "KeymapText")]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        // The embedded table is checked by a test; without it the program still types and sends.
        let text = toml::from_str(DEFAULT_KEYMAP).unwrap_or_else(|_| KeymapText::default());
        Self { bindings: text.bindings() }
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

    /// The same key as text.
    #[must_use]
    pub fn key_name(&self, action: Action) -> Option<String> {
        self.primary_key(action).map(|chord| chord.to_string())
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

    fn set(&mut self, binding: Binding) {
        let known = |row: &&mut Binding| row.scope == binding.scope && row.target == binding.target;
        match self.bindings.iter_mut().find(known) {
            Some(row) => *row = binding,
            None => self.bindings.push(binding),
        }
    }

    /// Checks that no key has two actions.
    ///
    /// # Errors
    /// Names the two actions, and the row of the user that is one of them.
    pub(in crate::settings) fn check(&self) -> Result<(), InvalidValue> {
        let types = |row: &Binding| row.chords.iter().copied().find(|chord| chord.is_printable());
        for row in
            self.bindings.iter().filter(|row| matches!(row.scope, Scope::Composer | Scope::Text))
        {
            if let Some(chord) = types(row) {
                let reason = format!(
                    "{chord} types a character there. Use a key with Ctrl or Alt, or a function key."
                );
                return Err(InvalidValue::of(reason)
                    .below(row.target.name())
                    .below(row.scope.name()));
            }
        }
        for (index, row) in self.bindings.iter().enumerate() {
            for other in self.bindings.iter().skip(index.saturating_add(1)) {
                // Text is edited in the composer.
                let collide = row.scope == other.scope
                    || matches!(
                        (row.scope, other.scope),
                        (Scope::Composer, Scope::Text) | (Scope::Text, Scope::Composer)
                    );
                let shared = row.chords.iter().find(|chord| other.chords.contains(chord));
                if let Some(chord) = shared.filter(|_| collide) {
                    return Err(conflict(row, other, *chord));
                }
            }
        }
        Ok(())
    }
}

/// The message about a key with two actions, at the row that the user wrote.
fn conflict(row: &Binding, other: &Binding, chord: Chord) -> InvalidValue {
    let named = |it: &Binding| format!("\"{}\" in [keys.{}]", it.target.name(), it.scope.name());
    let (row, other) =
        if Keymap::default().bindings.contains(row) { (other, row) } else { (row, other) };
    InvalidValue::of(format!(
        "{chord} is also bound to {}. Give one of them another key.",
        named(other)
    ))
    .below(row.target.name())
    .below(row.scope.name())
}

/// The default table with the user's rows in place of its own.
impl From<KeymapText> for Keymap {
    fn from(changes: KeymapText) -> Self {
        let mut table = Self::default();
        for binding in changes.bindings() {
            table.set(binding);
        }
        table
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

impl SettingValue for Keymap {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_table(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_table_reads_without_a_conflict_and_every_action_has_a_row() {
        let text: KeymapText = toml::from_str(DEFAULT_KEYMAP).unwrap();
        let table = Keymap { bindings: text.bindings() };
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
        let problem = |text: &str| match toml::from_str::<Keymap>(text) {
            Ok(table) => format!("{:?}", table.check().unwrap_err()),
            Err(error) => error.message().to_owned(),
        };
        assert!(problem("[nowhere]\nquit = []").contains("`nowhere`"));
        assert!(problem("[list]\nfly = [\"x\"]").contains("\"fly\""));
        assert!(problem("[list]\nopne = [\"x\"]").contains("Did you mean \"open\"?"));
        assert!(problem("[list]\nopen = [\"Hyper+X\"]").contains("Hyper+X"));
        for (text, words) in [
            ("[list]\nopen = [\"Delete\"]", ["Delete is also bound to", "delete"]),
            ("[text]\nundo = [\"Ctrl+W\"]", ["delete-word-back", "[keys.text]"]),
            ("[text]\nundo = [\"Enter\"]", ["send", "[keys.composer]"]),
        ] {
            let found = problem(text);
            assert!(words.iter().all(|word| found.contains(word)), "{found}");
            let action = if text.contains("undo") { "undo" } else { "open" };
            assert!(found.contains(&format!("\"{action}\"]")), "{found}");
        }
        assert!(problem("[text]\nsend = [\"F3\"]").contains("\"send\""));
    }
}
