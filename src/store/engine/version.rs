//! Opens the current version of the file, and reads its records.
//! Must not keep text from one reading to the next, because others change the file at any time.

use std::collections::HashMap;
use std::fs::File;

use crate::chat::{ConversationId, ConversationSummary};

use crate::store::engine::open_version::OpenVersion;
use crate::store::engine::{Store, WaitingWork};
use crate::store::file::commit::MAX_ATTEMPTS;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;
use crate::store::file::lock;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::index::{Index, IndexEntry};
use crate::store::state::SeenState;

impl Store {
    /// Opens the current version, unless the open one still is.
    pub(super) fn open_current(&mut self) -> Result<&OpenVersion, StoreError> {
        self.reopen()?;
        self.open_version.as_ref().ok_or_else(|| self.contended())
    }

    /// Opens the current version, unless the open one still is. Returns the one whose place it takes, and
    /// collects the conversations that differ between the two for the list.
    pub(super) fn reopen(&mut self) -> Result<Option<OpenVersion>, StoreError> {
        let on_disk = open_file::identity_on_disk(&self.paths)?;
        if self.open_version.as_ref().is_some_and(|version| version.identity() == on_disk) {
            return Ok(None);
        }
        // During a partial write, the previous version stays open, to be compared later.
        let now = OpenVersion::current(&self.paths)?;
        if let Some(before) = &self.open_version {
            for id in changed_rows(&before.index, &now.index) {
                if !self.foreign_changes.contains(&id) {
                    self.foreign_changes.push(id);
                }
            }
        }
        Ok(self.open_version.replace(now))
    }

    /// The identity of the open version; `None` where none is open, or there is no file.
    pub(super) fn open_identity(&self) -> Option<FileIdentity> {
        self.open_version.as_ref().and_then(OpenVersion::identity)
    }

    /// Whether the file is another version than the one last read or written here.
    #[must_use]
    pub fn has_changed_on_disk(&self) -> bool {
        let on_disk = open_file::identity_on_disk(&self.paths).ok();
        on_disk != self.open_version.as_ref().map(OpenVersion::identity)
    }

    pub(super) fn lock(&mut self) -> Result<lock::LockGuard, StoreError> {
        let path = self.paths.lock_file();
        let mut work = self.waiting_work.take();
        let held = lock::acquire_while(&path, &mut || {
            if let Some(WaitingWork(work)) = &mut work {
                work(self);
            }
        });
        self.waiting_work = work;
        held
    }

    /// Whether nothing has to wait for another terminal at the moment, as far as can be told.
    #[must_use]
    pub fn is_lock_free(&self) -> bool {
        lock::is_free(&self.paths.lock_file())
    }

    /// Sets the work that is repeated while another terminal holds the lock.
    pub fn set_waiting_work(&mut self, work: impl FnMut(&mut Self) + Send + 'static) {
        self.waiting_work = Some(WaitingWork(Box::new(work)));
    }

    /// Looks a conversation up and reads it, again where the file turns out not to be what its index
    /// says.
    pub(super) fn read_entry<T>(
        &mut self,
        id: &ConversationId,
        read: impl Fn(&OpenVersion, &IndexEntry) -> Result<T, VersionError>,
    ) -> Result<T, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            self.open_current()?;
            let Some(version) = &self.open_version else { continue };
            let missing = || StoreError::NotFound(id.to_string());
            let entry = version.index.entry(id).ok_or_else(missing)?;
            match read(version, entry) {
                Ok(found) => return Ok(found),
                Err(VersionError::Stale) => self.discard_version(),
                Err(VersionError::Store(error)) => return Err(error),
            }
        }
        Err(self.contended())
    }

    /// Drops the open version and its cached index, which the file contradicts.
    pub(super) fn discard_version(&mut self) {
        self.open_version = None;
        self.index_cache.remove();
    }

    /// Makes the version just written here the open one. It counts as seen only where it was made
    /// from a version that had been reconciled.
    pub(super) fn set_written_version(
        &mut self,
        file: File,
        index: Index,
        base: Option<FileIdentity>,
    ) {
        let seen = self.seen.read();
        let is_reconciled = seen.is_last_seen(base);
        if is_reconciled {
            self.save_last_good(&seen);
        }
        self.open_version = None;
        let file = match OpenFile::of(file) {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(%error, "the new version cannot be examined; the next look reads it");
                return;
            }
        };
        if is_reconciled {
            self.seen.update(|seen| seen.set_last_seen(Some(file.identity())));
        }
        self.index_cache.save(&file, &index);
        self.open_version = Some(OpenVersion::new(self.paths.chats_file(), Some(file), index));
    }

    /// Saves the version on disk, in place of the one that was seen before it.
    pub(super) fn save_last_good(&self, seen: &SeenState) {
        let file = self.paths.chats_file();
        // Another program may have written into what is only a second name: that was never read as a whole.
        if seen.has_content_of(FileIdentity::at(self.last_good.path()).ok()) {
            self.last_good.keep_as_earlier(&file);
        }
        self.last_good.save(&file);
    }

    /// The error of a file that others changed at every attempt.
    pub(super) fn contended(&self) -> StoreError {
        StoreError::Contended(self.paths.chats_file())
    }
}

/// Conversations that are new or whose row differs.
fn changed_rows(before: &Index, now: &Index) -> Vec<ConversationId> {
    let rows: HashMap<&ConversationId, &ConversationSummary> =
        before.entries.iter().map(|entry| (entry.id(), &entry.summary)).collect();
    let changed = now.entries.iter().filter(|it| rows.get(it.id()) != Some(&&it.summary));
    changed.map(|entry| entry.id().clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_and_different_rows_have_changed_and_removed_ones_have_not() {
        let record = |id: &str, title: &str| {
            format!(
                r#""{id}": {{"data": {{"id": "{id}", "created_at": 1, "metadata": {{}}}}, "chat_name": "{title}", "last_update": 1, "messages": []}}"#
            )
        };
        let index = |records: &[String]| Index::of(&format!("{{{}}}", records.join(","))).unwrap();
        let before = index(&[record("a", "A"), record("b", "B"), record("gone", "G")]);
        let now = index(&[record("b", "better"), record("a", "A"), record("new", "N")]);
        let names: Vec<String> =
            changed_rows(&before, &now).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["b", "new"]);
    }
}
