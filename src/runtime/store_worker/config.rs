//! What the store thread needs to know before it starts.

use std::path::PathBuf;

use crate::runtime::start::store_paths;
use crate::settings::Settings;
use crate::store::{PresetFile, StorePaths};

/// Where the store thread reads and writes.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct StoreWorkerConfig {
    pub(super) paths: StorePaths,
    pub(super) presets: PresetFile,
    /// The settings, for what depends on the server of an answer.
    pub(super) settings: Settings,
    pub(super) log_file: PathBuf,
}

impl From<&Settings> for StoreWorkerConfig {
    fn from(settings: &Settings) -> Self {
        Self {
            paths: store_paths(settings),
            presets: PresetFile::of(settings),
            settings: settings.clone(),
            log_file: settings.paths.log(),
        }
    }
}
