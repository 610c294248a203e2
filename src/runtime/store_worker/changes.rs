//! Jobs that change conversations outside a turn.

use crate::app::{Notice, NoticeKind, StoreEvent, UndoTarget};
use crate::chat::{
    Advice, Change, Conversation, ConversationId, Failure, FailureKind, MessageBlock, Timestamp,
    Title, TurnId, UndoOutcome,
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

    /// Undoes something and says what it came to.
    pub(super) fn undo(&mut self, target: &UndoTarget) {
        let mut entry = match target {
            UndoTarget::Entry(number) => Some(*number),
            UndoTarget::LastOfTrash | UndoTarget::Duplicate { .. } => None,
        };
        let outcome = loop {
            let outcome = match target {
                UndoTarget::Duplicate { copy, messages } => {
                    self.store.undo_duplicate(copy, *messages)
                }
                UndoTarget::LastOfTrash | UndoTarget::Entry(_) => self.store.undo(entry),
            };
            match outcome {
                // Another terminal has changed the conversation since: the last change is undone first.
                Err(StoreError::UndoneAfter { newer, .. }) => entry = Some(newer),
                outcome => break outcome,
            }
        };
        let is_other = matches!(target, UndoTarget::Entry(number) if entry != Some(*number));
        let is_left = is_other || outcome.as_ref().is_err_and(may_be_undone_later);
        let outcome = match outcome {
            // People in the window see no numbers.
            Err(StoreError::NothingToUndo(_)) => Ok(UndoOutcome::Refused(already_undone())),
            outcome => outcome.map_err(|error| error.to_failure()),
        };
        self.send(StoreEvent::UndoEnded { outcome, is_left });
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
            Ok(messages) => {
                self.send(StoreEvent::Duplicated { copy: copy.clone(), messages });
                StoreEvent::Changed { about: copy, notice }
            }
            Err(failure) => StoreEvent::NotChanged { about: copy, failure },
        });
    }

    fn try_to_duplicate(
        &mut self,
        id: &ConversationId,
        copy: ConversationId,
        at: Timestamp,
    ) -> Result<usize, Failure> {
        let original = self.store.conversation(id).map_err(|error| error.to_failure())?;
        if let Some(sentence) = original.readability.sentence() {
            return Err(Failure::new(FailureKind::Storage, sentence, "It cannot be duplicated."));
        }
        let messages = original.messages.len();
        let applied = self.store.apply_all(&duplicate_changes(original, copy, at), clock::now());
        applied.map(|_| messages).map_err(|error| error.to_failure())
    }
}

/// Why a change of the window is not undone that another one has undone.
fn already_undone() -> Failure {
    let sentence = "Not undone: another terminal has undone this change already. The next undo goes to the \
                    change before it.";
    Failure::new(FailureKind::Storage, sentence, Advice::None)
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

/// Whether undoing the same change may succeed later.
const fn may_be_undone_later(error: &StoreError) -> bool {
    let passes = matches!(
        error,
        StoreError::BeingAnswered | StoreError::InvalidFile(..) | StoreError::Outdated
    );
    passes || error.may_pass()
}
