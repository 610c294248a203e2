//! The last version of the shared file that this program has read, for when another program overwrites it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::store::file::identity::are_same_file;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;

/// The size up to which a file is copied rather than hard-linked. Our choice: a version is saved
/// after every change, so copying must be cheap.
const MAX_COPY_BYTES: u64 = 8 << 20;

/// The size up to which a file is copied where it cannot be hard-linked. Our choice: more would delay
/// every change.
const MAX_COPY_BYTES_WITHOUT_LINK: u64 = 64 << 20;

#[derive(Debug)]
pub(crate) struct LastGood {
    path: PathBuf,
}

impl LastGood {
    /// The saved version of a shared file.
    pub(crate) fn of(paths: &StorePaths) -> Self {
        Self { path: paths.state_folder().join("last-version.json") }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Saves the file as it is now: as a copy if it is small, else as a hard link, which still names
    /// this version after a program has replaced the file.
    pub(crate) fn save(&self, file: &Path) {
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        if has_same_size_and_mtime(&self.path, &file) && !are_same_file(&file, &self.path) {
            return;
        }
        let saved = self.copy(&file, MAX_COPY_BYTES);
        let saved = saved
            .or_else(|_| self.link(&file))
            .or_else(|_| self.copy(&file, MAX_COPY_BYTES_WITHOUT_LINK));
        if let Err(error) = saved {
            // Before the first conversation there is no file.
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::info!(%error, "the version of the file could not be saved");
            }
            self.remove();
        }
    }

    /// Removes the saved version, because an older one would be taken for the last.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Whether it is only a hard link, so that a write into the file changes both.
    pub(crate) fn is_hard_link_of(&self, file: &Path) -> bool {
        are_same_file(file, &self.path)
    }

    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    fn link(&self, file: &Path) -> io::Result<()> {
        if are_same_file(file, &self.path) {
            return Ok(());
        }
        let new = self.path.with_extension("new");
        let _ = fs::remove_file(&new);
        fs::hard_link(file, &new)?;
        fs::rename(&new, &self.path)
    }

    /// Copies the file with its modification time, which identifies the version. File systems that
    /// can share blocks between files do so at any size.
    fn copy(&self, file: &Path, longest: u64) -> io::Result<()> {
        let mut from = File::open(file)?;
        let metadata = from.metadata()?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let to = match clone(&from, folder) {
            Ok(clone) => clone,
            Err(_) if metadata.len() > longest => {
                return Err(io::Error::other("it is too large to be copied every time"));
            }
            Err(_) => {
                let mut copy = private::make_temporary(folder)?;
                io::copy(&mut from, copy.as_file_mut())?;
                copy
            }
        };
        let (time, after) = (metadata.modified()?, from.metadata()?);
        if (after.len(), after.modified()?) != (metadata.len(), time) {
            return Err(io::Error::other("it was written to in the meantime"));
        }
        to.as_file().set_modified(time)?;
        private::rename_over(to, &self.path)?;
        Ok(())
    }
}

/// A temporary file that shares the blocks of another until one of them is written to (a reflink).
#[cfg(target_os = "linux")]
fn clone(from: &File, folder: &Path) -> io::Result<NamedTempFile> {
    let to = private::make_temporary(folder)?;
    rustix::fs::ioctl_ficlone(to.as_file(), from)?;
    Ok(to)
}

/// The same on APFS, where a clone has the mode of the file until it is made private.
#[cfg(target_vendor = "apple")]
fn clone(from: &File, folder: &Path) -> io::Result<NamedTempFile> {
    use rustix::fs::{CWD, CloneFlags, fclonefileat};
    let clone = private::make_temporary_by(folder, |path| {
        fclonefileat(from, CWD, path, CloneFlags::NOOWNERCOPY)?;
        File::open(path)
    })?;
    private::restrict(clone.path());
    Ok(clone)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn clone(_: &File, _: &Path) -> io::Result<NamedTempFile> {
    Err(io::ErrorKind::Unsupported.into())
}

fn has_same_size_and_mtime(one: &Path, other: &Path) -> bool {
    let metadata = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    metadata(one).is_some_and(|one| Some(one) == metadata(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_saved_version_survives_a_replacement_and_as_a_copy_also_a_write_into_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (file, new) = (folder.path().join("a.json"), folder.path().join("b"));
        let saved = LastGood { path: folder.path().join("saved.json") };
        fs::write(&file, "one").unwrap();
        saved.save(&file);
        saved.save(&file);
        fs::write(&new, "two").unwrap();
        fs::rename(&new, &file).unwrap();
        assert_eq!(fs::read(&saved.path).unwrap(), b"one");
        saved.remove();
        saved.link(&file).unwrap();
        saved.link(&file).unwrap();
        assert!(saved.is_hard_link_of(&file));
        saved.save(&file);
        fs::write(&file, "three, written into the file").unwrap();
        assert_eq!(fs::read(&saved.path).unwrap(), b"two");
        assert!(saved.copy(&file, 3).is_err() || fs::read(&saved.path).unwrap().len() > 3);
    }
}
