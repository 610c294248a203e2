//! Why a change cannot be applied to a draft.

use crate::chat::ConversationId;
use crate::store::records::edits::record_edits::PatchError;

/// Why a change cannot be applied.
#[derive(Debug)]
pub enum DraftError<E> {
    /// The conversation is not there.
    Missing(ConversationId),
    /// The conversation is not as it was when the change was decided.
    Conflict,
    /// The record leaves no place for the change; why.
    Damaged(String),
    /// The result would not be read back as intended, or not be accepted by the web app; the reason.
    VerificationFailed(String),
    /// The file is not what its table of contents says.
    StaleIndex,
    /// The file could not be read.
    Io(E),
}

impl<E> From<PatchError> for DraftError<E> {
    fn from(error: PatchError) -> Self {
        match error {
            PatchError::Conflict => Self::Conflict,
            PatchError::Damaged(reason) => Self::Damaged(reason),
        }
    }
}
