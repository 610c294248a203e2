//! The last good version of the shared file, kept beside it in case somebody writes over it.
//! May not cost more than a second name for the file where the system gives one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::file::store_paths::StorePaths;

/// Longer files are not copied where they can be given a second name.
const MAX_COPY_BYTES: u64 = 8 << 20;

/// Longer files are not copied at all.
const MAX_COPY_BYTES_WITHOUT_LINK: u64 = 64 << 20;

/// The version kept.
#[derive(Debug)]
pub struct LastGood {
    path: PathBuf,
}

impl LastGood {
    /// The version kept beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self { path: place.state_folder().join("last-version.json") }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file as it is now: a copy where that costs little, else a second name, which
    /// programs that replace the file leave to the old one.
    pub fn save(&self, file: &Path) {
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        if has_same_size_and_mtime(&self.path, &file) && !is_same_file(&file, &self.path) {
            return;
        }
        let kept = self.copy(&file, MAX_COPY_BYTES);
        let kept = kept
            .or_else(|_| self.link(&file))
            .or_else(|_| self.copy(&file, MAX_COPY_BYTES_WITHOUT_LINK));
        if let Err(error) = kept {
            tracing::info!(%error, "the version of the file could not be kept");
            self.remove();
        }
    }

    /// Keeps nothing: an older version would be taken for what was there last.
    pub fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Whether it is only a second name of the file: who writes into that writes into both.
    #[must_use]
    pub fn is_hard_link_of(&self, file: &Path) -> bool {
        is_same_file(file, &self.path)
    }

    /// Whether there is one.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    fn link(&self, file: &Path) -> io::Result<()> {
        if is_same_file(file, &self.path) {
            return Ok(());
        }
        let new = self.path.with_extension("new");
        let _ = fs::remove_file(&new);
        fs::hard_link(file, &new)?;
        fs::rename(&new, &self.path)
    }

    /// A copy with the time of the file, by which it is told from other versions. File systems that
    /// can let two files share their blocks do so at any length.
    fn copy(&self, file: &Path, longest: u64) -> io::Result<()> {
        let mut from = File::open(file)?;
        let about = from.metadata()?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut to = tempfile::Builder::new().prefix(".tmp.").tempfile_in(folder)?;
        if clone_blocks(&from, to.as_file()).is_err() {
            if about.len() > longest {
                return Err(io::Error::other("it is too long to be copied every time"));
            }
            io::copy(&mut from, to.as_file_mut())?;
        }
        let (time, after) = (about.modified()?, from.metadata()?);
        if (after.len(), after.modified()?) != (about.len(), time) {
            return Err(io::Error::other("it was written into meanwhile"));
        }
        to.as_file().set_modified(time)?;
        to.persist(&self.path)?;
        Ok(())
    }
}

/// Lets a new file share the blocks of another until one of them is written to.
#[cfg(target_os = "linux")]
fn clone_blocks(from: &File, to: &File) -> io::Result<()> {
    Ok(rustix::fs::ioctl_ficlone(to, from)?)
}

#[cfg(not(target_os = "linux"))]
fn share(_: &File, _: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether two files are as long and as old as each other.
fn has_same_size_and_mtime(one: &Path, other: &Path) -> bool {
    let about = |path: &Path| {
        let about = fs::metadata(path).ok()?;
        Some((about.len(), about.modified().ok()?))
    };
    about(one).is_some_and(|one| Some(one) == about(other))
}

#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) else {
        return false;
    };
    a.dev() == b.dev() && a.ino() == b.ino()
}

#[cfg(not(unix))]
fn is_same(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_stays_when_the_file_is_replaced_and_a_copy_serves_where_no_link_does() {
        let folder = tempfile::tempdir().unwrap();
        let (file, new) = (folder.path().join("a.json"), folder.path().join("b"));
        let kept = LastGood { path: folder.path().join("kept.json") };
        fs::write(&file, "one").unwrap();
        kept.save(&file);
        kept.save(&file);
        fs::write(&new, "two").unwrap();
        fs::rename(&new, &file).unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), b"one");
        kept.remove();
        kept.link(&file).unwrap();
        kept.link(&file).unwrap();
        assert!(kept.is_hard_link_of(&file));
        kept.save(&file);
        fs::write(&file, "three, written into the file").unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), b"two");
        assert!(kept.copy(&file, 3).is_err() || fs::read(&kept.path).unwrap().len() > 3);
    }
}
