//! What the store thread needs to know before it starts.

use std::path::PathBuf;

use crate::chat::WebChain;
use crate::runtime::start::store_paths;
use crate::settings::Settings;
use crate::store::{CapabilitiesFile, PresetFile, StorePaths, UiPrefsFile};

/// Where the store thread reads and writes.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct StoreWorkerConfig {
    pub(super) paths: StorePaths,
    /// Whether response ids of this server may go into the shared file.
    pub(super) web_chain: WebChain,
    pub(super) presets: PresetFile,
    /// The server answers come from: only its background answers are collected.
    pub(super) base_url: String,
    pub(super) capabilities: CapabilitiesFile,
    pub(super) ui_prefs: UiPrefsFile,
    pub(super) log_file: PathBuf,
}

impl From<&Settings> for StoreWorkerConfig {
    fn from(settings: &Settings) -> Self {
        Self {
            paths: store_paths(settings),
            web_chain: settings.web_chain(),
            presets: PresetFile::of(settings),
            base_url: settings.base_url.to_string(),
            capabilities: CapabilitiesFile::of(&settings.paths.state, &settings.base_url),
            ui_prefs: UiPrefsFile::of(&settings.paths.state),
            log_file: settings.paths.log(),
        }
    }
}
