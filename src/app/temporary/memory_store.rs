//! The store of the temporary conversation: answers store effects from memory with the events that
//! the store worker sends for other conversations.

use crate::chat::replace_from::{self, ReplaceResult};
use crate::chat::{
    AnswerRecord, Branch, Change, Conversation, ConversationId, Failure, FailureKind, MessageBlock,
    ReplyEnding, Role, StoreStep, Timestamp, Title, TurnId, WebChain, answer, branch,
};

use crate::app::{LoadedConversation, StoreEffect, StoreEvent};

/// The title until the user renames the conversation.
const TITLE: &str = "Temporary";

/// One conversation in memory with its records and branches.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    conversation: Conversation,
    records: Vec<AnswerRecord>,
    branches: Vec<Branch>,
}

impl MemoryStore {
    /// A store with an empty conversation.
    #[must_use]
    pub fn new(id: ConversationId, at: Timestamp) -> Self {
        let conversation = Conversation::new(id, TITLE, at);
        Self { conversation, records: Vec::new(), branches: Vec::new() }
    }

    /// The id of the conversation; no other store knows it.
    #[must_use]
    pub const fn id(&self) -> &ConversationId {
        &self.conversation.id
    }

    /// Returns `true` where leaving the conversation loses nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.conversation.messages.is_empty()
    }

    /// What is known of the answers beside their text.
    pub(crate) fn into_records(self) -> Vec<AnswerRecord> {
        self.records
    }

    /// The transaction that creates the conversation in the shared file; `None` without a question.
    /// The messages are one block, so that their order is kept.
    #[must_use]
    pub fn creation_changes(&self, at: Timestamp) -> Option<Vec<Change>> {
        let Conversation { id, title, messages, .. } = self.conversation.clone();
        let question = messages.iter().find(|message| message.role == Role::User)?;
        let is_default = title == Title::from(TITLE);
        let title = if is_default { Title::from_question(&question.text) } else { title };
        let block = MessageBlock { predecessor: None, messages };
        let create = Change::Create { id: id.clone(), title, at };
        Some(vec![create, Change::Insert { id, blocks: vec![block] }])
    }

    /// Performs an effect and returns the event that answers it. The caller deletes the
    /// conversation by dropping the store.
    pub fn perform(&mut self, effect: StoreEffect, now: Timestamp) -> Option<StoreEvent> {
        match effect {
            StoreEffect::Open(_) | StoreEffect::OpenEarlier { .. } => {
                Some(StoreEvent::Opened(self.to_loaded()))
            }
            StoreEffect::StoreQuestion { turn, changes, .. } => {
                Some(self.store_question(turn, &changes))
            }
            StoreEffect::Turn { turn, step, .. } => self.perform_step(turn, &step, now),
            StoreEffect::Commit(changes) => match self.commit(&changes) {
                Ok(()) => StoreEvent::from_commit(&changes),
                Err(failure) => StoreEvent::from_failed_commit(&changes, failure),
            },
            StoreEffect::Export { .. } => Some(StoreEvent::Failed(not_saved())),
            StoreEffect::Duplicate { copy_id: about, .. } => {
                Some(StoreEvent::NotChanged { about, failure: not_saved() })
            }
            // They would leave a trace of the conversation, or are not about one.
            StoreEffect::ReplaceTitle { .. }
            | StoreEffect::SaveAnswerRecords { .. }
            | StoreEffect::Arrange(_)
            | StoreEffect::CountUsage(_)
            | StoreEffect::List
            | StoreEffect::FindBackground
            | StoreEffect::RecordCapability { .. }
            | StoreEffect::Search { .. }
            | StoreEffect::CancelExport
            | StoreEffect::CancelSearch
            | StoreEffect::ReadLog
            | StoreEffect::ListPresets
            | StoreEffect::ChangePreset(_)
            | StoreEffect::UndoPreset
            | StoreEffect::Undo(_) => None,
        }
    }

    fn perform_step(
        &mut self,
        turn: TurnId,
        step: &StoreStep,
        now: Timestamp,
    ) -> Option<StoreEvent> {
        match step {
            StoreStep::StoreEnding(ending) => Some(self.store_answer(turn, ending, now)),
            StoreStep::LeaveRunning(_) => {
                Some(StoreEvent::AnswerStored { turn, conversation: self.to_loaded() })
            }
            // They would leave a trace of the conversation.
            StoreStep::RecordBackground { .. } | StoreStep::RecordToolUse(_) => None,
        }
    }

    fn store_question(&mut self, turn: TurnId, changes: &[Change]) -> StoreEvent {
        let mut next = self.clone();
        match next.commit(changes) {
            Ok(()) if next.conversation.is_unanswered() => {
                *self = next;
                StoreEvent::QuestionStored { turn, conversation: self.to_loaded() }
            }
            Ok(()) => {
                let text = "The last question already has an answer.";
                let next = "Ask a new question, or request another answer.";
                let failure = Failure::new(FailureKind::Storage, text, next);
                StoreEvent::QuestionNotStored { turn, failure }
            }
            Err(failure) => StoreEvent::QuestionNotStored { turn, failure },
        }
    }

    /// The server stores nothing, so that no other program can continue from its answers.
    fn store_answer(&mut self, turn: TurnId, ending: &ReplyEnding, now: Timestamp) -> StoreEvent {
        if let Some((message, record)) =
            answer::message_and_record(ending, now, WebChain::Impossible)
        {
            self.conversation.messages.push(message);
            self.conversation.last_update = now;
            self.records.push(record);
        }
        StoreEvent::AnswerStored { turn, conversation: self.to_loaded() }
    }

    /// Applies all changes or none.
    fn commit(&mut self, changes: &[Change]) -> Result<(), Failure> {
        let mut next = self.clone();
        changes.iter().try_for_each(|change| next.apply_change(change))?;
        *self = next;
        Ok(())
    }

    fn apply_change(&mut self, change: &Change) -> Result<(), Failure> {
        let Change::ReplaceFrom { keep, removed, messages, at, .. } = change else {
            let mut all = vec![self.conversation.clone()];
            change.apply_to(&mut all);
            if let Some(changed) = all.pop() {
                self.conversation = changed;
            }
            return Ok(());
        };
        match replace_from::replace_from(&mut self.conversation, *keep, removed, messages, *at) {
            ReplaceResult::Applied => {
                let kept = self.conversation.messages.get(..*keep).unwrap_or_default();
                branch::save_branch(&mut self.branches, kept.last(), removed);
                Ok(())
            }
            ReplaceResult::Conflict => {
                let text = "This conversation was changed elsewhere in the meantime.";
                let next_step = "Nothing was changed. Check the conversation, then try again.";
                Err(Failure::new(FailureKind::Storage, text, next_step))
            }
        }
    }

    fn to_loaded(&self) -> Box<LoadedConversation> {
        let (conversation, records) = (self.conversation.clone(), self.records.clone());
        let branches = self.branches.clone();
        let forks = branch::forks(&branches, &conversation.messages);
        Box::new(LoadedConversation {
            interruptions: AnswerRecord::early_ends(&records, &conversation.messages),
            conversation,
            records,
            branches,
            forks,
            calculations: Vec::new(),
        })
    }
}

fn not_saved() -> Failure {
    let text = "This conversation is temporary.";
    Failure::new(FailureKind::Storage, text, "Use /save to keep it first.")
}
