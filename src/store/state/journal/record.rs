//! The lines of a journal.
//! May not decide what comes of them.

use serde::{Deserialize, Serialize};

use crate::chat::{
    AnswerRecord, ChangeBase, ChangeId, ConversationId, Fingerprint, LoggedChange, Timestamp,
    TurnId,
};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Record {
    /// A turn begins; the verbs that store its question follow.
    TurnBegun {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// Its question.
        question: Option<Fingerprint>,
    },
    /// The question of a turn is in the file, and this is the conversation that is sent with it.
    TurnAccepted {
        /// The turn.
        turn: TurnId,
        /// The question.
        question: Fingerprint,
        /// The fingerprint of the conversation up to and with the question.
        context: Fingerprint,
    },
    /// A verb is about to be done.
    Intended(Box<JournalEntry>),
    /// The file as it was just before the verb is applied to it.
    Based {
        /// The verb.
        verb: ChangeId,
        /// What was seen.
        seen: ChangeBase,
        /// The place of the verb among everybody's, as it is known only now.
        order: u64,
    },
    /// Verbs were written to the shared file.
    Applied {
        /// The verbs.
        verbs: Vec<ChangeId>,
        /// When.
        at: Timestamp,
    },
    /// The clock jumped back: the wait until verbs are settled begins anew.
    WaitRestarted {
        /// The verbs.
        verbs: Vec<ChangeId>,
        /// Since when they wait.
        since: Timestamp,
        /// The time of the file that lies in the future now and says nothing.
        file: Timestamp,
    },
    /// Nothing has to be done about these verbs any more.
    Settled {
        /// The verbs.
        verbs: Vec<ChangeId>,
    },
    /// More of the answer came.
    AnswerDelta {
        /// The turn.
        turn: TurnId,
        /// What came.
        text: String,
    },
    /// The answer so far was replaced.
    AnswerReplaced {
        /// The turn.
        turn: TurnId,
        /// The whole answer so far.
        text: String,
    },
    /// The turn ended; with the verb that stores its answer, if there is one.
    TurnEnded {
        /// The turn.
        turn: TurnId,
        /// The verb.
        answer: Option<Box<JournalEntry>>,
    },
}

/// A verb in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The verb.
    pub verb: LoggedChange,
    /// What is known of the answer it stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<AnswerRecord>,
    /// Since when it waits, where that is not when it was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The time of the file that says nothing, because it lies in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<Timestamp>,
    /// Whether this program is doing it right now.
    #[serde(skip)]
    pub apply_state: ApplyState,
}

/// What this program knows about a verb at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApplyState {
    /// Whether it is in the file has to be looked at.
    #[default]
    Unknown,
    /// It is being done right now.
    InProgress,
    /// It was in the file at the last look.
    Present,
}

impl JournalEntry {
    /// A verb that is meant and not done yet.
    #[must_use]
    pub const fn new(verb: LoggedChange, record: Option<AnswerRecord>) -> Self {
        Self { verb, record, since: None, ignored: None, apply_state: ApplyState::Unknown }
    }
}
