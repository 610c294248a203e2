//! The store of the temporary conversation: it answers store effects from memory with the facts that
//! the disk gives for any other conversation.
//! May not let anything out but through `creation`: what is here ends with the program.

use crate::chat::tail::{self, Fits};
use crate::chat::{
    AnswerRecord, Block, Branch, Change, Conversation, ConversationId, Ending, Failure,
    FailureKind, Message, Role, Timestamp, TurnId, WebChain, answer, branch, title,
};

use crate::app::{Opened, StoreEffect, Stored};

/// The title until the user gives another one.
const TITLE: &str = "Temporary";

/// One conversation in memory, with what the private state folder holds of others.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    conversation: Conversation,
    records: Vec<AnswerRecord>,
    branches: Vec<Branch>,
}

impl MemoryStore {
    /// A store that holds a conversation without messages.
    #[must_use]
    pub fn new(id: ConversationId, at: Timestamp) -> Self {
        let conversation = Conversation::new(id, TITLE, at);
        Self { conversation, records: Vec::new(), branches: Vec::new() }
    }

    /// The id of the conversation, which no other store knows.
    #[must_use]
    pub const fn id(&self) -> &ConversationId {
        &self.conversation.id
    }

    /// Whether nothing was said in it yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.conversation.messages.is_empty()
    }

    /// The transaction that creates the conversation elsewhere with every message; `None` where no
    /// question was asked yet. Its messages are one block: their order stays as it is.
    #[must_use]
    pub fn creation(&self, at: Timestamp) -> Option<Vec<Change>> {
        let Conversation { id, title, messages, .. } = self.conversation.clone();
        let question = messages.iter().find(|message| message.role == Role::User)?;
        let title = if title == TITLE { title::from_question(&question.text) } else { title };
        let block = Block { behind: None, messages };
        let create = Change::Create { id: id.clone(), title, at };
        Some(vec![create, Change::Insert { id, blocks: vec![block] }])
    }

    /// Performs an effect about the conversation; returns the fact that answers it. Deleting the
    /// conversation is left to the owner, who drops the store.
    pub fn perform(&mut self, effect: StoreEffect, now: Timestamp) -> Option<Stored> {
        match effect {
            StoreEffect::Open(_) => Some(Stored::Opened(self.opened())),
            StoreEffect::KeepQuestion { turn, changes, .. } => {
                Some(self.keep_question(turn, &changes))
            }
            StoreEffect::KeepAnswer { turn, ending, .. } => {
                Some(self.keep_answer(turn, &ending, now))
            }
            StoreEffect::LeaveRunning { turn, .. } => {
                Some(Stored::AnswerKept { turn, conversation: self.opened() })
            }
            StoreEffect::Commit(changes) => Some(match self.commit(&changes) {
                Ok(()) => Stored::committed(&changes),
                Err(failure) => Stored::not_committed(&changes, failure),
            }),
            StoreEffect::Export { .. } | StoreEffect::Duplicate { .. } => {
                let said = "This conversation is temporary.";
                let failure = Failure::new(FailureKind::Storage, said, "/save keeps it first.");
                Some(Stored::NotChanged { about: Some(self.id().clone()), failure })
            }
            // Drafts, places, prompts: all else would leave a trace of it, and has no answer.
            _ => None,
        }
    }

    fn keep_question(&mut self, turn: TurnId, changes: &[Change]) -> Stored {
        let mut next = self.clone();
        match next.commit(changes) {
            Ok(()) if next.conversation.is_unanswered() => {
                *self = next;
                Stored::QuestionKept { turn, conversation: self.opened() }
            }
            Ok(()) => {
                let said = "The last question has its answer.";
                let next_step = "Ask another one, or ask for another answer.";
                let failure = Failure::new(FailureKind::Storage, said, next_step);
                Stored::QuestionNotKept { turn, failure }
            }
            Err(failure) => Stored::QuestionNotKept { turn, failure },
        }
    }

    /// The server is told to store nothing, so no other program can go on from its answers.
    fn keep_answer(&mut self, turn: TurnId, ending: &Ending, now: Timestamp) -> Stored {
        if let Some((message, record)) = answer::keep(ending, now, WebChain::Impossible) {
            self.conversation.messages.push(message);
            self.conversation.last_update = now;
            self.records.push(record);
        }
        Stored::AnswerKept { turn, conversation: self.opened() }
    }

    /// Makes all changes or none.
    fn commit(&mut self, changes: &[Change]) -> Result<(), Failure> {
        let mut next = self.clone();
        changes.iter().try_for_each(|change| next.make(change))?;
        *self = next;
        Ok(())
    }

    fn make(&mut self, change: &Change) -> Result<(), Failure> {
        let Change::ReplaceTail { keep, removed, messages, at, .. } = change else {
            let mut all = vec![self.conversation.clone()];
            change.apply_to(&mut all);
            if let Some(changed) = all.pop() {
                self.conversation = changed;
            }
            return Ok(());
        };
        match tail::replace(&mut self.conversation, *keep, removed, messages, *at) {
            Fits::Yes => {
                let kept = self.conversation.messages.get(..*keep).unwrap_or_default();
                branch::remember(&mut self.branches, kept.last(), removed);
                Ok(())
            }
            Fits::No => {
                let said = "This conversation went on elsewhere meanwhile.";
                let next_step = "Nothing was changed. Look at it again first.";
                Err(Failure::new(FailureKind::Storage, said, next_step))
            }
        }
    }

    fn opened(&self) -> Box<Opened> {
        let (conversation, records) = (self.conversation.clone(), self.records.clone());
        let branches = self.branches.clone();
        let forks = branch::forks(&branches, &conversation.messages);
        let why = |message: &Message| {
            records.iter().find(|record| record.is_about(message))?.ended_early.clone()
        };
        let messages = conversation.messages.iter().enumerate();
        let marks = messages.filter_map(|(place, message)| Some((place, why(message)?))).collect();
        Box::new(Opened { conversation, marks, records, branches, forks })
    }
}
