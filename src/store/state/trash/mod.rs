//! What can be undone, for as long as `UNDO_DAYS` says: deleted conversations to the byte, edits, what was
//! reapplied, and whole versions of the file that another program overwrote.

mod entry;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::chat::{ConversationId, Timestamp, UNDO_SECONDS};

use super::state_file::StateFile;
use crate::store::file::identity::modified_at;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;

pub use entry::{Actor, Removed, TrashEntry};

pub use crate::chat::TrashNumber;

/// An entry that was put into the trash by a commit.
#[derive(Debug)]
pub struct NewTrashEntry {
    /// The number that `duologue undo` takes.
    pub number: TrashNumber,
    /// The conversation that the commit deletes.
    pub deleted: Option<ConversationId>,
}

/// The trash of one user: a file per entry, and for some a version of the shared file beside it.
#[derive(Debug)]
pub struct Trash {
    folder: PathBuf,
}

impl Trash {
    /// That of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self { folder: paths.state_folder().join("trash") }
    }

    /// Returns where the entries are, for errors.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds an entry, which is on disk before this returns. Of the reapplied changes only the last entry
    /// is kept. The caller holds the lock of the shared file, and has reserved a number that no entry has
    /// had.
    ///
    /// # Errors
    /// When it cannot be written; nothing may be removed from the shared file then.
    pub fn put(&self, reserved: u64, entry: &TrashEntry) -> io::Result<TrashNumber> {
        let number = self.next_number(reserved);
        self.write_entry(number, entry)?;
        if matches!(entry.what, Removed::Reapplied { .. }) {
            let reapplied = self.entries().into_iter().filter(|(older, entry)| {
                *older != number && matches!(entry.what, Removed::Reapplied { .. })
            });
            reapplied.for_each(|(older, _)| self.remove(older));
        }
        Ok(number)
    }

    /// Moves a version of the file in. Where the file system has hard links it keeps its old name
    /// until its entry is written, so that a crash leaves it where it is expected.
    ///
    /// # Errors
    /// When it cannot be moved, or its entry cannot be written.
    pub fn put_version(
        &self,
        reserved: u64,
        version: &Path,
        entry: &TrashEntry,
    ) -> io::Result<TrashNumber> {
        private::make_folder(&self.folder)?;
        let number = self.next_number(reserved);
        // The entry comes last, as it promises that the version is there.
        let file = self.version_path(number);
        fs::hard_link(version, &file).or_else(|_| fs::rename(version, &file))?;
        self.write_entry(number, entry)?;
        let _ = fs::remove_file(version);
        private::restrict(&file);
        Ok(number)
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let all = self.numbers("json").into_iter().filter_map(|number| self.read_entry(number));
        // An entry without its version was being removed when the program ended.
        let is_whole = |(number, entry): &(TrashNumber, TrashEntry)| {
            !matches!(entry.what, Removed::Overwritten { .. })
                || self.version_path(*number).exists()
        };
        all.filter(is_whole).collect()
    }

    /// The entries of whole versions. The others are not read, which may be many.
    #[must_use]
    pub fn version_entries(&self) -> Vec<(TrashNumber, TrashEntry)> {
        self.numbers("version").into_iter().filter_map(|number| self.read_entry(number)).collect()
    }

    /// Writes an entry under a number, new or again.
    ///
    /// # Errors
    /// When it cannot be written; the old one stays then.
    pub fn write_entry(&self, number: TrashNumber, entry: &TrashEntry) -> io::Result<()> {
        self.entry_file(number).update(|value| *value = Some(entry.clone()))
    }

    /// The path of the version that belongs to an entry.
    #[must_use]
    pub fn version_path(&self, number: TrashNumber) -> PathBuf {
        self.folder.join(format!("{:012}.version", number.0))
    }

    /// The folder of the files that belong to an entry.
    #[must_use]
    pub fn files_folder(&self, number: TrashNumber) -> PathBuf {
        self.folder.join(format!("{:012}.files", number.0))
    }

    /// Adds the missing entries of versions during whose move the program ended.
    pub fn add_missing_entries(&self, now: Timestamp) {
        let present = self.numbers("json");
        for number in self.numbers("version").into_iter().filter(|it| !present.contains(it)) {
            let line = "a version of the file".to_owned();
            let what = Removed::Overwritten { line, restored: None };
            let entry = TrashEntry { at: now, what, by: Actor::User, is_passed_over: false };
            if let Err(error) = self.write_entry(number, &entry) {
                tracing::warn!(%error, "a version in the trash has no entry");
            }
        }
    }

    /// Removes an entry, its version and its files.
    pub fn remove(&self, number: TrashNumber) {
        // Where that fails, undo finds that it is restored already. The version goes first, because
        // without its entry it would get a new one.
        let _ = fs::remove_file(self.version_path(number));
        let _ = fs::remove_dir_all(self.files_folder(number));
        let _ = fs::remove_file(self.entry_file(number).path());
    }

    /// Removes what is too old to be undone.
    pub fn remove_expired(&self, now: Timestamp) {
        let is_old = |at: Timestamp| now.seconds_since(at) > UNDO_SECONDS;
        // An entry that was written lately need not be read.
        let may_be_old =
            |number: &TrashNumber| modified_at(self.entry_file(*number).path()).is_none_or(is_old);
        for number in self.numbers("json").into_iter().filter(may_be_old) {
            if self.read_entry(number).is_some_and(|(_, entry)| is_old(entry.at)) {
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

    /// The reserved number, unless the counter was lost and entries have later ones.
    fn next_number(&self, reserved: u64) -> TrashNumber {
        let last = |extension| self.numbers(extension).last().map_or(0, |number| number.0);
        TrashNumber(last("json").max(last("version")).saturating_add(1).max(reserved))
    }

    fn numbers(&self, extension: &str) -> Vec<TrashNumber> {
        let mut numbers: Vec<TrashNumber> = private::files_with(&self.folder, extension)
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
    fn a_version_without_an_entry_gets_one_and_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let trash = Trash { folder: folder.path().join("trash") };
        fs::create_dir(&trash.folder).unwrap();
        let now = Timestamp::from_seconds(1);
        let what = || Removed::Overwritten { line: "1 conversation".into(), restored: None };
        fs::write(trash.version_path(TrashNumber(1)), "left").unwrap();
        let version = folder.path().join("last.json");
        fs::write(&version, "later").unwrap();
        let entry = TrashEntry { at: now, what: what(), by: Actor::User, is_passed_over: false };
        let number = trash.put_version(1, &version, &entry).unwrap();
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
