//! What the store thread needs to know before it starts.

use std::path::PathBuf;

use crate::runtime::start::store_paths;
use crate::settings::Settings;
use crate::store::{PresetFile, StorePaths, ToolPermissionsFile, UiPrefsFile};

/// Where the store thread reads and writes.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct StoreWorkerConfig {
    pub(super) paths: StorePaths,
    pub(super) presets: PresetFile,
    /// The settings, for what depends on the server of an answer.
    pub(super) settings: Settings,
    pub(super) ui_prefs: UiPrefsFile,
    pub(super) tool_permissions: ToolPermissionsFile,
    pub(super) log_file: PathBuf,
}

impl From<&Settings> for StoreWorkerConfig {
    fn from(settings: &Settings) -> Self {
        Self {
            paths: store_paths(settings),
            presets: PresetFile::of(settings),
            settings: settings.clone(),
            ui_prefs: UiPrefsFile::of(&settings.paths.state),
            tool_permissions: ToolPermissionsFile::of(&settings.paths.state),
            log_file: settings.paths.log(),
        }
    }
}
