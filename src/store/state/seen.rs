//! Which version of the shared file a program of ours saw last, how many foreign ones came before,
//! and the sequence counter of all terminals.
//! May not be needed: without it every version counts as foreign, which costs another look.

use std::fmt::Write as _;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::chat::Timestamp;

use super::state_file::StateFile;
use crate::store::file::open_file::FileIdentity;
use crate::store::file::store_paths::StorePaths;

/// How much of a version's name is about its text and its file.
const CONTENT_KEY_LENGTH: usize = 80;

/// What all terminals of a user know of the shared file.
#[derive(Debug)]
pub struct SeenFile(StateFile<SeenState>);

/// What is known of the shared file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenState {
    /// The version seen or written last.
    pub version: Option<String>,
    /// How many versions were written by others so far.
    pub foreign: u64,
    /// When the last of them was written.
    pub foreign_at: Option<Timestamp>,
    /// How many of them had been when everybody's verbs were last looked for in the file.
    pub healed: Option<u64>,
    /// Until when others had written before the version that was looked for in last: who wrote that
    /// one long after must have seen what was done before.
    pub quiet_since: Option<Timestamp>,
    /// When what others undid was last done again, by anybody: for all of it the wait begins anew.
    pub healed_at: Option<Timestamp>,
    /// The place the last verb of anybody's got.
    pub order: u64,
}

impl SeenFile {
    /// The one beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self(StateFile::at(place.state_folder().join("seen.json")))
    }

    /// What is known; nothing where it cannot be read.
    #[must_use]
    pub fn read(&self) -> SeenState {
        self.0.read_or_default()
    }

    /// Changes what is known now, whoever noted something before. After a power cut the file may say
    /// what it said before, which costs another look.
    pub fn update(&self, change: impl FnOnce(&mut SeenState)) {
        if let Err(error) = self.0.update_unsynced(change) {
            tracing::warn!(%error, "which version was seen last could not be noted");
        }
    }

    /// Sequence numbers for this many verbs: behind `last`, and behind all that any terminal got. The
    /// counter is on the disk before this returns.
    #[must_use]
    pub fn reserve(&self, many: u64, last: u64) -> Range<u64> {
        let reserve = move |seen: &mut SeenState| {
            let start = seen.order.max(last).saturating_add(1);
            let end = start.saturating_add(many);
            seen.order = end.saturating_sub(1);
            start..end
        };
        self.0.update(reserve).unwrap_or_else(|error| {
            tracing::warn!(%error, "the sequence counter could not be noted");
            reserve(&mut self.read())
        })
    }
}

impl SeenState {
    /// Notes the version seen or written last.
    pub fn set_last_seen(&mut self, version: Option<FileIdentity>) {
        self.version = Some(identity_key(version));
    }

    /// When anything about the file last began to wait anew: somebody else wrote it, or what they
    /// undid was done again.
    #[must_use]
    pub fn last_disturbed_at(&self) -> Option<Timestamp> {
        self.foreign_at.max(self.healed_at)
    }

    /// Whether a version is the one seen or written last but for what the system notes beside the
    /// text, such as a change of its names.
    #[must_use]
    pub fn has_content_of(&self, version: Option<FileIdentity>) -> bool {
        let text = |name: &str| name.get(..CONTENT_KEY_LENGTH).map(str::to_owned);
        self.version.as_deref().and_then(text) == text(&identity_key(version))
    }

    /// Whether a version is the one seen or written last.
    #[must_use]
    pub fn is_last_seen(&self, version: Option<FileIdentity>) -> bool {
        self.version.as_ref() == Some(&identity_key(version))
    }
}

/// A name for a version, the same in every process.
fn identity_key(version: Option<FileIdentity>) -> String {
    let Some(version) = version else {
        return "none".to_owned();
    };
    version.to_bytes().iter().fold(String::new(), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_terminals_get_numbers_at_once_and_never_the_same() {
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
    fn what_one_terminal_notes_leaves_what_another_noted() {
        let folder = tempfile::tempdir().unwrap();
        let file = || SeenFile(StateFile::at(folder.path().join("seen.json")));
        let (one, other) = (file(), file());
        one.update(|seen| seen.foreign = 7);
        assert_eq!(other.reserve(1, 20), 21..22);
        one.update(|seen| seen.healed = Some(seen.foreign));
        let seen = other.read();
        assert_eq!((seen.foreign, seen.healed, seen.order), (7, Some(7), 21));
    }
}
