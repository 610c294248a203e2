//! The last good version of the shared file, kept beside it in case somebody writes over it.
//! May not cost more than a second name for the file where the system gives one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::file::paths::Place;

/// Longer files are not copied where they can be given a second name.
const COPIED: u64 = 8 << 20;

/// Longer files are not copied at all.
const COPIED_ELSEWHERE: u64 = 64 << 20;

/// The version kept.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
}

impl Kept {
    /// The version kept beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { path: place.state().join("last-version.json") }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file as it is now: a copy where that costs little, else a second name, which
    /// programs that replace the file leave to the old one.
    pub fn keep(&self, file: &Path) {
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        if has_text_of(&self.path, &file) && !is_same(&file, &self.path) {
            return;
        }
        let kept = self.copy(&file, COPIED);
        let kept =
            kept.or_else(|_| self.link(&file)).or_else(|_| self.copy(&file, COPIED_ELSEWHERE));
        if let Err(error) = kept {
            tracing::info!(%error, "the version of the file could not be kept");
            self.forget();
        }
    }

    /// Keeps nothing: an older version would be taken for what was there last.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Whether it is only a second name of the file: who writes into that writes into both.
    #[must_use]
    pub fn is_name_of(&self, file: &Path) -> bool {
        is_same(file, &self.path)
    }

    /// Whether there is one.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    fn link(&self, file: &Path) -> io::Result<()> {
        if is_same(file, &self.path) {
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
        if share(&from, to.as_file()).is_err() {
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
fn share(from: &File, to: &File) -> io::Result<()> {
    Ok(rustix::fs::ioctl_ficlone(to, from)?)
}

#[cfg(not(target_os = "linux"))]
fn share(_: &File, _: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether two files are as long and as old as each other.
fn has_text_of(one: &Path, other: &Path) -> bool {
    let about = |path: &Path| {
        let about = fs::metadata(path).ok()?;
        Some((about.len(), about.modified().ok()?))
    };
    about(one).is_some_and(|one| Some(one) == about(other))
}

#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
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
        let kept = Kept { path: folder.path().join("kept.json") };
        fs::write(&file, "one").unwrap();
        kept.keep(&file);
        kept.keep(&file);
        fs::write(&new, "two").unwrap();
        fs::rename(&new, &file).unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), b"one");
        kept.forget();
        kept.link(&file).unwrap();
        kept.link(&file).unwrap();
        assert!(kept.is_name_of(&file));
        kept.keep(&file);
        fs::write(&file, "three, written into the file").unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), b"two");
        assert!(kept.copy(&file, 3).is_err() || fs::read(&kept.path).unwrap().len() > 3);
    }
}
