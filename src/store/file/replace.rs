//! Replaces a file atomically: a temporary file beside it, synced, then exchanged for it.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::store::file::error::StoreError;
use crate::store::file::identity::FileIdentity;
use crate::store::file::private;

/// Seconds within which a process has locked the temporary file it created.
const NEW_FILE_SECONDS: u64 = 2;

/// Seconds that no write takes: where the file system has no locks, an older file is abandoned.
const LONGEST_WRITE_SECONDS: u64 = 60;

/// A new version, synced, that has not yet replaced the old one. Dropping it leaves the old one.
#[derive(Debug)]
pub(crate) struct Replacement {
    temporary: NamedTempFile,
    path: PathBuf,
    target: PathBuf,
}

impl Replacement {
    /// Writes the new version of the file, or of the file it links to.
    pub(crate) fn write(
        path: &Path,
        prefix: &str,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Self, StoreError> {
        let target = resolve_link(path);
        let folder = target.parent().unwrap_or(Path::new("."));
        let before = fs::metadata(&target).ok();
        let failed = |error: io::Error| StoreError::io("written", path, error);
        let mut temporary = make_temporary(folder, prefix, before.as_ref()).map_err(failed)?;
        // Held while it is written: one that is not locked is a dead process's.
        let _ = temporary.as_file().try_lock();
        if let Some(before) = &before {
            keep_owner(&temporary, before, path)?;
        }
        fill(temporary.as_file_mut()).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        Ok(Self { temporary, path: path.to_path_buf(), target })
    }

    pub(crate) fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Replaces the version it was made from and syncs the folder; `None` where another program was
    /// quicker, whose version stays.
    pub(crate) fn replace_if_unchanged(
        self,
        base: Option<FileIdentity>,
    ) -> Result<Option<File>, StoreError> {
        let Some(base) = base else {
            return self.create_new();
        };
        // The web app takes no lock; where files cannot be exchanged, only this check protects what it
        // has written since.
        if !base.is_identity_of(&self.target) {
            return Ok(None);
        }
        let Self { temporary, path, target } = self;
        let failed = |error: io::Error| StoreError::io("written", &path, error);
        match exchange(temporary.path(), &target) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            // Not every file system can exchange files.
            Err(_) => return Self { temporary, path, target }.replace(),
        }
        let (file, replaced) = temporary.into_parts();
        if !base.is_identity_of(&replaced) {
            if let Err(error) = exchange(&replaced, &target) {
                // What another program has just saved must not be deleted with the temporary file.
                let _ = replaced.keep();
                return Err(failed(error));
            }
            return Ok(None);
        }
        drop(replaced);
        Ok(Some(finish(file, &target)))
    }

    /// Creates the file, unless there is one by now.
    fn create_new(self) -> Result<Option<File>, StoreError> {
        let Self { temporary, path, target } = self;
        let failed = |error: io::Error| StoreError::io("written", &path, error);
        private::unlock_for_readers(&temporary);
        let file = match temporary.persist_noclobber(&target) {
            Ok(file) => file,
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(failed(error.error)),
        };
        Ok(Some(finish(file, &target)))
    }

    /// Replaces any existing file and syncs the folder; `None` where another program has the file open
    /// and does not share it.
    fn replace(self) -> Result<Option<File>, StoreError> {
        let Self { temporary, path, target } = self;
        match private::rename_over(temporary, &target) {
            Ok(file) => Ok(Some(finish(file, &target))),
            Err(error) if private::is_open_elsewhere(&error) => Ok(None),
            Err(error) => Err(StoreError::io("written", &path, error)),
        }
    }
}

/// Syncs the folder of a new version and releases its lock.
fn finish(file: File, target: &Path) -> File {
    private::sync_folder(target.parent().unwrap_or(Path::new(".")));
    let _ = file.unlock();
    file
}

/// The target of a link, even of one whose target does not exist yet.
fn resolve_link(path: &Path) -> PathBuf {
    let link_target = || {
        let to = fs::read_link(path).ok()?;
        Some(path.parent().unwrap_or(Path::new(".")).join(to))
    };
    fs::canonicalize(path).ok().or_else(link_target).unwrap_or_else(|| path.to_path_buf())
}

/// Removes temporary files of programs that died. The lock is held.
pub(crate) fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if ours && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes the temporary files of dead processes from a private folder and from the folders in it.
pub(crate) fn remove_private_leftovers(folder: &Path) {
    remove_leftovers(folder, private::TEMPORARY_PREFIX);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_type().is_ok_and(|it| it.is_dir())) {
        remove_leftovers(&entry.path(), private::TEMPORARY_PREFIX);
    }
}

/// Whether the process that wrote a temporary file is dead, which has released its lock. A new file is
/// left alone: its process creates it before it locks it.
fn is_abandoned(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let age = file.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
    let is_older_than = |seconds| matches!(age, Ok(Ok(age)) if age.as_secs() >= seconds);
    match file.try_lock() {
        Ok(()) => is_older_than(NEW_FILE_SECONDS),
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => is_older_than(LONGEST_WRITE_SECONDS),
    }
}

/// A temporary file with its final mode, set before anything is in it.
#[cfg(unix)]
fn make_temporary(
    folder: &Path,
    prefix: &str,
    before: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mode = before.map_or(0o666, |metadata| metadata.permissions().mode() & 0o7777);
    let permissions = fs::Permissions::from_mode(mode);
    let temporary =
        Builder::new().prefix(prefix).permissions(permissions.clone()).tempfile_in(folder)?;
    if before.is_some() {
        // The umask restricts the mode at creation.
        temporary.as_file().set_permissions(permissions)?;
    }
    Ok(temporary)
}

#[cfg(not(unix))]
fn make_temporary(folder: &Path, prefix: &str, _: Option<&Metadata>) -> io::Result<NamedTempFile> {
    Builder::new().prefix(prefix).tempfile_in(folder)
}

/// Gives the new file the owner and group of the old one, as far as the system permits.
#[cfg(unix)]
fn keep_owner(file: &NamedTempFile, before: &Metadata, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let failed = |error| StoreError::io("written", path, error);
    let ours = file.as_file().metadata().map_err(failed)?;
    let (is_owner, is_group) = (ours.uid() == before.uid(), ours.gid() == before.gid());
    if is_owner && is_group {
        return Ok(());
    }
    if fchown(file.as_file(), Some(before.uid()), Some(before.gid())).is_err() {
        let group_kept = is_group || fchown(file.as_file(), None, Some(before.gid())).is_ok();
        let mode = before.mode();
        let owner_can_read = is_owner || mode & 0o004 != 0 || (mode & 0o040 != 0 && group_kept);
        if !owner_can_read {
            return Err(StoreError::OwnerWouldLoseAccess(path.to_path_buf()));
        }
    }
    // A change of owner may have cleared bits of the mode.
    file.as_file().set_permissions(before.permissions()).map_err(failed)
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Exchanges the names of two files atomically.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn replace(path: &Path, prefix: &str, bytes: &[u8]) -> Result<Option<File>, StoreError> {
        Replacement::write(path, prefix, |file| file.write_all(bytes))?.replace()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn mode_and_link_stay_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real.json");
        let link = folder.path().join("link.json");
        fs::write(&real, "{}").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o660)).unwrap();
        symlink(&real, &link).unwrap();
        replace(&link, ".link.json.tmp.", b"{\"a\": 1}").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"{\"a\": 1}");
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o660);
        assert_eq!(names(folder.path()), ["link.json", "real.json"]);
    }

    #[test]
    fn a_failed_write_leaves_the_file_and_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dir.json");
        fs::create_dir(&path).unwrap();
        assert!(replace(&path, ".dir.json.tmp.", b"{}").is_err());
        assert_eq!(names(folder.path()), ["dir.json"]);
    }

    #[test]
    fn only_old_leftovers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join(".u.json.tmp.old");
        let new = folder.path().join(".u.json.tmp.new");
        let other = folder.path().join("u.json.tmp.5.6");
        for path in [&old, &new, &other] {
            fs::write(path, "x").unwrap();
        }
        let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
        for path in [&old, &other] {
            File::open(path).unwrap().set_modified(long_ago).unwrap();
        }
        remove_leftovers(folder.path(), ".u.json.tmp.");
        assert_eq!(names(folder.path()), [".u.json.tmp.new", "u.json.tmp.5.6"]);
    }

    #[test]
    fn a_version_written_by_another_program_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let new = || Replacement::write(&path, ".a.json.tmp.", |file| file.write_all(b"ours"));
        let version = || FileIdentity::at(&path).unwrap();
        fs::write(&path, "theirs").unwrap();
        assert!(new().unwrap().replace_if_unchanged(None).unwrap().is_none());
        let base = version();
        let ours = new().unwrap();
        fs::write(folder.path().join("next"), "theirs too").unwrap();
        fs::rename(folder.path().join("next"), &path).unwrap();
        assert!(ours.replace_if_unchanged(Some(base)).unwrap().is_none());
        assert_eq!(fs::read(&path).unwrap(), b"theirs too");
        assert!(new().unwrap().replace_if_unchanged(Some(version())).unwrap().is_some());
        assert_eq!(fs::read(&path).unwrap(), b"ours");
        let base = version();
        fs::remove_file(&path).unwrap();
        assert!(new().unwrap().replace_if_unchanged(Some(base)).unwrap().is_none());
        assert!(new().unwrap().replace_if_unchanged(None).unwrap().is_some());
        assert_eq!(names(folder.path()), ["a.json"]);
    }
}
