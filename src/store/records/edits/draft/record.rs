//! The record of a conversation in a draft.

use super::error::DraftError;
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
    pub(super) fn new<E>(
        member: String,
        before: Option<ConversationId>,
    ) -> Result<Self, DraftError<E>> {
        let not_a_member =
            || DraftError::VerificationFailed("the record is not one JSON member".to_owned());
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
    pub(super) fn edited<E>(&self, edits: &[ByteEdit]) -> Result<Self, DraftError<E>> {
        let omitted =
            || DraftError::VerificationFailed("a message would change that is not read".to_owned());
        let value = self.value().edited(edits).ok_or_else(omitted)?;
        match self {
            Self::Changed(_) => Ok(Self::Changed(value)),
            Self::New { member, before, .. } => {
                let (key, _) = member.split().unwrap_or_default();
                Self::new(format!("{key}{}", value.text()), before.clone())
            }
        }
    }
}
