//! The text of a record in memory. In a long one, earlier messages are left out: they stay in the file,
//! because neither a new message nor a new title needs them.

use std::ops::Range;
use std::sync::Arc;

use crate::chat::{Conversation, ConversationId};

use crate::store::index::{MessageKeys, RecordOutline, read_outline};
use crate::store::json::edit::{self, ByteEdit};
use crate::store::records::read;

/// How much of a record is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every message, as a change in the middle needs it.
    Whole,
    /// Of a very long conversation, at least so many of the last messages.
    Last(usize),
}

impl Extent {
    /// What a new message, a new title and the next answer need: more messages than
    /// `Fingerprint::of_context` looks at.
    pub const END: Self = Self::Last(400);
}

/// The text of a record's value, perhaps without earlier messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordText {
    text: Arc<String>,
    omitted: Option<Omitted>,
}

/// The messages a text lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Omitted {
    /// Where they belong in the text.
    pub at: usize,
    /// Where they are in the file.
    pub range: Range<usize>,
    /// How many there are.
    pub messages: usize,
    /// Which keys the messages of the record carry.
    pub keys: MessageKeys,
}

impl From<String> for RecordText {
    /// Takes a text that lacks no messages.
    fn from(text: String) -> Self {
        Self { text: Arc::new(text), omitted: None }
    }
}

impl RecordText {
    /// A record without earlier messages.
    pub(crate) fn without(text: String, omitted: Omitted) -> Self {
        Self { text: Arc::new(text), omitted: Some(omitted) }
    }

    /// The text that is in memory: a record of its own, which only lacks messages.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that is in memory; it is copied only where it is shared.
    pub(crate) fn into_text(self) -> String {
        Arc::unwrap_or_clone(self.text)
    }

    /// Returns the text that is in memory, without copying it.
    pub(crate) fn shared_text(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    pub(crate) const fn omitted(&self) -> Option<&Omitted> {
        self.omitted.as_ref()
    }

    /// How long the whole record is, in bytes.
    pub(crate) fn whole_length(&self) -> usize {
        let omitted = self.omitted.as_ref().map_or(0, |omitted| omitted.range.len());
        self.text.len().saturating_add(omitted)
    }

    /// The text before and after what is left out; the second is empty where nothing is.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let at = self.omitted.as_ref().map_or(self.text.len(), |omitted| omitted.at);
        self.text.split_at_checked(at).unwrap_or((&self.text, ""))
    }

    /// The record after edits; `None` where one of them is about what is left out.
    pub(crate) fn edited(&self, edits: &[ByteEdit]) -> Option<Self> {
        let mut omitted = self.omitted.clone();
        if let Some(Omitted { at, .. }) = &mut omitted {
            let place = *at;
            for ByteEdit { range, replacement } in edits.iter().filter(|it| it.range.start < place)
            {
                if range.end > place {
                    return None;
                }
                *at = at.saturating_add(replacement.len()).saturating_sub(range.len());
            }
        }
        Some(Self { text: Arc::new(edit::apply(&self.text, edits)), omitted })
    }

    /// The whole record; `missing` is what is left out.
    pub(crate) fn filled(&self, missing: &str) -> Self {
        let (before, after) = self.parts();
        Self::from([before, missing, after].concat())
    }

    /// The conversation, without the messages that are left out.
    #[must_use]
    pub fn conversation(&self, id: &ConversationId) -> Conversation {
        let mut conversation = read::conversation(&self.text, id, 0..self.text.len());
        conversation.earlier = self.omitted.as_ref().map_or(0, |omitted| omitted.messages);
        conversation
    }

    /// What the table of contents says of the whole record; positions are those in it.
    pub(crate) fn outline(&self, id: &ConversationId) -> RecordOutline {
        let mut outline = read_outline(&self.text, id);
        if let Some(Omitted { range, messages, keys, .. }) = &self.omitted {
            let count = &mut outline.summary.message_count;
            *count = count.saturating_add(*messages);
            if *keys == MessageKeys::Extended {
                outline.message_keys = MessageKeys::Extended;
            }
            if let Some(list) = &mut outline.message_list {
                list.end = list.end.saturating_add(range.len());
            }
        }
        outline
    }
}
