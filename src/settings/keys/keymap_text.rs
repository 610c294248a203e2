//! The key table as `assets/keys.toml` and `config.toml` have it: actions with their keys, by pane.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::settings::keys::action::{Action, Scope};
use crate::settings::keys::binding::{Binding, BindingTarget};
use crate::settings::keys::chord::Chord;
use crate::settings::keys::edit::EditAction;

/// One section for each scope.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct KeymapText {
    everywhere: Rows<Action>,
    composer: Rows<Action>,
    conversation: Rows<Action>,
    list: Rows<Action>,
    text: Rows<EditAction>,
}

/// Rows in the order they are written in, which is that of the help.
struct Rows<T>(Vec<(T, Vec<Chord>)>);

impl KeymapText {
    /// The rows of all sections.
    pub(super) fn bindings(self) -> Vec<Binding> {
        let sections = [
            (Scope::Everywhere, self.everywhere),
            (Scope::Composer, self.composer),
            (Scope::Conversation, self.conversation),
            (Scope::List, self.list),
        ];
        let actions = sections.into_iter().flat_map(|(scope, rows)| {
            rows.0.into_iter().map(move |(action, chords)| Binding {
                scope,
                target: BindingTarget::Action(action),
                chords,
            })
        });
        let edits = self.text.0.into_iter().map(|(edit, chords)| Binding {
            scope: Scope::Text,
            target: BindingTarget::Edit(edit),
            chords,
        });
        actions.chain(edits).collect()
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of actions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = map.next_entry()? {
            rows.push(row);
        }
        Ok(Rows(rows))
    }
}
