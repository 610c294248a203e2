//! Watches the shared file for changes.

use std::path::Path;

use notify::{EventHandler, RecommendedWatcher, RecursiveMode, Watcher};

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Calls `notify_change` after each change of the file, also after those of this program.
    ///
    /// # Errors
    /// When the folder cannot be watched, in the words of the system. The program then sees changes
    /// when it reads or writes next.
    pub fn start(file: &Path, notify_change: impl Fn() + Send + 'static) -> Result<Self, String> {
        // The folder of a link and that of its target.
        let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        let names = [file, &target].map(|path| path.file_name().map(std::ffi::OsStr::to_owned));
        let folders = [file, &target].map(|path| path.parent().unwrap_or(Path::new(".")));
        let handler = move |event: notify::Result<notify::Event>| {
            // Reads are events as well, those of this program included.
            let matters = event.is_ok_and(|event| {
                let is_ours = |path: &std::path::PathBuf| {
                    names.iter().any(|name| path.file_name() == name.as_deref())
                };
                !event.kind.is_access() && event.paths.iter().any(is_ours)
            });
            if matters {
                notify_change();
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
