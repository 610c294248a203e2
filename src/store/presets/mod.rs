//! The presets of a user: the web app's where there are any, else our own, in the same layout.
//! May not change a byte of a preset nobody changed.

mod base;
mod change;
mod error;
mod layout;
mod ledger;
mod patch;

use std::io;
use std::path::{Path, PathBuf};

use crate::chat::preset::{DEFAULT_PRESET, Rules};
use crate::chat::{Preset, PresetList, Timestamp};
use crate::settings::Settings;

use crate::store::file::paths::fnv1a;
use crate::store::file::{lock, private, stale_writer};

pub use error::PresetError;
pub use layout::LayoutError;

/// Where a user's presets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetFile {
    path: PathBuf,
    rules: Rules,
    /// The notes on it, in the state folder.
    ledger: PathBuf,
    /// What a preset without instructions tells.
    usual: String,
    wait: i64,
}

/// The presets, and what was put in order on the way.
#[derive(Debug)]
pub struct Looked {
    /// The presets.
    pub list: PresetList,
    /// What was done again because somebody's old copy had undone it.
    pub healed: Option<String>,
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
        Self { path, rules, ledger, usual: settings.instructions.clone(), wait: stale_writer::WAIT }
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something is noted that an old copy may still undo.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let notes = ledger::Ledger::read(&self.ledger, &self.path);
        notes.is_ok_and(|notes| !notes.open.is_empty())
    }

    /// Every preset that can be read, the default one first where the file has none. What an old
    /// copy has undone is done again before.
    ///
    /// # Errors
    /// When the file cannot be read, or is not JSON.
    pub fn look(&self, now: Timestamp) -> Result<Looked, PresetError> {
        let healed = if self.ledger.exists() { self.heal(now) } else { Ok(None) };
        let healed = healed.unwrap_or_else(|error| {
            tracing::warn!(%error, "presets could not be looked after");
            None
        });
        let mut presets =
            layout::presets(&self.base()?.text).map_err(|error| self.layout(error))?;
        if presets.iter().all(|it| it.id != DEFAULT_PRESET) {
            presets.insert(0, Preset::default_one());
        }
        let list = PresetList { presets, rules: self.rules, usual: self.usual.clone() };
        Ok(Looked { list, healed })
    }

    fn base(&self) -> Result<base::Base, PresetError> {
        base::Base::read(&self.path).map_err(|error| PresetError::Io(self.path.clone(), error))
    }

    fn layout(&self, error: LayoutError) -> PresetError {
        match error {
            LayoutError::Unknown(id) => PresetError::Unknown(id),
            LayoutError::Json(_) | LayoutError::Shape => {
                PresetError::Layout(self.path.clone(), error)
            }
        }
    }

    fn lock(&self) -> Result<lock::Held, PresetError> {
        let folder = self.ledger.parent().unwrap_or(Path::new("."));
        private::make_folder(folder)
            .map_err(|error| PresetError::Io(folder.to_path_buf(), error))?;
        lock::take(&self.ledger.with_extension("lock")).map_err(|error| {
            let why = io::Error::other(error.to_failure().sentence);
            PresetError::Io(self.path.clone(), why)
        })
    }
}

fn path_of(settings: &Settings) -> (PathBuf, Rules) {
    let name = settings.user.file_name();
    if let Some(given) = &settings.agents {
        let path = if given.is_dir() { given.join(name) } else { given.clone() };
        return (path, Rules::Web);
    }
    let beside = settings.chats.parent().map(|folder| folder.join("agents"));
    if let Some(folder) = beside.filter(|folder| folder.is_dir() && !settings.demo) {
        return (folder.join(name), Rules::Web);
    }
    let folder = settings.paths.config.parent().unwrap_or(Path::new(""));
    (folder.join("presets.json"), Rules::Own)
}
