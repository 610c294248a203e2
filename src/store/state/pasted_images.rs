//! Images pasted into questions, as files that a question can mention. They are private, and removed after
//! a while: until then text that was cut can come back, and a question be edited.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::chat::UNDO_SECONDS;
use crate::store::file::free_name;

/// How long an image is kept: as long as deleted conversations.
const MAX_AGE: Duration = Duration::from_secs(UNDO_SECONDS.unsigned_abs());

/// The folder of pasted images.
#[derive(Debug, Clone)]
pub struct PastedImages {
    folder: PathBuf,
}

impl PastedImages {
    /// The images in a private folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.join("pasted") }
    }

    /// Writes an image and returns its path; `name` has no extension.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, name: &str, png: &[u8]) -> io::Result<PathBuf> {
        let path = |number: u32| {
            let ending =
                if number == 0 { String::new() } else { format!("-{}", number.saturating_add(1)) };
            self.folder.join(format!("{name}{ending}.png"))
        };
        free_name::write_private(&self.folder, path, |file| file.write_all(png))
    }

    /// Removes images that are older than those of any draft or recent question.
    pub fn remove_old(&self, now: SystemTime) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.filter_map(Result::ok) {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
            if age.is_some_and(|age| age > MAX_AGE)
                && let Err(error) = fs::remove_file(entry.path())
            {
                tracing::info!(%error, "a pasted image could not be removed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn an_image_is_private_and_has_a_name_of_its_own() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let images = PastedImages::in_folder(folder.path());
        let one = images.save("image", b"one").unwrap();
        let two = images.save("image", b"two").unwrap();
        assert_eq!(one, folder.path().join("pasted/image.png"));
        assert_eq!(two, folder.path().join("pasted/image-2.png"));
        assert_eq!(fs::read(&two).unwrap(), b"two");
        for (path, mode) in [(one.as_path(), 0o600), (one.parent().unwrap(), 0o700)] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
        }
    }

    #[test]
    fn old_images_are_removed_and_no_other_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let images = PastedImages::in_folder(folder.path());
        let image = images.save("image", b"one").unwrap();
        let other = folder.path().join("other.png");
        fs::write(&other, "mine").unwrap();
        images.remove_old(SystemTime::now());
        assert!(image.exists() && other.exists());
        images.remove_old(SystemTime::now() + MAX_AGE + Duration::from_mins(1));
        assert!(!image.exists() && other.exists());
    }
}
