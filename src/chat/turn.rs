//! One turn under way: a question, the answer growing, and where it stands.
//! May not measure time: `since` arrives with each step.

use super::{
    Activity, AnswerOptions, ConversationId, ExecutionMode, Failure, ResponseId, Timestamp,
    ToolUse, TurnId,
};

/// Where a turn stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnPhase {
    /// The question is being written to disk; nothing has been sent.
    Storing,
    /// The user stopped it while its question was being written; it will not be sent.
    Stopping,
    /// The request is out and nothing has come back.
    Waiting,
    /// The server will be asked again after a pause; why.
    Retrying {
        /// Why.
        failure: Failure,
        /// When.
        until: Timestamp,
    },
    /// The model does something other than writing.
    Busy(Activity),
    /// The answer is coming in.
    Streaming,
    /// The answer has ended and is being written to disk.
    Keeping,
}

/// A question on its way to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// When the question was sent.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub phase: TurnPhase,
    /// What has come of the answer.
    pub answer: String,
    /// What has come again of an answer that is taken up from its beginning; `answer` holds what came
    /// before until this is more.
    pub again: Option<String>,
    /// How often the answer was replaced instead of appended to; whoever cached its beginning
    /// must start over when this moves.
    pub rewrites: u32,
    /// What has come of the reasoning summary.
    pub reasoning: String,
    /// The tools used so far.
    pub tools: Vec<ToolUse>,
    /// The response's id, once the server named it.
    pub response_id: Option<ResponseId>,
    /// Whether the server goes on when the connection ends, once it said so.
    pub mode: ExecutionMode,
    /// The model that answers, once the server named it.
    pub model: Option<String>,
    /// How it was asked; unset until it is.
    pub options: Option<AnswerOptions>,
    /// Pieces of the answer so far: about as many as tokens.
    pub pieces: u64,
    /// When the first piece came.
    pub first_piece_at: Option<Timestamp>,
}

impl Turn {
    /// A turn whose question is about to be stored.
    #[must_use]
    pub const fn new(id: TurnId, conversation: ConversationId, asked_at: Timestamp) -> Self {
        Self {
            id,
            conversation,
            asked_at,
            phase: TurnPhase::Storing,
            answer: String::new(),
            again: None,
            rewrites: 0,
            reasoning: String::new(),
            tools: Vec::new(),
            response_id: None,
            mode: ExecutionMode::Foreground,
            model: None,
            options: None,
            pieces: 0,
            first_piece_at: None,
        }
    }
    /// Takes up an answer of which something had come before.
    pub fn take_up(&mut self, grown: String) {
        self.again = (!grown.is_empty()).then(String::new);
        self.answer = grown;
    }

    /// Takes a piece of the answer.
    pub fn append(&mut self, text: &str) -> Grown {
        let Some(again) = &mut self.again else {
            self.answer.push_str(text);
            return Grown::Longer;
        };
        again.push_str(text);
        if self.answer.starts_with(again.as_str()) {
            return Grown::Known;
        }
        let whole = self.again.take().unwrap_or_default();
        if !whole.starts_with(&self.answer) {
            self.rewrites = self.rewrites.wrapping_add(1);
        }
        self.answer = whole;
        Grown::Other
    }

    /// Takes another text in place of the answer so far.
    pub fn replace(&mut self, text: &str) -> Grown {
        if let Some(again) = self.again.as_mut().filter(|_| self.answer.starts_with(text)) {
            text.clone_into(again);
            return Grown::Known;
        }
        self.again = None;
        self.rewrites = self.rewrites.wrapping_add(1);
        text.clone_into(&mut self.answer);
        Grown::Other
    }
}

/// What a piece did to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grown {
    /// Nothing: that much had come before.
    Known,
    /// It is longer by the piece.
    Longer,
    /// It is another text.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However an answer comes again, in whatever pieces and however different: no moment shows
        /// less than what had come, unless the server says something else; the end is what it says.
        #[test]
        fn an_answer_taken_up_again_never_shrinks(
            before in "[ab]{0,6}",
            pieces in prop::collection::vec("[ab]{0,3}", 0..8),
        ) {
            let mut turn =
                Turn::new(TurnId::new("t"), ConversationId::new("c"), Timestamp::default());
            turn.take_up(before.clone());
            let (mut said, mut journal) = (String::new(), before.clone());
            for piece in &pieces {
                said.push_str(piece);
                match turn.append(piece) {
                    Grown::Known => {}
                    Grown::Longer => journal.push_str(piece),
                    Grown::Other => journal.clone_from(&turn.answer),
                }
                let wanted = if before.starts_with(&said) { &before } else { &said };
                prop_assert_eq!(&turn.answer, wanted);
                prop_assert_eq!(&journal, wanted);
            }
        }
    }
}
