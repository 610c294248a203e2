//! The folders of the program, by the conventions of the system.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The folders of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The path of `config.toml`, whether or not it exists.
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
        let system = Self {
            config: folders.config_dir().join("config.toml"),
            data: folders.data_dir().to_path_buf(),
            state: folders.state_dir().unwrap_or(folders.data_local_dir()).to_path_buf(),
            cache: folders.cache_dir().to_path_buf(),
        };
        // On Linux `directories` reads these variables itself.
        let reads_xdg = cfg!(target_os = "macos");
        Some(if reads_xdg { system.or_xdg(&|name| std::env::var_os(name)) } else { system })
    }

    /// These folders, but for those that the user named by the variables of the XDG Base Directory
    /// Specification 0.8.
    fn or_xdg(self, env: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let named = |variable| {
            let folder = env(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
            folder.map(|folder| folder.join("duologue"))
        };
        Self {
            config: named("XDG_CONFIG_HOME").map_or(self.config, |it| it.join("config.toml")),
            data: named("XDG_DATA_HOME").unwrap_or(self.data),
            state: named("XDG_STATE_HOME").unwrap_or(self.state),
            cache: named("XDG_CACHE_HOME").unwrap_or(self.cache),
        }
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

    /// The path of the log file in the state folder.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_named_by_an_xdg_variable_takes_the_place_of_the_systems() {
        let system = Paths::below(Path::new("/system"));
        let env = |name: &str| match name {
            "XDG_CONFIG_HOME" => Some("/home/ann/.config".into()),
            "XDG_DATA_HOME" => Some("relative".into()),
            "XDG_STATE_HOME" => Some("".into()),
            _ => None,
        };
        let found = system.clone().or_xdg(&env);
        let config = PathBuf::from("/home/ann/.config/duologue/config.toml");
        assert_eq!(found, Paths { config, ..system });
    }
}
