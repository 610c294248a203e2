//! The last version of the shared file that this program has read, for when another program overwrites it.
//! A large file is not copied at each change: a hard link names its last version, and the version before
//! that is kept as well, because a write into the file changes what the link names.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::store::file::identity::{are_same_file, have_same_content};
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;

/// The size up to which a file is copied rather than hard-linked. Our choice: a version is saved
/// after every change, so copying must be cheap.
const MAX_COPY_BYTES: u64 = 8 << 20;

/// The size up to which a file is copied where it cannot be hard-linked, or has no version before the last
/// one. Our choice: more would delay every change.
const MAX_RARE_COPY_BYTES: u64 = 64 << 20;

#[derive(Debug)]
pub(crate) struct LastGood {
    path: PathBuf,
    earlier: PathBuf,
}

impl LastGood {
    /// The saved versions of a shared file.
    pub(crate) fn of(paths: &StorePaths) -> Self {
        Self::in_folder(paths.state_folder())
    }

    fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join("last-version.json"),
            earlier: folder.join("earlier-version.json"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The version before the last one, which nobody writes into: no other name of it is left. There is one
    /// only while the last version is a hard link.
    pub(crate) fn earlier_path(&self) -> &Path {
        &self.earlier
    }

    /// Saves the file as it is now: as a copy if it is small, else as a hard link, which still names
    /// this version after a program has replaced the file.
    pub(crate) fn save(&self, file: &Path) {
        let file = canonical(file);
        if have_same_content(&self.path, &file) && !are_same_file(&file, &self.path) {
            return;
        }
        let saved = self.copy(&file, MAX_COPY_BYTES);
        let saved =
            saved.or_else(|_| self.link(&file)).or_else(|_| self.copy(&file, MAX_RARE_COPY_BYTES));
        if let Err(error) = saved {
            // Before the first conversation there is no file.
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::info!(%error, "the version of the file could not be saved");
            }
            self.remove();
        }
    }

    /// Keeps the saved version as the earlier one, before the file that has taken its place is saved. It must
    /// be as it was when it was saved.
    pub(crate) fn keep_as_earlier(&self, file: &Path) {
        if !are_same_file(&self.path, &canonical(file))
            && let Err(error) = link_over(&self.path, &self.earlier)
            // Before the first save there is none.
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::info!(%error, "the version before the last could not be kept");
        }
    }

    /// Copies the file as the earlier version, where the last one is only a hard link: for when the changes
    /// since then are about to be forgotten. A very large file is not copied.
    pub(crate) fn renew_earlier(&self, file: &Path) {
        let file = canonical(file);
        if are_same_file(&self.path, &file)
            && !have_same_content(&self.earlier, &file)
            && let Err(error) = copy(&file, &self.earlier, MAX_RARE_COPY_BYTES)
        {
            tracing::info!(%error, "the version before the last could not be renewed");
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
        link_over(file, &self.path)?;
        private::restrict(&self.earlier);
        if !self.earlier.exists() {
            self.renew_earlier(file);
        }
        Ok(())
    }

    /// Copies the file as the last version; then no earlier one is needed.
    fn copy(&self, file: &Path, longest: u64) -> io::Result<()> {
        copy(file, &self.path, longest)?;
        let _ = fs::remove_file(&self.earlier);
        Ok(())
    }
}

fn canonical(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf())
}

/// Gives a file another name, in the place of what had that name: at every moment one of them is there.
fn link_over(file: &Path, to: &Path) -> io::Result<()> {
    let new = to.with_extension("new");
    let _ = fs::remove_file(&new);
    fs::hard_link(file, &new)?;
    let renamed = fs::rename(&new, to);
    // Renaming does nothing where both are names of one file already.
    let _ = fs::remove_file(&new);
    renamed
}

/// Copies a file with its modification time, which identifies the version. File systems that can share
/// blocks between files do so at any size.
fn copy(file: &Path, to: &Path, longest: u64) -> io::Result<()> {
    let mut from = File::open(file)?;
    let metadata = from.metadata()?;
    let folder = to.parent().unwrap_or(Path::new("."));
    let copied = match clone(&from, folder) {
        Ok(clone) => clone,
        Err(_) if metadata.len() > longest => {
            return Err(io::Error::other("it is too large to be copied"));
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
    copied.as_file().set_modified(time)?;
    private::rename_over(copied, to)?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_saved_version_survives_a_replacement_and_as_a_copy_also_a_write_into_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (file, new) = (folder.path().join("a.json"), folder.path().join("b"));
        let saved = LastGood::in_folder(folder.path());
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

    #[test]
    fn the_earlier_version_is_there_until_another_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let saved = LastGood::in_folder(folder.path());
        fs::write(&file, "new").unwrap();
        fs::write(&saved.earlier, "earlier").unwrap();
        // There is no last version to link to.
        saved.keep_as_earlier(&file);
        assert_eq!(fs::read(&saved.earlier).unwrap(), b"earlier");
        fs::write(&saved.path, "last").unwrap();
        for _ in 0..2 {
            saved.keep_as_earlier(&file);
            assert_eq!(fs::read(&saved.earlier).unwrap(), b"last");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        }
    }
}
