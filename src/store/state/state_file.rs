//! One JSON value in a private file: read whole, changed under a lock, replaced atomically.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::file::free_name;
use crate::store::file::lock;
use crate::store::file::private::{self, Durability};

/// A file with a `T`, which is `T::default()` as long as the file is missing or damaged.
#[derive(Debug, Clone)]
pub struct StateFile<T> {
    path: PathBuf,
    lock: PathBuf,
    content: PhantomData<fn() -> T>,
}

impl<T: Default + Serialize + DeserializeOwned> StateFile<T> {
    /// The file at a path, which may not exist yet; its lock lies beside it.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        let lock = path.with_added_extension("lock");
        Self { path, lock, content: PhantomData }
    }

    /// One of many files in a folder; they share a lock, which lies beside the folder.
    #[must_use]
    pub fn in_folder(folder: &Path, name: &str) -> Self {
        let lock = folder.with_added_extension("lock");
        Self { path: folder.join(name), lock, content: PhantomData }
    }

    /// Where the value is stored; the file may not exist yet.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the value. A damaged file is logged, reads as the default and stays where it is.
    ///
    /// # Errors
    /// When the file exists and cannot be read: its value is unknown then.
    pub fn read(&self) -> io::Result<T> {
        self.load().map(Option::unwrap_or_default)
    }

    /// Reads the value, or the default where that is unknown, which is logged.
    #[must_use]
    pub fn read_or_default(&self) -> T {
        self.read().unwrap_or_else(|error| {
            tracing::warn!(%error, path = ?self.path, "a private file cannot be read");
            T::default()
        })
    }

    /// Changes the value under the lock and returns what `change` does. The new value is on disk before
    /// this returns. A damaged file is moved aside first; nothing is written where nothing changes.
    ///
    /// # Errors
    /// When the file cannot be read, locked or written; it is unchanged then.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        self.write(change, Durability::Synced)
    }

    /// The same for a change that a power cut may lose, which costs far less.
    ///
    /// # Errors
    /// When the file cannot be read, locked or written; it is unchanged then.
    pub fn update_unsynced<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        self.write(change, Durability::Written)
    }

    fn write<R>(&self, change: impl FnOnce(&mut T) -> R, durability: Durability) -> io::Result<R> {
        private::make_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        let _held = lock::acquire(&self.lock).map_err(io::Error::other)?;
        let loaded = self.load()?;
        let is_damaged = loaded.is_none();
        let mut value = loaded.unwrap_or_default();
        let before = serde_json::to_vec(&value)?;
        let result = change(&mut value);
        let after = serde_json::to_vec(&value)?;
        if after != before {
            if is_damaged {
                move_aside(&self.path)?;
            }
            private::replace(&self.path, &after, durability)?;
        }
        Ok(result)
    }

    /// The value, the default where there is no file; `None` where it is damaged.
    fn load(&self) -> io::Result<Option<T>> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(T::default())),
            Err(error) => return Err(error),
        };
        let parsed = serde_json::from_slice(&bytes).inspect_err(|error| {
            // Not the error itself: it may quote what is in the file.
            let (line, column) = (error.line(), error.column());
            tracing::warn!(path = ?self.path, line, column, "a private file is damaged");
        });
        Ok(parsed.ok())
    }
}

/// Bytes as two hexadecimal digits each.
pub(super) fn hexadecimal(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Renames a file to the first free one of `NAME.broken`, `NAME.broken2`, …
fn move_aside(path: &Path) -> io::Result<()> {
    let name = |number: u32| {
        let number = if number == 0 { String::new() } else { number.saturating_add(1).to_string() };
        path.with_added_extension(format!("broken{number}"))
    };
    let (aside, ()) = free_name::create_free(name, |aside| {
        if aside.exists() {
            Err(io::ErrorKind::AlreadyExists.into())
        } else {
            fs::rename(path, aside)
        }
    })?;
    tracing::warn!(?aside, "a damaged private file was moved aside");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path) -> StateFile<Vec<u32>> {
        StateFile::at(folder.join("new/it.json"))
    }

    #[test]
    fn a_missing_file_is_the_default_and_an_update_without_change_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let numbers = file(folder.path());
        assert!(numbers.read().unwrap().is_empty());
        assert_eq!(numbers.update(|all| all.len()).unwrap(), 0);
        assert!(!numbers.path().exists());
        numbers.update(|all| all.push(7)).unwrap();
        assert_eq!(file(folder.path()).read().unwrap(), [7]);
    }

    #[test]
    fn updates_of_two_terminals_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for start in [0, 100] {
                let numbers = file(folder.path());
                scope.spawn(move || {
                    (start..start + 100)
                        .for_each(|number| numbers.update(|all| all.push(number)).unwrap());
                });
            }
        });
        let mut all = file(folder.path()).read().unwrap();
        all.sort_unstable();
        assert_eq!(all, (0..200).collect::<Vec<u32>>());
    }

    #[test]
    fn a_damaged_file_is_the_default_and_moved_aside_when_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let numbers = file(folder.path());
        numbers.update(|all| all.push(1)).unwrap();
        for text in ["{", "[1"] {
            fs::write(numbers.path(), text).unwrap();
            assert!(numbers.read().unwrap().is_empty());
            assert_eq!(fs::read_to_string(numbers.path()).unwrap(), text, "reading moves nothing");
            numbers.update(|all| all.push(2)).unwrap();
            assert_eq!(numbers.read().unwrap(), [2]);
        }
        let kept =
            |ending| fs::read_to_string(numbers.path().with_added_extension(ending)).unwrap();
        assert_eq!((kept("broken"), kept("broken2")), ("{".into(), "[1".into()));
    }

    #[test]
    fn an_unreadable_file_is_an_error_and_not_the_default() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in its place cannot be read, even by root.
        let numbers = StateFile::<Vec<u32>>::at(folder.path().to_path_buf());
        assert!(numbers.read().is_err());
        assert!(numbers.update(|all| all.push(1)).is_err());
        assert!(numbers.read_or_default().is_empty());
    }
}
