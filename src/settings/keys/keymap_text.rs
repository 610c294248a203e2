//! The key table as `assets/keys.toml` and `config.toml` have it: actions with their keys, by pane.

use serde::Deserialize;

use crate::chat::map_members::MapMembers;
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
type Rows<T> = MapMembers<T, Vec<Chord>>;

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
