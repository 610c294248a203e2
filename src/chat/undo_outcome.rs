//! What came of an undo.

use std::fmt::{self, Display, Formatter};

use super::Failure;

/// What came of an undo that met no error. It is displayed in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoOutcome {
    /// A change was undone; the sentence names it.
    Undone(String),
    /// The change whose turn it was cannot be undone: why, and what to do.
    Refused(Failure),
    /// There is no change to undo.
    Nothing,
}

impl UndoOutcome {
    /// Whether something was undone.
    #[must_use]
    pub const fn is_undone(&self) -> bool {
        matches!(self, Self::Undone(_))
    }
}

impl Display for UndoOutcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undone(sentence) => f.write_str(sentence),
            Self::Refused(why) => Display::fmt(why, f),
            Self::Nothing => f.write_str("Nothing to undo."),
        }
    }
}
