//! Which answers could not be stored in the shared file.

use crate::chat::{ChangeId, TurnId};

use crate::store::file::identity::FileIdentity;

/// The answers that could not be stored in the shared file yet, and what came of the last try.
#[derive(Debug, Default)]
pub(super) struct UnstoredAnswers {
    /// Their turns, with the changes that store them.
    pub(super) answers: Vec<(TurnId, ChangeId)>,
    /// Whether an error may pass although the file stays as it is.
    pub(super) may_pass: bool,
    /// The version of the file that did not take them.
    pub(super) tried: Option<FileIdentity>,
}
