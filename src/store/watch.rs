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
        let folder = file.parent().unwrap_or(Path::new("."));
        let name = file.file_name().map(std::ffi::OsStr::to_owned);
        let handler = move |event: notify::Result<notify::Event>| {
            // Reading the file is an event as well, ours included; only changes matter.
            let matters = event.is_ok_and(|event| {
                let about = |path: &std::path::PathBuf| path.file_name() == name.as_deref();
                !event.kind.is_access() && event.paths.iter().any(about)
            });
            if matters {
                tell();
            }
        };
        Self::with(handler, folder).map_err(|error| error.to_string())
    }

    fn with(handler: impl EventHandler, folder: &Path) -> notify::Result<Self> {
        let mut watcher = notify::recommended_watcher(handler)?;
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(Self { _watcher: watcher })
    }
}
