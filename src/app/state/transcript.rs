//! State of the conversation pane.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::app::copy::RecentCopy;
use crate::chat::branch::{Branch, Fork};
use crate::chat::shown_details::details_markdown;
use crate::chat::{
    AnswerOptions, AnswerRecord, Calculation, ConversationId, Failure, Fingerprint, Message,
    Readability, Role, ScrollAnchor, UsageTotals,
};

use super::images::Images;
use super::search_bar::SearchBar;
use super::search_overlay::JumpTarget;
use super::selection::Selection;

/// The conversation on screen with its view, its selection and its search.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// The open conversation; `None` is a new one.
    pub open: Option<OpenConversation>,
    /// The conversation being read.
    pub opening: Option<ConversationId>,
    /// Where the view is.
    pub scroll: Scroll,
    /// How the details of answers are shown, but for those in `other_details`.
    pub details: DetailsDisplay,
    /// Positions of the messages whose details are shown the other way.
    pub other_details: BTreeSet<usize>,
    /// Positions of the messages that are shown as they were written.
    pub raw: BTreeSet<usize>,
    /// The end of the conversation when it was last on screen.
    pub last_seen_end: Option<Anchor>,
    /// The hit to show once its conversation is open.
    pub jump_target: Option<JumpTarget>,
    /// Scroll positions of the other conversations.
    pub scroll_positions: HashMap<ConversationId, ScrollAnchor>,
    /// The search bar, while it is open.
    pub search: Option<SearchBar>,
    /// Position of the selected message; one past the last is the live answer.
    pub selected: Option<usize>,
    /// The text selected with the mouse.
    pub selection: Option<Selection>,
    /// The message copied by the key before.
    pub recent_copy: Option<RecentCopy>,
    /// The thumbnails of questions that were on screen.
    pub images: Images,
}

impl Transcript {
    /// How the details of a message are shown.
    #[must_use]
    pub fn details_of(&self, item: usize) -> DetailsDisplay {
        match (self.details, self.other_details.contains(&item)) {
            (DetailsDisplay::Collapsed, false) | (DetailsDisplay::Expanded, true) => {
                DetailsDisplay::Collapsed
            }
            _ => DetailsDisplay::Expanded,
        }
    }
}

/// How the details of answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DetailsDisplay {
    /// As one line that names them.
    #[default]
    Collapsed,
    /// In full, below the answer.
    Expanded,
}

/// Why a question has no answer, and what it was asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTurn {
    /// Why there is no answer, with what to do about it.
    pub failure: Failure,
    /// The options of the request, whatever was chosen since; `None` where none was sent.
    pub options: Option<AnswerOptions>,
}

/// The conversation on screen.
#[derive(Debug, Clone)]
pub struct OpenConversation {
    /// The key of the conversation in the shared file.
    pub id: ConversationId,
    /// The title to show: the full one where it is known.
    pub title: String,
    /// How many messages in front of `messages` were not read.
    pub earlier: usize,
    /// How many of the last messages something needs.
    pub wanted: usize,
    /// How many of them were asked for.
    pub requested: usize,
    /// Its messages. They never change in place: the same pointer is the same message, so that
    /// layouts can be cached by it.
    pub messages: Vec<Arc<Message>>,
    /// Whether its messages can be read, and why not.
    pub readability: Readability,
    /// Answers that ended early: position in `messages` and reason in one sentence.
    pub interruptions: Vec<(usize, String)>,
    /// Why the last question has no answer, where that is known.
    pub failure: Option<FailedTurn>,
    /// Tokens and cost of its answers, as far as known.
    pub spending: UsageTotals,
    /// Branches that are not visible.
    pub branches: Vec<Branch>,
    /// Positions at which there is more than one branch.
    pub forks: Vec<Fork>,
    /// What its answers took, by position, where this program requested them.
    pub records: HashMap<usize, AnswerRecord>,
    /// Calculations that no answer shows; they stand below the last message.
    pub calculations: Vec<Calculation>,
}

impl OpenConversation {
    /// The record of its last message, where this program requested that answer.
    #[must_use]
    pub fn last_record(&self) -> Option<&AnswerRecord> {
        self.records.get(&self.messages.len().checked_sub(1)?)
    }

    /// The details of a message as they are shown; empty where it has none.
    #[must_use]
    pub fn details_markdown(&self, item: usize) -> String {
        let message = self.messages.get(item);
        message.map_or_else(String::new, |message| {
            let calculations = self.other_calculations(item);
            let answerer = self.records.get(&item).map(AnswerRecord::answerer);
            details_markdown(message, &answerer.unwrap_or_default(), calculations)
        })
    }

    /// The calculations that no answer shows, for the last message.
    #[must_use]
    pub fn other_calculations(&self, item: usize) -> &[Calculation] {
        let is_last = item.saturating_add(1) == self.messages.len();
        if is_last { &self.calculations } else { &[] }
    }

    /// Position of a question; of equal ones, the last.
    #[must_use]
    pub fn position(&self, question: &Fingerprint) -> Option<usize> {
        self.messages.iter().rposition(|message| {
            message.role == Role::User && Fingerprint::of(message) == *question
        })
    }
}

/// Where the transcript view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the end, following new lines.
    #[default]
    Follow,
    /// At this top line, whatever is added below.
    At(Anchor),
    /// At the line that shows this byte; the next frame resolves it.
    Restore(ScrollAnchor),
    /// Moved as little as possible to show the current match; the next frame resolves it.
    ShowMatch,
    /// Moved as little as possible to show a message; the next frame resolves it.
    ShowMessage(usize),
}

/// A line of the transcript relative to a message.
///
/// The line may be negative or past the end of the message: drawing finds the message it is in and
/// reports the normalised position in `Measured`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchor {
    /// Position of the message; one past the last is the live answer.
    pub message: usize,
    /// Lines below the first line of the message.
    pub line: i64,
}
