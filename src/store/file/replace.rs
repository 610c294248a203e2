//! Replaces the shared file whole: a temporary file beside it, to the disk, then in its place.
//! May not know what the bytes mean.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::store::file::error::StoreError;
use crate::store::file::open_file::FileIdentity;

/// A new file, whole and on the disk, that has not yet taken the place of the old one. Dropping it
/// leaves everything as it was.
#[derive(Debug)]
pub struct Replacement {
    temporary: NamedTempFile,
    path: PathBuf,
    target: PathBuf,
}

impl Replacement {
    /// Writes what is to take the place of the file, or of what it links to.
    ///
    /// # Errors
    /// When a step fails, or when the file's owner could not read it any more.
    pub fn write(
        path: &Path,
        prefix: &str,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Self, StoreError> {
        let target = resolve_link(path);
        let folder = target.parent().unwrap_or(Path::new("."));
        let before = fs::metadata(&target).ok();
        let failed = |error: io::Error| StoreError::io("written", path, error);
        let mut temporary = make_temporary(folder, prefix, before.as_ref()).map_err(failed)?;
        if let Some(before) = &before {
            keep_owner(&temporary, before, path)?;
        }
        fill(temporary.as_file_mut()).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        Ok(Self { temporary, path: path.to_path_buf(), target })
    }

    /// The new file.
    #[must_use]
    pub fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Takes the place of the version it was made from; when this returns, a power cut does not
    /// undo it where the file system can promise that. `None` where another program was quicker: its version stands then.
    ///
    /// # Errors
    /// When a step fails; the file is then the old one or the new one, never a mixture.
    pub fn replace_if_unchanged(
        self,
        base: Option<FileIdentity>,
    ) -> Result<Option<File>, StoreError> {
        let Some(base) = base else {
            return self.create_new();
        };
        // The web app takes no lock; where files cannot be exchanged, only this look protects what it
        // has written since.
        if !base.is_identity_of(&self.target) {
            return Ok(None);
        }
        let Self { temporary, path, target } = self;
        let failed = |error: io::Error| StoreError::io("written", &path, error);
        match exchange(temporary.path(), &target) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            // Not every system and file system can.
            Err(_) => return Self { temporary, path, target }.replace().map(Some),
        }
        let (file, replaced) = temporary.into_parts();
        if !base.is_identity_of(&replaced) {
            if let Err(error) = exchange(&replaced, &target) {
                // What somebody else has just saved must not go with its temporary name.
                let _ = replaced.keep();
                return Err(failed(error));
            }
            return Ok(None);
        }
        drop(replaced);
        sync_parent_folder(&target);
        Ok(Some(file))
    }

    /// Takes the name of a file that was not there.
    fn create_new(self) -> Result<Option<File>, StoreError> {
        let Self { temporary, path, target } = self;
        let failed = |error: io::Error| StoreError::io("written", &path, error);
        let file = match temporary.persist_noclobber(&target) {
            Ok(file) => file,
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(failed(error.error)),
        };
        sync_parent_folder(&target);
        Ok(Some(file))
    }

    /// Takes the place of whatever is there; when this returns, a power cut does not undo it.
    ///
    /// # Errors
    /// When a step fails; the file is then the old one or the new one, never a mixture.
    fn replace(self) -> Result<File, StoreError> {
        let Self { temporary, path, target } = self;
        let failed = |error: io::Error| StoreError::io("written", &path, error);
        let file = temporary.persist(&target).map_err(|error| failed(error.error))?;
        sync_parent_folder(&target);
        Ok(file)
    }
}

/// The file itself, where the path is a link; also one that is not there yet.
fn resolve_link(path: &Path) -> PathBuf {
    let aimed = || {
        let to = fs::read_link(path).ok()?;
        Some(path.parent().unwrap_or(Path::new(".")).join(to))
    };
    fs::canonicalize(path).ok().or_else(aimed).unwrap_or_else(|| path.to_path_buf())
}

/// Removes temporary files of programs that died; called while no other terminal is writing.
pub fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if ours && is_old(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A minute is far longer than any write takes, for another user's program as well.
fn is_old(path: &PathBuf) -> bool {
    let age = fs::metadata(path).and_then(|about| about.modified()).map(|at| at.elapsed());
    matches!(age, Ok(Ok(age)) if age.as_secs() > 60)
}

/// A temporary file with the mode it will keep, set before anything is in it.
#[cfg(unix)]
fn make_temporary(
    folder: &Path,
    prefix: &str,
    before: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mode = before.map_or(0o666, |about| about.permissions().mode() & 0o7777);
    let permissions = fs::Permissions::from_mode(mode);
    let temporary =
        Builder::new().prefix(prefix).permissions(permissions.clone()).tempfile_in(folder)?;
    if before.is_some() {
        // The mode asked for at creation is cut by the umask; an existing file keeps its own.
        temporary.as_file().set_permissions(permissions)?;
    }
    Ok(temporary)
}

#[cfg(not(unix))]
fn make(folder: &Path, prefix: &str, _: Option<&Metadata>) -> io::Result<NamedTempFile> {
    Builder::new().prefix(prefix).tempfile_in(folder)
}

/// Gives the new file the owner and group of the old one, as far as the system permits.
#[cfg(unix)]
fn keep_owner(file: &NamedTempFile, before: &Metadata, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let ours = file.as_file().metadata().map_err(|error| StoreError::io("written", path, error))?;
    if ours.uid() == before.uid() && ours.gid() == before.gid() {
        return Ok(());
    }
    if fchown(file.as_file(), Some(before.uid()), Some(before.gid())).is_ok() {
        return restore_mode(file, before, path);
    }
    let group_kept =
        ours.gid() == before.gid() || fchown(file.as_file(), None, Some(before.gid())).is_ok();
    let mode = before.mode();
    let owner_can_read =
        ours.uid() == before.uid() || mode & 0o004 != 0 || (mode & 0o040 != 0 && group_kept);
    if !owner_can_read {
        return Err(StoreError::OwnerWouldLoseAccess(path.to_path_buf()));
    }
    restore_mode(file, before, path)
}

/// Changing the owner may have cleared bits of the mode.
#[cfg(unix)]
fn restore_mode(file: &NamedTempFile, before: &Metadata, path: &Path) -> Result<(), StoreError> {
    file.as_file()
        .set_permissions(before.permissions())
        .map_err(|error| StoreError::io("written", path, error))
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Gives each of two files the other's name in one step.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Makes the new name in the folder outlive a power cut. The file has been replaced by then: where
/// a file system cannot do this, the change is done all the same, and telling anything else would
/// have it done twice.
#[cfg(unix)]
fn sync_parent_folder(target: &Path) {
    let folder = target.parent().unwrap_or(Path::new("."));
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::warn!(%error, "the folder of the shared file could not be written to the disk");
    }
}

#[cfg(not(unix))]
fn settle(_: &Path) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn replace(path: &Path, prefix: &str, bytes: &[u8]) -> Result<File, StoreError> {
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
    fn a_failed_write_leaves_the_file_and_no_rubbish() {
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
    fn a_save_that_slipped_in_between_stands() {
        use crate::store::file::open_file::OpenFile;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let new = || Replacement::write(&path, ".a.json.tmp.", |file| file.write_all(b"ours"));
        let version = || OpenFile::of(File::open(&path).unwrap()).unwrap().identity();
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
