//! Opens the current version of the file, and reads its records.
//! Must not keep text from one reading to the next, because others change the file at any time.

use std::fs::File;

use crate::chat::ConversationId;

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
        let on_disk = open_file::identity_on_disk(&self.paths)?;
        let current = match self.open_version.take() {
            Some(version) if version.identity() == on_disk => version,
            // During a partial write, the previous version stays open, to be compared later.
            before => match OpenVersion::current(&self.paths) {
                Ok(version) => {
                    if let Some(before) = before {
                        self.record_foreign_changes(&before.index, &version.index);
                    }
                    version
                }
                Err(error) => {
                    self.open_version = before;
                    return Err(error);
                }
            },
        };
        Ok(self.open_version.insert(current))
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
