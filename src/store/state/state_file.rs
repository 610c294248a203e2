//! One JSON value in one private file: read whole, changed under a lock, replaced atomically.
//! May not be changed by a read and a later write: what another terminal writes in between is lost.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chat::ConversationId;

use crate::store::file::lock;
use crate::store::file::private::{self, Durability};

/// A file with a `T`, which is `T::default()` as long as the file is missing or damaged.
#[derive(Debug, Clone)]
pub struct StateFile<T> {
    path: PathBuf,
    lock: PathBuf,
    content: PhantomData<fn() -> T>,
}

/// What a file holds.
struct FileValue<T> {
    value: T,
    is_damaged: bool,
}

impl<T: Default + Serialize + DeserializeOwned> StateFile<T> {
    /// The file of that name, which may not exist yet; its lock lies beside it.
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

    /// The file in a folder that a conversation's value is in. Ids can hold anything, so it is named
    /// by the id's own bytes in hexadecimal; of a long id by the first hundred, so the value has to
    /// tell conversations apart.
    #[must_use]
    pub fn of_conversation(folder: &Path, id: &ConversationId) -> Self {
        let mut name = String::new();
        for byte in id.as_str().bytes().take(100) {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Self::in_folder(folder, &format!("{name}.json"))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value now. A damaged file is logged, reads as the default and stays where it is.
    ///
    /// # Errors
    /// When the file is there and the system does not let us read it: its value is unknown then.
    pub fn read(&self) -> io::Result<T> {
        self.load().map(|loaded| loaded.value)
    }

    /// The value now, or the default where that is unknown, which is logged.
    #[must_use]
    pub fn read_or_default(&self) -> T {
        self.read().unwrap_or_else(|error| {
            tracing::warn!(%error, path = ?self.path, "a private file cannot be read");
            T::default()
        })
    }

    /// Changes the value as it is now, whoever changed it before, and tells what `change` returns.
    /// The new value is on disk before this returns. A damaged file is moved aside before it is
    /// replaced; nothing is written where nothing changes.
    ///
    /// # Errors
    /// When it cannot be read, locked or written; then it is as it was.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        self.write(change, Durability::Synced)
    }

    /// The same for a change that may be lost in a power cut, which costs far less.
    ///
    /// # Errors
    /// When it cannot be read, locked or written; then it is as it was.
    pub fn update_unsynced<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        self.write(change, Durability::Written)
    }

    fn write<R>(&self, change: impl FnOnce(&mut T) -> R, durability: Durability) -> io::Result<R> {
        private::make_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        let _held = lock::acquire(&self.lock).map_err(io::Error::other)?;
        let FileValue { mut value, is_damaged } = self.load()?;
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

    fn load(&self) -> io::Result<FileValue<T>> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(FileValue { value: T::default(), is_damaged: false });
            }
            Err(error) => return Err(error),
        };
        Ok(match serde_json::from_slice(&bytes) {
            Ok(value) => FileValue { value, is_damaged: false },
            Err(error) => {
                // Not the error itself: it may quote what is in the file.
                let (line, column) = (error.line(), error.column());
                tracing::warn!(path = ?self.path, line, column, "a private file is damaged");
                FileValue { value: T::default(), is_damaged: true }
            }
        })
    }
}

/// Gives a file a name nobody reads: the first free one of `NAME.broken`, `NAME.broken2`, …
fn move_aside(path: &Path) -> io::Result<()> {
    let name = |count: u32| {
        let ending = if count < 2 { "broken".to_owned() } else { format!("broken{count}") };
        path.with_added_extension(ending)
    };
    let free = (1..1000).map(name).find(|name| !name.exists());
    let aside = free.ok_or_else(|| io::Error::other("too many damaged files"))?;
    tracing::warn!(?aside, "a damaged private file was moved aside");
    fs::rename(path, aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path) -> StateFile<Vec<u32>> {
        StateFile::at(folder.join("new/it.json"))
    }

    #[test]
    fn a_missing_file_is_the_default_and_nothing_is_written_where_nothing_changes() {
        let folder = tempfile::tempdir().unwrap();
        let it = file(folder.path());
        assert!(it.read().unwrap().is_empty());
        assert_eq!(it.update(|all| all.len()).unwrap(), 0);
        assert!(!it.path().exists());
        it.update(|all| all.push(7)).unwrap();
        assert_eq!(file(folder.path()).read().unwrap(), [7]);
    }

    #[test]
    fn two_terminals_change_it_at_once_and_no_change_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for start in [0, 100] {
                let it = file(folder.path());
                scope.spawn(move || {
                    (start..start + 100)
                        .for_each(|number| it.update(|all| all.push(number)).unwrap());
                });
            }
        });
        let mut all = file(folder.path()).read().unwrap();
        all.sort_unstable();
        assert_eq!(all, (0..200).collect::<Vec<u32>>());
    }

    #[test]
    fn a_damaged_file_is_the_default_and_kept_aside_when_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let it = file(folder.path());
        it.update(|all| all.push(1)).unwrap();
        for text in ["{", "[1"] {
            fs::write(it.path(), text).unwrap();
            assert!(it.read().unwrap().is_empty());
            assert_eq!(fs::read_to_string(it.path()).unwrap(), text, "reading moves nothing");
            it.update(|all| all.push(2)).unwrap();
            assert_eq!(it.read().unwrap(), [2]);
        }
        let kept = |ending| fs::read_to_string(it.path().with_added_extension(ending)).unwrap();
        assert_eq!((kept("broken"), kept("broken2")), ("{".into(), "[1".into()));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in its place cannot be read, whoever asks.
        let it = StateFile::<Vec<u32>>::at(folder.path().to_path_buf());
        assert!(it.read().is_err());
        assert!(it.update(|all| all.push(1)).is_err());
        assert!(it.read_or_default().is_empty());
    }
}
