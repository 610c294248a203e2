//! Jobs that change conversations outside a turn, or remember something beside them.

use crate::app::{Notice, NoticeKind, StoreEvent};
use crate::chat::{
    Change, Conversation, ConversationId, MessageBlock, Readability, Timestamp, Title,
    ToolPermission, TrashNumber, TurnId,
};
use crate::runtime::clock;
use crate::settings::UiPref;
use crate::store::{Extent, NOTHING_TO_UNDO, StoreError};

use super::worker::StoreWorker;

/// Shown where the entry that an action made is not in the trash any more.
const UNDONE_ELSEWHERE: &str = "Nothing to undo: this was undone elsewhere.";

impl StoreWorker {
    /// Makes changes as one transaction and answers them with one event.
    pub(super) fn commit(&mut self, changes: &[Change]) {
        let event = match self.store.apply_all(changes, clock::now()) {
            Ok(_) => {
                self.send_trashed(changes, None);
                StoreEvent::from_commit(changes)
            }
            Err(error) => StoreEvent::from_failed_commit(changes, error.to_failure()),
        };
        self.send(event);
    }

    /// Says what undoes changes that were just made.
    pub(super) fn send_trashed(&self, changes: &[Change], turn: Option<TurnId>) {
        if let (Some(number), Some(last)) = (self.store.last_trashed(), changes.last()) {
            let conversation = last.conversation().clone();
            self.send(StoreEvent::Trashed { conversation, turn, number });
        }
    }

    pub(super) fn undo(&mut self, entry: Option<TrashNumber>) {
        let undone = match self.store.undo(entry) {
            // The list of numbers is one of the command line.
            Err(StoreError::NothingToUndo(_)) => Ok(Some(UNDONE_ELSEWHERE.to_owned())),
            undone => undone,
        };
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

    /// Returns to an earlier title; one that was given elsewhere since stays.
    pub(super) fn undo_rename(&mut self, given: &Title, change: Change) {
        let conversation = self.store.conversation_to(change.conversation(), Extent::END);
        if conversation.is_ok_and(|it| it.title.stored() != given.stored()) {
            let text = "Not undone: this conversation was renamed elsewhere since.";
            return self.events.send_notice(text.to_owned());
        }
        self.commit(&[change]);
    }

    pub(super) fn duplicate(&mut self, id: &ConversationId, copy: ConversationId, at: Timestamp) {
        let original = self.store.conversation(id);
        let changes = original.and_then(|original| duplicate_changes(original, copy.clone(), at));
        let applied = changes.and_then(|changes| self.store.apply_all(&changes, clock::now()));
        let text = "Conversation duplicated. The copy is at the top of the list.".to_owned();
        let notice = Notice { kind: NoticeKind::Info, text };
        self.send(match applied {
            Ok(_) => StoreEvent::Changed { about: Some(copy), notice },
            Err(error) => StoreEvent::NotChanged { about: Some(copy), failure: error.to_failure() },
        });
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
