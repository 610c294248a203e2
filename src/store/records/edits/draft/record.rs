//! The record of a conversation in a draft.

use std::sync::Arc;

use super::error::DraftError;
use crate::chat::ConversationId;
use crate::store::records::edits::layout::NewMember;

#[derive(Debug, Clone)]
pub(super) enum DraftRecord {
    /// It is in the file and has this value now.
    Changed(Arc<str>),
    /// It is not in the file yet.
    New {
        value: Arc<str>,
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
        let value = Arc::from(value);
        Ok(Self::New { value, member: Box::new(member), before })
    }

    pub(super) fn value(&self) -> &str {
        let (Self::Changed(value) | Self::New { value, .. }) = self;
        value
    }

    pub(super) fn shared_value(&self) -> Arc<str> {
        let (Self::Changed(value) | Self::New { value, .. }) = self;
        Arc::clone(value)
    }

    /// The same record with another value.
    pub(super) fn with_value<E>(&self, new: &str) -> Result<Self, DraftError<E>> {
        match self {
            Self::Changed(_) => Ok(Self::Changed(Arc::from(new))),
            Self::New { member, before, .. } => {
                let (key, _) = member.split().unwrap_or_default();
                Self::new(format!("{key}{new}"), before.clone())
            }
        }
    }
}
