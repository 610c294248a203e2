//! Tells when somebody changed the shared file, or something beside it with its name.
//! May not read the file: what changed is found out by whoever is told.

use std::path::Path;

use notify::{EventHandler, RecommendedWatcher, RecursiveMode, Watcher};

/// The watch, until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Calls `tell` after each change of the file; also for changes this program made.
    ///
    /// # Errors
    /// When the folder cannot be watched, in the words of the system. The program works without:
    /// changes are then seen at the next look.
    pub fn start(file: &Path, tell: impl Fn() + Send + 'static) -> Result<Self, String> {
        // A link is watched, and what it leads to.
        let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        let names = [file, &target].map(|path| path.file_name().map(std::ffi::OsStr::to_owned));
        let folders = [file, &target].map(|path| path.parent().unwrap_or(Path::new(".")));
        let handler = move |event: notify::Result<notify::Event>| {
            // Reading the file is an event as well, ours included; only changes matter.
            let matters = event.is_ok_and(|event| {
                let about = |path: &std::path::PathBuf| {
                    names.iter().any(|name| path.file_name() == name.as_deref())
                };
                !event.kind.is_access() && event.paths.iter().any(about)
            });
            if matters {
                tell();
            }
        };
        Self::watch_folders(handler, &folders).map_err(|error| error.to_string())
    }

    fn watch_folders(handler: impl EventHandler, folders: &[&Path]) -> notify::Result<Self> {
        let mut watcher = notify::recommended_watcher(handler)?;
        for folder in folders {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        Ok(Self { _watcher: watcher })
    }
}
