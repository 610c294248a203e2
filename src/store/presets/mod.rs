//! The presets of a user: those of the web app where it has any, else duologue's own in the same layout.
//!
//! The web app reads the file at every request (it caches chats, not presets), so a save of it never
//! undoes a change, and nothing has to be reapplied.

mod change;
mod document;
mod error;
mod record;
mod repair;
mod undo;

use std::io;
use std::path::{Path, PathBuf};

use crate::chat::preset::{DEFAULT_PRESET, PresetRules};
use crate::chat::{Preset, PresetList};
use crate::settings::Settings;
use crate::store::file::error::StoreError;
use crate::store::file::lock::{self, LockGuard};
use crate::store::file::store_paths::fnv1a;
use crate::store::file::text_file::{self, TextEdit, TextFile};
use crate::store::state::StateFile;

use document::PresetDocument;
use record::PresetRecord;
use undo::PresetUndoLog;

pub use error::PresetError;
pub use repair::{PresetCheck, PresetRepair};

/// The prefix of the names of temporary files.
const TEMPORARY_PREFIX: &str = ".presets.tmp.";

/// The presets that a user shares with the web app, and their private undo log.
#[derive(Debug, Clone)]
pub struct PresetFile {
    path: PathBuf,
    rules: PresetRules,
    /// The private folder of undo steps, copies and locks.
    folder: PathBuf,
    /// The prefix of the names of this file's files in the folder.
    key: String,
    default_instructions: String,
}

impl PresetFile {
    /// Finds the file of a user: the one the settings name, the web app's next to its chats, or duologue's.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let (path, rules) = path_of(settings);
        // A link is not followed: where it leads may change once the file exists.
        let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        Self {
            path,
            rules,
            folder: settings.paths.state.join("presets"),
            key: format!("{:016x}", fnv1a(&absolute.into_os_string().into_encoded_bytes())),
            default_instructions: settings.instructions.clone(),
        }
    }

    /// The path of the presets file, which may not exist yet.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the presets, after the built-in one, and the problems the web app has with them.
    ///
    /// # Errors
    /// When the file cannot be read, or has a shape that the web app cannot read.
    pub fn load(&self) -> Result<PresetList, PresetError> {
        let read = TextFile::read(&self.path);
        let file = read.map_err(|error| StoreError::io("read", &self.path, error))?;
        let document = self.parse(file.bytes())?;
        let mut presets = vec![Preset::default_preset(self.rules)];
        let mut problems = Vec::new();
        for record in document.records.iter().map(PresetRecord::of) {
            // The built-in preset is never read from the file.
            let preset = record.preset().with_defaults(self.rules);
            presets.extend(Some(preset).filter(|preset| preset.id != DEFAULT_PRESET));
            problems.extend(record.problem().filter(|_| self.rules == PresetRules::Web));
        }
        Ok(PresetList {
            presets,
            problems,
            rules: self.rules,
            default_instructions: self.default_instructions.clone(),
        })
    }

    /// Replaces the text of the presets with the result of an edit. The lock is held.
    fn replace<E: TextEdit<Error = PresetError>>(&self, edit: &mut E) -> Result<(), PresetError> {
        text_file::replace_text(&self.path, TEMPORARY_PREFIX, edit)
    }

    /// The error of the private folder.
    fn folder_error(&self, did: &'static str, error: io::Error) -> StoreError {
        StoreError::io(did, &self.folder, error)
    }

    /// Parses the bytes of a file; one that does not exist has no presets.
    fn parse(&self, bytes: Option<&[u8]>) -> Result<PresetDocument, PresetError> {
        PresetDocument::parse(bytes.unwrap_or_default())
            .map_err(|error| PresetError::Layout(self.path.clone(), error))
    }

    fn undo_log(&self) -> StateFile<PresetUndoLog> {
        StateFile::at(self.folder.join(format!("{}.undo.json", self.key)))
    }

    fn lock(&self) -> Result<LockGuard, StoreError> {
        lock::acquire(&self.folder.join(format!("{}.lock", self.key)))
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
