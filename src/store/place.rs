//! Where one user's things lie: the shared file, and the private folder beside nobody.
//! May not open or create anything.

use std::path::{Path, PathBuf};

use crate::settings::UserName;

use super::settle;

/// Whose folder the chats folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// Ours: made when it is missing.
    Own,
    /// Somebody else's: when it is missing, something is wrong.
    Shared,
}

/// Where one user's things lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    chats: PathBuf,
    user: UserName,
    folder: Folder,
    state: PathBuf,
    wait: i64,
    cache: Option<PathBuf>,
}

impl Place {
    /// The place of a user's file in a chats folder. `state` is the program's private folder; each
    /// shared file has a folder of its own in it.
    #[must_use]
    pub fn new(chats: &Path, user: UserName, folder: Folder, state: &Path) -> Self {
        let chats = std::path::absolute(chats).unwrap_or_else(|_| chats.to_path_buf());
        let shared = chats.canonicalize().unwrap_or_else(|_| chats.clone());
        let mut key = shared.into_os_string().into_encoded_bytes();
        key.push(0);
        key.extend_from_slice(user.as_str().as_bytes());
        let state = state.join("files").join(format!("{:016x}", fnv1a(&key)));
        Self { chats, user, folder, state, wait: settle::WAIT, cache: None }
    }

    /// The same place where verbs are settled after another time, in seconds.
    #[must_use]
    pub fn settling_after(mut self, wait: i64) -> Self {
        self.wait = wait;
        self
    }

    /// How long a verb must have been in the file until no old copy can come back, in seconds.
    #[must_use]
    pub const fn wait(&self) -> i64 {
        self.wait
    }

    /// The same, keeping what can be made again in the program's cache folder.
    #[must_use]
    pub fn with_cache(mut self, cache: &Path) -> Self {
        self.cache = self.state.file_name().map(|name| cache.join("index").join(name));
        self
    }

    /// The folder of the shared file.
    #[must_use]
    pub fn chats(&self) -> &Path {
        &self.chats
    }

    /// Whose folder that is.
    #[must_use]
    pub const fn folder(&self) -> Folder {
        self.folder
    }

    /// The user.
    #[must_use]
    pub const fn user(&self) -> &UserName {
        &self.user
    }

    /// The shared file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.chats.join(self.user.file_name())
    }

    /// The private folder of this file.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The table of contents of the shared file, where one may be kept.
    #[must_use]
    pub fn index_cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// The beginning of the names of temporary files beside the shared file.
    #[must_use]
    pub fn temporary_prefix(&self) -> String {
        format!(".{}.tmp.", self.user.file_name())
    }
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo): the same name for the same file in every version.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_user_of_every_folder_has_a_private_folder_of_its_own() {
        let place = |chats: &str, user: &str| {
            let user = UserName::new(user).unwrap();
            Place::new(Path::new(chats), user, Folder::Own, Path::new("/s")).state().to_path_buf()
        };
        assert_ne!(place("/a", "x"), place("/a", "y"));
        assert_ne!(place("/a", "x"), place("/b", "x"));
        assert_eq!(place("/a", "x"), place("/a", "x"));
    }
}
