//! Jobs that change conversations outside a turn.

use crate::app::{Notice, NoticeKind, StoreEvent};
use crate::chat::{
    Change, Conversation, ConversationId, Failure, FailureKind, MessageBlock, NOTHING_TO_UNDO,
    Timestamp, Title, TrashNumber, TurnId, UndoOutcome,
};
use crate::runtime::clock;
use crate::store::{Extent, StoreError};

use super::worker::StoreWorker;

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
        if let Some(event) = event {
            self.send(event);
        }
    }

    /// Says what undoes changes that were just made.
    pub(super) fn send_trashed(&self, changes: &[Change], turn: Option<TurnId>) {
        if let (Some(number), Some(last)) = (self.store.last_trashed(), changes.last()) {
            let conversation = last.conversation().clone();
            self.send(StoreEvent::Trashed { conversation, turn, number });
        }
    }

    pub(super) fn undo(&mut self, entry: Option<TrashNumber>) {
        match self.store.undo(entry) {
            Ok(UndoOutcome::Refused(why)) => {
                self.events.send_failure(why);
                self.send(StoreEvent::FileChanged(None));
            }
            Ok(outcome) => self.report_undo(outcome.to_string()),
            // Another terminal has changed the conversation since: the last change is undone first.
            Err(StoreError::UndoneAfter { conversation, newer, .. }) => {
                if let Some(number) = entry {
                    self.send(StoreEvent::NotUndoneYet { conversation, number });
                }
                self.undo(Some(newer));
            }
            // Another window may have undone it; people in the window see no numbers.
            Err(StoreError::NothingToUndo(_)) => self.report_undo(NOTHING_TO_UNDO.to_owned()),
            Err(error) => self.events.send_failure(error.to_failure()),
        }
    }

    /// Says what an undo did; the window reads again what it may have changed.
    fn report_undo(&self, text: String) {
        self.events.send_notice(text);
        self.send(StoreEvent::FileChanged(None));
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
        match self.store.apply_generated_title(id, title, at, clock::now()) {
            Ok(_) => self.send(StoreEvent::FileChanged(None)),
            Err(error) => tracing::warn!(%error, "a generated title could not be stored"),
        }
    }

    pub(super) fn duplicate(&mut self, id: &ConversationId, copy: ConversationId, at: Timestamp) {
        let applied = self.try_to_duplicate(id, copy.clone(), at);
        let text = "Conversation duplicated. The copy is at the top of the list.".to_owned();
        let notice = Notice { kind: NoticeKind::Info, text };
        self.send(match applied {
            Ok(()) => StoreEvent::Changed { about: copy, notice },
            Err(failure) => StoreEvent::NotChanged { about: copy, failure },
        });
    }

    fn try_to_duplicate(
        &mut self,
        id: &ConversationId,
        copy: ConversationId,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let original = self.store.conversation(id).map_err(|error| error.to_failure())?;
        if let Some(sentence) = original.readability.sentence() {
            return Err(Failure::new(FailureKind::Storage, sentence, "It cannot be duplicated."));
        }
        let applied = self.store.apply_all(&duplicate_changes(original, copy, at), clock::now());
        applied.map(drop).map_err(|error| error.to_failure())
    }
}

/// The changes that make a copy. Its messages are one block, so that their order stays as it is.
fn duplicate_changes(original: Conversation, copy: ConversationId, at: Timestamp) -> Vec<Change> {
    let title = original.title.of_copy();
    let block = MessageBlock { predecessor: None, messages: original.messages };
    vec![
        Change::Create { id: copy.clone(), title, at },
        Change::Insert { id: copy, blocks: vec![block] },
    ]
}
