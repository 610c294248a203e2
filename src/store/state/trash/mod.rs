//! What can be undone, for thirty days: deleted conversations to the byte, edits, what healing did,
//! and whole versions of the file that somebody wrote over.
//! May not decide what goes in.

mod entry;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::chat::Timestamp;

use super::state_file::StateFile;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;

pub use entry::{Actor, Removed, TrashEntry};

/// How long something can be undone, in seconds.
const RETENTION_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The number of an entry: later ones have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrashNumber(pub u64);

/// The trash of one user: a file per entry, and for some a version of the shared file beside it.
#[derive(Debug)]
pub struct Trash {
    folder: PathBuf,
}

impl Trash {
    /// The trash beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self { folder: place.state_folder().join("trash") }
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts something in; it is on disk before this returns. Of what healing did only the last is
    /// kept. The lock of the shared file is held: it keeps numbers apart.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be thrown away.
    pub fn put(&self, entry: &TrashEntry) -> io::Result<TrashNumber> {
        let number = self.next_number();
        self.write_entry(number, entry)?;
        if matches!(entry.what, Removed::Healed { .. }) {
            for (older, it) in self.entries() {
                if older != number && matches!(it.what, Removed::Healed { .. }) {
                    self.remove(older);
                }
            }
        }
        Ok(number)
    }

    /// Moves a version of the file in. It keeps its old name until its entry is there, where the
    /// file system has second names: a crash on the way leaves it where it is looked for.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn put_version(&self, version: &Path, entry: &TrashEntry) -> io::Result<TrashNumber> {
        private::make_folder(&self.folder)?;
        let number = self.next_number();
        // The entry comes last: without its version it would promise too much.
        let file = self.version_path(number);
        fs::hard_link(version, &file).or_else(|_| fs::rename(version, &file))?;
        self.write_entry(number, entry)?;
        let _ = fs::remove_file(version);
        private::restrict(&file);
        Ok(number)
    }

    /// Everything in it, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let all = self.numbers("json").into_iter().filter_map(|number| self.read_entry(number));
        // One whose version is gone was being removed when the program ended.
        let is_whole = |(number, entry): &(TrashNumber, TrashEntry)| {
            !matches!(entry.what, Removed::Overwritten { .. })
                || self.version_path(*number).exists()
        };
        all.filter(is_whole).collect()
    }

    /// The versions of the file in it; nothing else is read, which may be much.
    #[must_use]
    pub fn version_entries(&self) -> Vec<(TrashNumber, TrashEntry)> {
        self.numbers("version").into_iter().filter_map(|number| self.read_entry(number)).collect()
    }

    /// Writes an entry, new or anew.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_entry(&self, number: TrashNumber, entry: &TrashEntry) -> io::Result<()> {
        self.entry_file(number).update(|there| *there = Some(entry.clone()))
    }

    /// The version of the file that an entry is about.
    #[must_use]
    pub fn version_path(&self, number: TrashNumber) -> PathBuf {
        self.folder.join(format!("{:012}.version", number.0))
    }

    /// Gives versions an entry that have none: the program ended while they were put in.
    pub fn add_missing_entries(&self, now: Timestamp) {
        let known = self.numbers("json");
        for number in self.numbers("version").into_iter().filter(|it| !known.contains(it)) {
            let line = "a version of the file".to_owned();
            let what = Removed::Overwritten { line, restored: None };
            let entry = TrashEntry { at: now, what, by: Actor::User };
            if let Err(error) = self.write_entry(number, &entry) {
                tracing::warn!(%error, "a version in the trash has no entry");
            }
        }
    }

    /// Forgets one that was restored.
    pub fn remove(&self, number: TrashNumber) {
        // Left there, undo would find it is restored already. The version first: without its entry
        // it would be taken for one whose entry is missing.
        let _ = fs::remove_file(self.version_path(number));
        let _ = fs::remove_file(self.entry_file(number).path());
    }

    /// Forgets what happened over thirty days ago.
    pub fn remove_expired(&self, now: Timestamp) {
        // What was written lately need not be read.
        let is_old = |number: &TrashNumber| {
            let about = fs::metadata(self.entry_file(*number).path());
            let written = about.and_then(|about| about.modified()).ok();
            let since = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let at = since.and_then(|since| i64::try_from(since.as_secs()).ok());
            at.is_none_or(|at| now.seconds_since(Timestamp::from_seconds(at)) > RETENTION_SECONDS)
        };
        for number in self.numbers("json").into_iter().filter(is_old) {
            if self
                .read_entry(number)
                .is_some_and(|(_, it)| now.seconds_since(it.at) > RETENTION_SECONDS)
            {
                self.remove(number);
            }
        }
    }

    fn read_entry(&self, number: TrashNumber) -> Option<(TrashNumber, TrashEntry)> {
        Some((number, self.entry_file(number).read_or_default()?))
    }

    fn entry_file(&self, number: TrashNumber) -> StateFile<Option<TrashEntry>> {
        StateFile::in_folder(&self.folder, &format!("{:012}.json", number.0))
    }

    fn next_number(&self) -> TrashNumber {
        let last = |ending| self.numbers(ending).last().map_or(0, |number| number.0);
        TrashNumber(last("json").max(last("version")).saturating_add(1))
    }

    fn numbers(&self, of: &str) -> Vec<TrashNumber> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut numbers: Vec<TrashNumber> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == of))
            .filter_map(|path| Some(TrashNumber(path.file_stem()?.to_str()?.parse().ok()?)))
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_a_crash_left_without_an_entry_gets_one_and_nothing_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let trash = Trash { folder: folder.path().join("trash") };
        fs::create_dir(&trash.folder).unwrap();
        let now = Timestamp::from_seconds(1);
        let what = || Removed::Overwritten { line: "1 conversation".into(), restored: None };
        fs::write(trash.version_path(TrashNumber(1)), "left").unwrap();
        let version = folder.path().join("last.json");
        fs::write(&version, "later").unwrap();
        let number = trash
            .put_version(&version, &TrashEntry { at: now, what: what(), by: Actor::User })
            .unwrap();
        assert_eq!((number, version.exists()), (TrashNumber(2), false));
        trash.add_missing_entries(now);
        let all: Vec<TrashNumber> = trash.entries().into_iter().map(|(number, _)| number).collect();
        assert_eq!(all, [TrashNumber(1), TrashNumber(2)]);
        let text = |number| fs::read_to_string(trash.version_path(number)).unwrap();
        assert_eq!((text(TrashNumber(1)), text(TrashNumber(2))), ("left".into(), "later".into()));
        fs::remove_file(trash.version_path(TrashNumber(1))).unwrap();
        assert_eq!(trash.entries().len(), 1, "it was being removed");
    }
}
