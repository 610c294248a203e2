//! The records of a journal, one a line.

use serde::{Deserialize, Serialize};

use crate::chat::{
    AnswerRecord, ChangeBase, ChangeId, ConversationId, Fingerprint, LoggedChange, Timestamp,
    TurnId,
};

/// One line of a journal: what happened to a change or a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JournalRecord {
    /// A turn begins; the changes that store its question follow.
    TurnBegun {
        /// What the later records of this turn name.
        turn: TurnId,
        /// The conversation it belongs to.
        conversation: ConversationId,
        /// Its question, where that is known already.
        question: Option<Fingerprint>,
        /// What was typed for the question, where that is something else, as the call of a template.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
    },
    /// The question of a turn is in the file, and this is the conversation that is sent with it.
    TurnAccepted {
        /// The turn whose question this is.
        turn: TurnId,
        /// The question that was accepted.
        question: Fingerprint,
        /// The fingerprint of the conversation up to and with the question.
        context: Fingerprint,
    },
    /// A change is about to be applied.
    Intended(Box<JournalEntry>),
    /// What the file shows just before a change is applied.
    Based {
        /// Which of the intended changes this is about.
        id: ChangeId,
        /// What reapplying it has to know.
        base: ChangeBase,
        /// The sequence number, which the change gets only now.
        sequence: u64,
    },
    /// Changes were written to the shared file.
    Applied {
        /// The changes that one commit wrote.
        ids: Vec<ChangeId>,
        /// When they were written.
        at: Timestamp,
    },
    /// The clock jumped back: the wait until changes are confirmed restarts.
    WaitRestarted {
        /// The changes that wait anew.
        ids: Vec<ChangeId>,
        /// From when on they wait.
        since: Timestamp,
        /// The modification time of the file, ignored from now on because it is in the future.
        file: Timestamp,
    },
    /// Nothing has to be done about these changes any more.
    Settled {
        /// Changes that the journal can forget.
        ids: Vec<ChangeId>,
    },
    /// More of an answer arrived.
    AnswerDelta {
        /// The turn that receives the answer.
        turn: TurnId,
        /// The text that was received since the record before.
        text: String,
    },
    /// The partial answer was replaced.
    AnswerReplaced {
        /// The turn that receives the answer.
        turn: TurnId,
        /// The whole partial answer.
        text: String,
    },
    /// A turn ended, with the change that stores its answer, if there is one.
    TurnEnded {
        /// The turn that is forgotten with this record.
        turn: TurnId,
        /// The entry of that change.
        answer: Option<Box<JournalEntry>>,
    },
}

/// A change in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The change with its id, order and base.
    pub logged: LoggedChange,
    /// The record of the answer it stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<AnswerRecord>,
    /// From when on it waits, where that is not when it was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// A modification time of the file that is ignored because it was in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_file_time: Option<Timestamp>,
    /// What this process knows about it.
    #[serde(skip)]
    pub apply_state: ApplyState,
}

/// What this process knows about whether a change is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApplyState {
    /// The file has to be checked.
    #[default]
    Unknown,
    /// It is being applied.
    InProgress,
    /// It was in the file when that was checked last.
    Present,
}

impl JournalEntry {
    /// A change that is not applied yet.
    #[must_use]
    pub const fn new(logged: LoggedChange, record: Option<AnswerRecord>) -> Self {
        Self {
            logged,
            record,
            waiting_since: None,
            ignored_file_time: None,
            apply_state: ApplyState::Unknown,
        }
    }

    /// Whether it has to be applied: it never was, as far as is known.
    #[must_use]
    pub fn is_unapplied(&self) -> bool {
        self.apply_state == ApplyState::Unknown && self.logged.applied.is_none()
    }
}
