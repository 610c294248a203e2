//! Which version of the shared file a duologue saw last, how many foreign ones came before, and the
//! sequence counter of all terminals. Without the file every version counts as foreign.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::chat::Timestamp;

use super::state_file::{StateFile, hexadecimal};
use crate::store::file::identity::FileIdentity;
use crate::store::file::store_paths::StorePaths;

/// How many characters of an identity key are about the text and the file, not about its names.
const CONTENT_KEY_LENGTH: usize = 80;

/// The file all terminals of a user share.
#[derive(Debug)]
pub struct SeenFile(StateFile<SeenState>);

/// What is known about the shared file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenState {
    /// The identity key of the version seen or written last.
    pub version: Option<String>,
    /// How many versions other programs wrote so far.
    pub foreign: u64,
    /// When the last of them was written.
    pub foreign_at: Option<Timestamp>,
    /// How many of them there were when the changes of all terminals were last reapplied.
    pub reapplied: Option<u64>,
    /// When others had written last before the version that was reapplied to last: who wrote that one
    /// long after must have seen what was done before.
    pub quiet_since: Option<Timestamp>,
    /// When any terminal last reapplied something, which restarts the wait of every change.
    pub reapplied_at: Option<Timestamp>,
    /// The sequence number given out last.
    pub sequence: u64,
}

impl SeenFile {
    /// That of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self(StateFile::at(paths.state_folder().join("seen.json")))
    }

    /// What is known; the default where it cannot be read.
    #[must_use]
    pub fn read(&self) -> SeenState {
        self.0.read_or_default()
    }

    /// Changes what is known, unsynced: a power cut may bring the former state back, which costs
    /// another read of the file.
    pub fn update(&self, change: impl FnOnce(&mut SeenState)) {
        if let Err(error) = self.0.update_unsynced(change) {
            tracing::warn!(%error, "the version seen last could not be saved");
        }
    }

    /// Reserves sequence numbers after `last` and after those of all terminals. The counter is
    /// on disk before this returns.
    #[must_use]
    pub fn reserve(&self, count: u64, last: u64) -> Range<u64> {
        let reserve = move |seen: &mut SeenState| {
            let start = seen.sequence.max(last).saturating_add(1);
            let end = start.saturating_add(count);
            seen.sequence = end.saturating_sub(1);
            start..end
        };
        self.0.update(reserve).unwrap_or_else(|error| {
            tracing::warn!(%error, "the sequence counter could not be saved");
            reserve(&mut self.read())
        })
    }
}

impl SeenState {
    /// Sets the version seen or written last.
    pub fn set_last_seen(&mut self, version: Option<FileIdentity>) {
        self.version = Some(identity_key(version));
    }

    /// When the wait of every change last restarted: another program wrote, or something was reapplied.
    #[must_use]
    pub fn last_disturbed_at(&self) -> Option<Timestamp> {
        self.foreign_at.max(self.reapplied_at)
    }

    /// Whether a version has the text of the one seen or written last, even if its names changed.
    #[must_use]
    pub fn has_content_of(&self, version: Option<FileIdentity>) -> bool {
        let content = |key: &str| key.get(..CONTENT_KEY_LENGTH).map(str::to_owned);
        self.version.as_deref().and_then(content) == content(&identity_key(version))
    }

    /// Whether a version is the one seen or written last.
    #[must_use]
    pub fn is_last_seen(&self, version: Option<FileIdentity>) -> bool {
        self.version.as_ref() == Some(&identity_key(version))
    }
}

/// The identity of a version as text, the same in every process.
fn identity_key(version: Option<FileIdentity>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| hexadecimal(version.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_terminals_at_once_never_get_the_same_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let file = || SeenFile(StateFile::at(folder.path().join("seen.json")));
        let mut all: Vec<u64> = std::thread::scope(|scope| {
            let both = [file(), file()].map(|file| {
                scope.spawn(move || (0..50).flat_map(|_| file.reserve(2, 0)).collect::<Vec<u64>>())
            });
            both.into_iter().flat_map(|it| it.join().unwrap()).collect()
        });
        all.sort_unstable();
        assert_eq!(all, (1..=200).collect::<Vec<u64>>());
    }

    #[test]
    fn an_update_leaves_what_another_terminal_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let file = || SeenFile(StateFile::at(folder.path().join("seen.json")));
        let (one, other) = (file(), file());
        one.update(|seen| seen.foreign = 7);
        assert_eq!(other.reserve(1, 20), 21..22);
        one.update(|seen| seen.reapplied = Some(seen.foreign));
        let seen = other.read();
        assert_eq!((seen.foreign, seen.reapplied, seen.sequence), (7, Some(7), 21));
    }
}
