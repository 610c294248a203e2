//! The paths of one user's shared file, state folder and index cache.

use std::path::{Path, PathBuf};

use crate::settings::UserName;

use crate::store::file::error::StoreError;
use crate::store::file::stale_writer_window;

/// Whose folder the chats folder is: what a missing one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatsFolder {
    /// The program's own: created when it is missing.
    Own,
    /// That of the web app: an error when it is missing.
    Shared,
}

/// The paths of one user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePaths {
    chats_folder: PathBuf,
    user: UserName,
    folder_kind: ChatsFolder,
    /// Whether the chats folder was there once.
    is_folder_known: bool,
    state_folder: PathBuf,
    stale_writer_window: i64,
    index_cache: Option<PathBuf>,
}

impl StorePaths {
    /// The paths for a user's file in a chats folder. `state` is the program's private folder, in which
    /// each shared file has a folder of its own, named by a hash of its path.
    #[must_use]
    pub fn new(chats: &Path, user: UserName, folder: ChatsFolder, state: &Path) -> Self {
        let chats = std::path::absolute(chats).unwrap_or_else(|_| chats.to_path_buf());
        let mut key = resolve_links(&chats).into_os_string().into_encoded_bytes();
        key.push(0);
        key.extend_from_slice(user.as_str().as_bytes());
        let state = state.join("files").join(format!("{:016x}", fnv1a(&key)));
        Self {
            chats_folder: chats,
            user,
            folder_kind: folder,
            is_folder_known: false,
            state_folder: state,
            stale_writer_window: stale_writer_window::STALE_WRITER_WINDOW,
            index_cache: None,
        }
    }

    /// Sets how long a change must have been in the file before it counts as confirmed, in seconds.
    #[must_use]
    pub fn with_stale_writer_window(mut self, wait: i64) -> Self {
        self.stale_writer_window = wait;
        self
    }

    /// How long a change must have been in the file before no stale writer can undo it, in seconds.
    #[must_use]
    pub const fn stale_writer_window(&self) -> i64 {
        self.stale_writer_window
    }

    /// Sets the program's cache folder, in which the index is cached.
    #[must_use]
    pub fn with_cache(mut self, cache: &Path) -> Self {
        self.index_cache = self.state_folder.file_name().map(|name| cache.join("index").join(name));
        self
    }

    /// Notes whether the chats folder is there, so that it is missed when it is moved away.
    #[must_use]
    pub(crate) fn with_folder_checked(mut self) -> Self {
        self.is_folder_known = self.chats_folder.is_dir();
        self
    }

    /// The error of a chats folder that should be there; `None` where it is, or where one of the program's own
    /// could never be made.
    pub(crate) fn folder_error(&self) -> Option<StoreError> {
        if self.chats_folder.is_dir() {
            return None;
        }
        let folder = self.chats_folder.clone();
        match self.folder_kind {
            _ if self.is_folder_known => Some(StoreError::FolderGone(folder)),
            ChatsFolder::Shared => Some(StoreError::NoFolder(folder)),
            ChatsFolder::Own => None,
        }
    }

    /// The folder of the shared file.
    #[must_use]
    pub fn chats_folder(&self) -> &Path {
        &self.chats_folder
    }

    /// Tells whether the chats folder may be created.
    #[must_use]
    pub const fn folder_kind(&self) -> ChatsFolder {
        self.folder_kind
    }

    /// The user whose conversations these are.
    #[must_use]
    pub const fn user(&self) -> &UserName {
        &self.user
    }

    /// The path of the shared file, which need not exist.
    #[must_use]
    pub fn chats_file(&self) -> PathBuf {
        self.chats_folder.join(self.user.file_name())
    }

    /// The private folder of this file.
    #[must_use]
    pub fn state_folder(&self) -> &Path {
        &self.state_folder
    }

    /// The lock that is held while the shared file is looked after or written.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.state_folder.join("lock")
    }

    /// The cache file of the index, if there is a cache folder.
    #[must_use]
    pub fn index_cache(&self) -> Option<&Path> {
        self.index_cache.as_deref()
    }

    /// The folders in which, or directly below which, private files are written: that of this file, and
    /// those that all files share.
    pub fn private_folders(&self) -> impl Iterator<Item = &Path> {
        let shared_state = self.state_folder.ancestors().nth(2);
        let cache = self.index_cache().and_then(Path::parent);
        [Some(self.state_folder()), shared_state, cache].into_iter().flatten()
    }

    /// The prefix of the names of temporary files beside the shared file.
    #[must_use]
    pub fn temporary_prefix(&self) -> String {
        format!(".{}.tmp.", self.user.file_name())
    }
}

/// The path without links; parts that do not exist yet are kept as they are.
fn resolve_links(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        if let Ok(found) = existing.canonicalize() {
            return missing.iter().rev().fold(found, |path, name| path.join(name));
        }
        let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
            return path.to_path_buf();
        };
        missing.push(name);
        existing = parent;
    }
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo); unlike the standard library's
/// hasher, the same in every version of the program.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_user_of_every_chats_folder_has_a_state_folder() {
        let state_folder = |chats: &str, user: &str| {
            let user = UserName::new(user).unwrap();
            StorePaths::new(Path::new(chats), user, ChatsFolder::Own, Path::new("/s"))
                .state_folder()
                .to_path_buf()
        };
        assert_ne!(state_folder("/a", "x"), state_folder("/a", "y"));
        assert_ne!(state_folder("/a", "x"), state_folder("/b", "x"));
        assert_eq!(state_folder("/a", "x"), state_folder("/a", "x"));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_behind_a_link_has_one_state_folder_before_and_after_it_is_created() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let paths = |above: &Path| {
            let user = UserName::new("x").unwrap();
            StorePaths::new(&above.join("data/chats"), user, ChatsFolder::Own, folder.path())
        };
        let first = paths(&link);
        std::fs::create_dir_all(real.join("data/chats")).unwrap();
        assert_eq!(paths(&link).state_folder(), first.state_folder());
        assert_eq!(paths(&real).state_folder(), first.state_folder());
    }
}
