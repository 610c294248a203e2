//! A question that a command asks: a new one, or one that is stored and has no answer.

use crate::chat::{
    AnswerOptions, Change, Conversation, ConversationId, Fingerprint, Message, Timestamp,
};
use crate::cli::attach::AttachedFiles;

/// A question with everything that is needed to ask it.
pub(crate) struct Question {
    pub(crate) conversation: ConversationId,
    pub(crate) kind: QuestionKind,
    pub(crate) options: AnswerOptions,
    pub(crate) files: AttachedFiles,
}

/// Whether a question has to be stored before it is sent.
#[derive(Debug)]
pub(crate) enum QuestionKind {
    /// These changes store it.
    New(Vec<Change>),
    /// It is in the file already.
    Retry(Fingerprint),
}

impl QuestionKind {
    /// A new question, asked now, at the end of a conversation; without one it starts its own.
    pub(crate) fn new(
        conversation: Option<ConversationId>,
        text: &str,
        now: Timestamp,
    ) -> (ConversationId, Self) {
        let message = Message::question(text, now);
        if let Some(id) = conversation {
            return (id.clone(), Self::New(vec![Change::Append { id, message }]));
        }
        let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
        (id.clone(), Self::New(Change::start_conversation(id, message)))
    }

    /// The last question of a conversation; `None` where it has its answer.
    pub(crate) fn last_unanswered(conversation: &Conversation) -> Option<Self> {
        let last = conversation.messages.last().filter(|_| conversation.is_unanswered())?;
        Some(Self::Retry(Fingerprint::of(last)))
    }
}
