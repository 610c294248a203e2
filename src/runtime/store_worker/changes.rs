//! Jobs that change conversations outside a turn, or remember something beside them.

use crate::app::StoreEvent;
use crate::chat::{
    CapabilityUpdate, Change, Conversation, ConversationId, MessageBlock, Readability, Timestamp,
    Title, ToolPermission,
};
use crate::runtime::clock;
use crate::settings::UiPref;
use crate::store::{CapabilitiesFile, Extent, NOTHING_TO_UNDO, StoreError};

use super::worker::StoreWorker;

impl StoreWorker {
    /// Makes changes as one transaction and answers them with one event.
    pub(super) fn commit(&mut self, changes: &[Change]) {
        let event = match self.store.apply_all(changes, clock::now()) {
            Ok(_) => StoreEvent::from_commit(changes),
            Err(error) => StoreEvent::from_failed_commit(changes, error.to_failure()),
        };
        self.send(event);
    }

    pub(super) fn undo(&mut self) {
        let undone = self.store.undo(None);
        let nothing = || NOTHING_TO_UNDO.to_owned();
        self.send_result(undone.map(|text| text.unwrap_or_else(nothing)));
    }

    /// Replaces a title unless it was changed meanwhile. Reports no failure: the user did not ask for it.
    pub(super) fn replace_title(
        &mut self,
        id: ConversationId,
        old_title: &Title,
        title: Title,
        at: Timestamp,
    ) {
        let conversation = self.store.conversation_to(&id, Extent::END);
        if !conversation.is_ok_and(|conversation| conversation.title == *old_title) {
            return;
        }
        match self.store.apply(&Change::Rename { id, title, at }, clock::now()) {
            Ok(_) => self.send(StoreEvent::FileChanged(None)),
            Err(error) => tracing::warn!(%error, "a generated title could not be stored"),
        }
    }

    pub(super) fn duplicate(&mut self, id: &ConversationId, copy: ConversationId, at: Timestamp) {
        let original = self.store.conversation(id);
        let changes = original.and_then(|original| duplicate_changes(original, copy, at));
        let applied = changes.and_then(|changes| self.store.apply_all(&changes, clock::now()));
        let text = "Conversation duplicated. The copy is at the top of the list.";
        self.send_result(applied.map(|_| text.to_owned()));
    }

    pub(super) fn record_capability(&self, server: Option<&str>, update: &CapabilityUpdate) {
        let settings = self.config.settings.for_server(server);
        let file = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
        if let Err(error) = file.add(update, clock::now()) {
            tracing::warn!(%error, "a capability of the server could not be saved");
        }
    }

    pub(super) fn save_ui_pref(&self, pref: UiPref) {
        if let Err(error) = self.config.ui_prefs.set(pref) {
            tracing::warn!(%error, "a preference could not be saved");
        }
    }

    pub(super) fn save_tool_permission(&self, permission: ToolPermission) {
        if let Err(error) = self.config.tool_permissions.add(permission) {
            tracing::warn!(%error, "a permission could not be saved");
        }
    }
}

/// The changes that make a copy. Its messages are one block, so that their order stays as it is.
fn duplicate_changes(
    original: Conversation,
    copy: ConversationId,
    at: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    match original.readability {
        Readability::Whole => {}
        Readability::Damaged(reason) => return Err(StoreError::Damaged(reason)),
        Readability::NotStoredLocally => {
            return Err(StoreError::Damaged(
                "from the Assistants API: its messages were never \
                                            stored here"
                    .to_owned(),
            ));
        }
    }
    let title = original.title.of_copy();
    let block = MessageBlock { predecessor: None, messages: original.messages };
    Ok(vec![
        Change::Create { id: copy.clone(), title, at },
        Change::Insert { id: copy, blocks: vec![block] },
    ])
}
