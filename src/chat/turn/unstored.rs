//! An answer that has ended and is not in the shared file yet, as on a full disk.

use super::super::Failure;
use super::EndReport;

/// Where an answer is that could not be stored in the shared file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnstoredCopy {
    /// In the journal on disk, from which the next start stores it.
    Journal,
    /// Only in this process: quitting loses it.
    Memory,
}

impl UnstoredCopy {
    /// Says where the answer is and what stores it, where it is not tried again by itself.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Journal => {
                "The answer is safe in the state folder and is added to the file with the next change."
            }
            Self::Memory => {
                "The answer could not be saved in the state folder either. Free some disk space before you \
                 quit; every change tries again."
            }
        }
    }
}

/// An ending that could not be stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnstoredEnding {
    /// How the answer ended.
    pub report: EndReport,
    /// Why it could not be stored.
    pub failure: Failure,
    /// Where the answer is meanwhile.
    pub copy: UnstoredCopy,
}

impl UnstoredEnding {
    /// Says that it is not stored, and why.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("Not stored: {}", self.failure.sentence)
    }

    /// Says where the answer is and what happens next.
    #[must_use]
    pub const fn next_step(&self) -> &'static str {
        match self.copy {
            UnstoredCopy::Journal => {
                "The answer is safe in the state folder. Adding it to the file is tried again every few \
                 seconds."
            }
            UnstoredCopy::Memory => {
                "Only this program has the answer. Free some disk space, or copy it before you quit. Storing \
                 it is tried again every few seconds."
            }
        }
    }
}
