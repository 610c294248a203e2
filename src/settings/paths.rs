//! The folders of the program, by the conventions of the system.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The folders of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config: PathBuf,
    /// Conversations, where the user named no other folder.
    pub data: PathBuf,
    /// Journal, drafts, trash and the log: private, and not to be lost.
    pub state: PathBuf,
    /// What can be made again at any time.
    pub cache: PathBuf,
}

impl Paths {
    /// The system's folders for this user; `None` where the system does not say who that is.
    #[must_use]
    pub fn of_system() -> Option<Self> {
        let folders = ProjectDirs::from("", "", "duologue")?;
        Some(Self {
            config: folders.config_dir().join("config.toml"),
            data: folders.data_dir().to_path_buf(),
            state: folders.state_dir().unwrap_or(folders.data_local_dir()).to_path_buf(),
            cache: folders.cache_dir().to_path_buf(),
        })
    }

    /// Everything below one folder, apart from any other installation.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        Self {
            config: folder.join("config.toml"),
            data: folder.join("data"),
            state: folder.join("state"),
            cache: folder.join("cache"),
        }
    }

    /// The log file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.state.join("duologue.log")
    }
}

/// A path with `~` at its beginning made into the home folder.
#[must_use]
pub fn expand_home(path: PathBuf, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}
