//! Errors of the shared file and their sentences for people.
//! Must not hold the text of a message, because errors are logged.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::chat::{Advice, ConversationId, Failure, FailureKind, TrashNumber, io_reason, title};

/// Why the shared file could not be read or changed. It is unchanged in every case.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Reading, writing or locking failed.
    #[error("{path} could not be {did}: {}.", io_reason(source))]
    Io {
        /// The operation as a past participle, for the sentence.
        did: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the system, whose kind decides the advice.
        source: io::Error,
    },
    /// A folder of the program's own cannot be created.
    #[error("The folder {path} cannot be created: {}.", io_reason(source))]
    FolderNotMade {
        /// The folder that was to be created.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The chats folder of the web app is not there.
    #[error("The chats folder {0} {problem}.", problem = folder_problem(.0))]
    NoFolder(PathBuf),
    /// The file is not one that the web app could have written; holds what it is instead.
    #[error("{0} {1}.")]
    InvalidFile(PathBuf, String),
    /// The chats folder was there, and has been moved or removed.
    #[error("The chats folder {0} is missing. It was there when duologue started.")]
    FolderGone(PathBuf),
    /// Nothing has that id, prefix or title.
    #[error("No conversation has the id, id prefix or title \"{0}\".")]
    NotFound(String),
    /// Nothing has that id, prefix or title, but the titles of these contain it.
    #[error("No conversation has the id, id prefix or title \"{wanted}\". Did you mean {}?", list_candidates(.candidates))]
    Similar {
        /// What was asked for.
        wanted: String,
        /// Ids and titles that contain it.
        candidates: Vec<(ConversationId, String)>,
    },
    /// No deletion, edit or loss has that number.
    #[error("There is no number {0} in the list.")]
    NothingToUndo(u64),
    /// An entry of the trash is undone after a newer one of its conversation.
    #[error("{reason}")]
    UndoneAfter {
        /// Why it was not undone, in a sentence.
        reason: String,
        /// The conversation of both.
        conversation: ConversationId,
        /// The entry to undo first.
        newer: TrashNumber,
    },
    /// A word fits several conversations.
    #[error("\"{wanted}\" matches {} conversations: {}.", .candidates.len(), list_candidates(.candidates))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// Ids and titles that fit.
        candidates: Vec<(ConversationId, String)>,
    },
    /// The record is broken in a way that leaves no place for the change.
    #[error("This conversation is damaged: {0}.")]
    Damaged(String),
    /// The conversation is not in the file any more.
    #[error("This conversation was deleted in the meantime.")]
    Deleted(ConversationId),
    /// The question of an answer is not in its conversation any more.
    #[error("This question was removed in the meantime.")]
    QuestionRemoved,
    /// A question that would be removed has no answer yet, and somebody is getting one.
    #[error("A question that this would remove is still being answered.")]
    BeingAnswered,
    /// There is no question to ask again: the last message is an answer.
    #[error("The last question already has an answer.")]
    Answered,
    /// Another program changed the conversation since the change was planned.
    #[error("This conversation was changed elsewhere in the meantime.")]
    Outdated,
    /// The history of calculations has a shape with which the web app's calculator fails; holds why.
    #[error("The calculation worked, but could not be added to {0}: {1}.")]
    UnusableHistory(PathBuf, &'static str),
    /// Replacing the file would take it away from its owner.
    #[error("{0} belongs to another user, who could no longer read it after a change.")]
    OwnerWouldLoseAccess(PathBuf),
    /// Another program changed the file each time it was about to be replaced.
    #[error("Another program keeps changing {0}.")]
    Contended(PathBuf),
    /// Another terminal holds the lock.
    #[error("Another duologue has been writing to {0} for over twenty seconds.")]
    LockTimeout(PathBuf),
    /// What was about to be written would not have been read back as meant.
    #[error("The change to {0} failed its check before writing ({1}).")]
    VerificationFailed(PathBuf, String),
}

/// Why an open version of the file cannot be read, or a change of it not be planned.
#[derive(Debug)]
pub enum VersionError<E = StoreError> {
    /// The file is not what its table of contents says: another program has written into it, and it has
    /// to be opened again.
    Stale,
    /// Opening it again would not help.
    Store(E),
}

impl<E: From<StoreError>> From<StoreError> for VersionError<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl StoreError {
    /// An error of the system; `did` is the operation as a past participle.
    #[must_use]
    pub fn io(did: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { did, path: path.to_path_buf(), source }
    }

    /// Whether the same attempt may succeed a little later, although the file has not changed: it failed because
    /// of the disk, a folder, a permission or somebody else's lock.
    pub(crate) const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Io { .. }
                | Self::FolderNotMade { .. }
                | Self::NoFolder(_)
                | Self::FolderGone(_)
                | Self::OwnerWouldLoseAccess(_)
                | Self::Contended(_)
                | Self::LockTimeout(_)
        )
    }

    /// Whether an answer waits in the journal for what it belongs to, which was removed: it is stored as soon
    /// as that is restored.
    #[must_use]
    pub(crate) const fn is_answer_waiting(&self) -> bool {
        matches!(self, Self::Deleted(_) | Self::QuestionRemoved)
    }

    /// What the user can do about it.
    #[must_use]
    pub fn advice(&self) -> Advice {
        let words = match self {
            Self::FolderNotMade { .. } => {
                "Nothing was changed. Set HOME or XDG_STATE_HOME to a folder you can write to."
            }
            Self::NoFolder(path) if path.exists() => "Name a folder with --chats DIR.",
            Self::NoFolder(_) => "Create it, or name another folder with --chats DIR.",
            Self::FolderGone(_) => "Nothing was changed. Move it back, then try again.",
            Self::OwnerWouldLoseAccess(_) => {
                "Nothing was changed. Run duologue as that user, or put both users in one group."
            }
            Self::UnusableHistory(..) => "Move the file away, and a new one is made.",
            Self::Answered => "Ask a new question, or request another answer.",
            Self::Outdated => "Nothing was changed. Check the conversation, then try again.",
            Self::LockTimeout(_) | Self::Contended(_) => "Nothing was changed. Try again.",
            Self::VerificationFailed(..) => "Nothing was changed. Please report this.",
            Self::Deleted(_) => "Undo restores it, with any answer that arrived since.",
            Self::QuestionRemoved => {
                "Undo, or another version of the conversation, restores it with any answer that arrived since."
            }
            Self::BeingAnswered => {
                "Nothing was changed. Wait for its answer or stop it, then try again."
            }
            Self::Io { source, .. } => io_advice(source.kind()),
            Self::NothingToUndo(_) => "`duologue undo --list` shows what can be undone.",
            Self::UndoneAfter { newer, .. } => {
                return format!("Undo that first: `duologue undo {}`.", newer.0).into();
            }
            Self::Similar { .. } => return Advice::None,
            Self::NotFound(_) => return Advice::ListConversations,
            Self::Ambiguous { .. } => "Type more of the id.",
            Self::Damaged(_) => "It is left unchanged; other conversations still work.",
            Self::InvalidFile(..) => {
                "Run `duologue doctor` to see whether it can be repaired. Nothing was changed."
            }
        };
        words.into()
    }

    /// The sentence and next step for people.
    #[must_use]
    pub fn to_failure(&self) -> Failure {
        Failure::new(FailureKind::Storage, self.to_string(), self.advice())
    }
}

/// What the user can do about an error of the system.
fn io_advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::FileTooLarge => {
            "Nothing was changed. The file is larger than the system allows: see `ulimit -f`."
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "Nothing was changed. Free some space and try again."
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Nothing was changed. Check the permissions."
        }
        _ => "Nothing was changed. Check the folder and try again.",
    }
}

/// Why a path is no chats folder.
fn folder_problem(path: &Path) -> &'static str {
    if path.exists() { "is not a folder" } else { "does not exist" }
}

/// How many characters of an id the list shows.
const SHORT_ID_CHARS: usize = 8;

/// The first few candidates, for a sentence: each with as much of its id as tells it from the others.
fn list_candidates(candidates: &[(ConversationId, String)]) -> String {
    let start = |id: &ConversationId, chars| id.as_str().chars().take(chars).collect::<String>();
    let longest = candidates.iter().map(|(id, _)| id.as_str().len()).max().unwrap_or(0);
    let are_different = |chars: &usize| {
        let starts: BTreeSet<String> = candidates.iter().map(|(id, _)| start(id, *chars)).collect();
        starts.len() == candidates.len()
    };
    let chars = (SHORT_ID_CHARS..longest).find(are_different).unwrap_or(longest);
    let name = |(id, title): &(ConversationId, String)| {
        format!("\"{}\" ({})", title::in_sentence(title), start(id, chars))
    };
    let mut names: Vec<String> = candidates.iter().take(5).map(name).collect();
    if candidates.len() > names.len() {
        names.push("…".to_owned());
    }
    names.join(", ")
}
