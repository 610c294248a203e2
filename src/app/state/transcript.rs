//! The conversation pane: what is open, and where the view stands in it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::copy::RecentCopy;
use crate::chat::branch::{Branch, Fork};
use crate::chat::{
    AnswerRecord, ConversationId, Failure, Fingerprint, Message, Readability, ResponseId, Role,
    ScrollAnchor, Timestamp, UsageTotals,
};

use super::search_bar::SearchBar;
use super::search_overlay::JumpTarget;
use super::selection::Selection;

/// The conversation pane.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// What is open; `None` is a new conversation that exists nowhere yet.
    pub open: Option<OpenConversation>,
    /// Set while a conversation is being read.
    pub opening: Option<ConversationId>,
    /// Where the view is.
    pub scroll: Scroll,
    /// Whether all of what stands behind answers is shown.
    pub details: DetailsDisplay,
    /// The end of the conversation when it was on screen last.
    pub last_seen_end: Option<Anchor>,
    /// A message of the conversation being opened that is to be shown first.
    pub jump_target: Option<JumpTarget>,
    /// Where the view stood in conversations that are not on screen.
    pub scroll_positions: HashMap<ConversationId, ScrollAnchor>,
    /// What is looked for in it.
    pub search: Option<SearchBar>,
    /// The message chosen by its position; one past the last is the growing answer.
    pub selected: Option<usize>,
    /// The text selected with the mouse.
    pub selection: Option<Selection>,
    /// The message that was copied by the key before.
    pub recent_copy: Option<RecentCopy>,
}

/// How much is shown of what stands behind answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DetailsDisplay {
    /// One line.
    #[default]
    Collapsed,
    /// All of it.
    Expanded,
}

/// A conversation on screen.
#[derive(Debug, Clone)]
pub struct OpenConversation {
    /// Its key.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// Its messages. Shared, never changed in place: the same pointer is the same message, so a
    /// layout may be cached by it.
    pub messages: Vec<Arc<Message>>,
    /// What the web app would chain from.
    pub last_response_id: Option<ResponseId>,
    /// Whether its messages can be read.
    pub readability: Readability,
    /// Answers that ended early, as positions in `messages`, with the reason in one sentence.
    pub interruptions: Vec<(usize, String)>,
    /// Why the last question has no answer, where that is known.
    pub failure: Option<Failure>,
    /// What its answers took, as far as it is known.
    pub spending: UsageTotals,
    /// Lines that once were visible.
    pub branches: Vec<Branch>,
    /// Places where there is more than one way on.
    pub forks: Vec<Fork>,
    /// The models that gave its answers, by their position, where that is known.
    pub models: HashMap<usize, String>,
    /// What is known of its last message, where that is an answer of this program's.
    pub last_answer: Option<AnswerRecord>,
}

impl OpenConversation {
    /// The position of a question now; of two that are the same, the last.
    #[must_use]
    pub fn position(&self, question: &Fingerprint) -> Option<usize> {
        self.messages.iter().rposition(|message| {
            message.role == Role::User && Fingerprint::of(message) == *question
        })
    }
}

/// Where the conversation view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the bottom, following what comes in.
    #[default]
    Follow,
    /// The top line of the view; stays put whatever comes in.
    At(Anchor),
    /// The line that shows a byte of a message at the top; the next frame makes a place of it.
    Restore(ScrollAnchor),
    /// Moved as little as brings what was found into view.
    ShowMatch,
    /// Moved as little as brings a message into view; the next frame makes a place of it.
    ShowMessage(usize),
}

/// A line of the conversation, counted from the top of one message.
///
/// The line may lie outside the message (negative, or past its end): drawing finds the message it
/// really belongs to and hands the tidy form back in `Measured`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchor {
    /// Position of the message; the growing answer is one past the last stored message.
    pub message: usize,
    /// Lines below that message's first line.
    pub line: i64,
}
