//! The last good version of the shared file, kept beside it in case somebody writes over it.
//! May not cost more than a second name for the file where the system gives one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::place::Place;

/// Longer files are not copied where they cannot be given a second name.
const COPIED: u64 = 8 << 20;

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

    /// Keeps the file as it is now. Programs that replace the file leave this name to the old one.
    pub fn keep(&self, file: &Path) {
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        if is_same(&file, &self.path) {
            return;
        }
        let kept = self.link(&file).or_else(|_| self.copy(&file));
        if let Err(error) = kept {
            tracing::info!(%error, "the version of the file could not be kept");
            self.forget();
        }
    }

    /// Keeps nothing: an older version would be taken for what was there last.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.path);
    }

    fn link(&self, file: &Path) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let _ = fs::remove_file(&new);
        fs::hard_link(file, &new)?;
        fs::rename(&new, &self.path)
    }

    fn copy(&self, file: &Path) -> io::Result<()> {
        let mut from = File::open(file)?;
        if from.metadata()?.len() > COPIED {
            return Err(io::Error::other("it is too long to be copied every time"));
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut to = tempfile::Builder::new().prefix(".tmp.").tempfile_in(folder)?;
        io::copy(&mut from, to.as_file_mut())?;
        to.persist(&self.path)?;
        Ok(())
    }
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
        kept.copy(&file).unwrap();
        fs::write(&file, "three").unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), b"two");
    }
}
