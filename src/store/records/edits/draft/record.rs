//! The record of a conversation in a draft.

use crate::chat::ConversationId;
use crate::store::json::edit::ByteEdit;
use crate::store::records::edits::layout::NewMember;
use crate::store::records::record_text::RecordText;

#[derive(Debug, Clone)]
pub(super) enum DraftRecord {
    /// It is in the file and has this value now.
    Changed(RecordText),
    /// It is not in the file yet.
    New {
        value: RecordText,
        member: Box<NewMember>,
        /// The conversation in front of which it belongs; else it comes last.
        before: Option<ConversationId>,
    },
}

impl DraftRecord {
    /// A record that is not in the file yet; `member` is its key and value.
    ///
    /// # Errors
    /// With the reason, where the text is no member.
    pub(super) fn new(member: String, before: Option<ConversationId>) -> Result<Self, String> {
        let not_a_member = || "the record is not one JSON member".to_owned();
        let member = NewMember::of(member).ok_or_else(not_a_member)?;
        let (_, value) = member.split().ok_or_else(not_a_member)?;
        let value = RecordText::from(value.to_owned());
        Ok(Self::New { value, member: Box::new(member), before })
    }

    pub(super) const fn value(&self) -> &RecordText {
        let (Self::Changed(value) | Self::New { value, .. }) = self;
        value
    }

    /// The record after edits of its value.
    ///
    /// # Errors
    /// With the reason, where an edit is about what is not read.
    pub(super) fn edited(&self, edits: &[ByteEdit]) -> Result<Self, String> {
        let value = self.value().edited(edits).ok_or("a message would change that is not read")?;
        match self {
            Self::Changed(_) => Ok(Self::Changed(value)),
            Self::New { member, before, .. } => {
                let (key, _) = member.split().unwrap_or_default();
                Self::new(format!("{key}{}", value.text()), before.clone())
            }
        }
    }
}
