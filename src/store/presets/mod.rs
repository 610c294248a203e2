//! The presets of a user: the web app's where there are any, else our own, in the same layout.
//! May not change a byte of a preset nobody changed.

mod change;
mod error;
mod journal;
mod layout;
mod patch;
mod target;

use std::io;
use std::path::{Path, PathBuf};

use crate::chat::preset::{DEFAULT_PRESET, PresetRules};
use crate::chat::{Preset, PresetList, Timestamp};
use crate::settings::Settings;

use crate::store::file::store_paths::fnv1a;
use crate::store::file::{confirm, lock, private};

pub use error::PresetError;
pub use layout::LayoutError;

/// Where a user's presets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetFile {
    path: PathBuf,
    rules: PresetRules,
    /// The notes on it, in the state folder.
    journal_path: PathBuf,
    /// What a preset without instructions tells.
    default_instructions: String,
    stale_writer_window: i64,
}

/// The presets, and what was put in order on the way.
#[derive(Debug)]
pub struct LoadedPresets {
    /// The presets.
    pub list: PresetList,
    /// What was done again because somebody's old copy had undone it.
    pub reapplied: Option<String>,
}

impl PresetFile {
    /// The file of a user: the one the settings name, the web app's beside its chats, or our own.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let (path, rules) = path_of(settings);
        // As it is named: where it leads may be another place once it is there.
        let named = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        let key = named.into_os_string().into_encoded_bytes();
        let notes = format!("{:016x}.json", fnv1a(&key));
        let ledger = settings.paths.state.join("presets").join(notes);
        Self {
            path,
            rules,
            journal_path: ledger,
            default_instructions: settings.instructions.clone(),
            stale_writer_window: confirm::STALE_WRITER_WINDOW,
        }
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something is noted that an old copy may still undo.
    #[must_use]
    pub fn has_unconfirmed_changes(&self) -> bool {
        let notes = journal::PresetJournal::read(&self.journal_path, &self.path);
        notes.is_ok_and(|notes| !notes.open.is_empty())
    }

    /// Every preset that can be read, the default one first where the file has none. What an old
    /// copy has undone is done again before.
    ///
    /// # Errors
    /// When the file cannot be read, or is not JSON.
    pub fn load(&self, now: Timestamp) -> Result<LoadedPresets, PresetError> {
        let healed = if self.journal_path.exists() { self.reapply(now) } else { Ok(None) };
        let healed = healed.unwrap_or_else(|error| {
            tracing::warn!(%error, "presets could not be looked after");
            None
        });
        let mut presets = layout::parse_presets(&self.open_presets()?.text)
            .map_err(|error| self.layout_error(error))?;
        if presets.iter().all(|it| it.id != DEFAULT_PRESET) {
            presets.insert(0, Preset::default_preset());
        }
        let list = PresetList {
            presets,
            rules: self.rules,
            default_instructions: self.default_instructions.clone(),
        };
        Ok(LoadedPresets { list, reapplied: healed })
    }

    fn open_presets(&self) -> Result<target::OpenPresets, PresetError> {
        target::OpenPresets::read(&self.path)
            .map_err(|error| PresetError::Io(self.path.clone(), error))
    }

    fn layout_error(&self, error: LayoutError) -> PresetError {
        match error {
            LayoutError::NotFound(id) => PresetError::NotFound(id),
            LayoutError::Json(_) | LayoutError::NoPresets => {
                PresetError::Layout(self.path.clone(), error)
            }
        }
    }

    fn lock(&self) -> Result<lock::LockGuard, PresetError> {
        let folder = self.journal_path.parent().unwrap_or(Path::new("."));
        private::make_folder(folder)
            .map_err(|error| PresetError::Io(folder.to_path_buf(), error))?;
        lock::acquire(&self.journal_path.with_extension("lock")).map_err(|error| {
            let why = io::Error::other(error.to_failure().sentence);
            PresetError::Io(self.path.clone(), why)
        })
    }
}

fn path_of(settings: &Settings) -> (PathBuf, PresetRules) {
    let name = settings.user.file_name();
    if let Some(given) = &settings.agents {
        let path = if given.is_dir() { given.join(name) } else { given.clone() };
        return (path, PresetRules::Web);
    }
    let beside = settings.chats.parent().map(|folder| folder.join("agents"));
    if let Some(folder) = beside.filter(|folder| folder.is_dir() && !settings.demo) {
        return (folder.join(name), PresetRules::Web);
    }
    let folder = settings.paths.config.parent().unwrap_or(Path::new(""));
    (folder.join("presets.json"), PresetRules::Own)
}
