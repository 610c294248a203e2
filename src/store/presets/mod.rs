//! The presets of a user: the web app's where there are any, else our own, in the same layout.
//! May not change a byte of a preset nobody changed.

mod layout;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::chat::preset::{PresetFault, Rules};
use crate::chat::{Failure, FailureKind, Preset, Timestamp};
use crate::settings::Settings;

use super::lock;

pub use layout::LayoutError;

/// Where a user's presets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetFile {
    path: PathBuf,
    rules: Rules,
    lock: PathBuf,
}

/// Why presets cannot be read or changed.
#[derive(Debug, Error)]
pub enum PresetError {
    /// The file.
    #[error("The presets in {0} cannot be used: {1}.")]
    Io(PathBuf, io::Error),
    /// What is in it.
    #[error("The presets in {0} cannot be read: {1}. The file was not changed.")]
    Layout(PathBuf, LayoutError),
    /// The preset itself.
    #[error("{}", .0.sentence())]
    Fault(PresetFault),
    /// There is none.
    #[error("There is no preset \"{0}\". `duologue presets` lists them.")]
    Unknown(String),
}

impl PresetFile {
    /// The file of a user: the one the settings name, the web app's beside its chats, or our own.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let lock = settings.paths.state.join("presets.lock");
        let name = settings.user.file_name();
        if let Some(given) = &settings.web_app.agents {
            let path = if given.is_dir() { given.join(name) } else { given.clone() };
            return Self { path, rules: Rules::Web, lock };
        }
        let beside = settings.chats.parent().map(|folder| folder.join("agents"));
        if let Some(folder) = beside.filter(|folder| folder.is_dir() && !settings.demo) {
            return Self { path: folder.join(name), rules: Rules::Web, lock };
        }
        let folder = settings.paths.config.parent().unwrap_or(Path::new(""));
        Self { path: folder.join("presets.json"), rules: Rules::Own, lock }
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every preset that can be read, the default one first.
    ///
    /// # Errors
    /// When the file cannot be read, or is not JSON.
    pub fn list(&self) -> Result<Vec<Preset>, PresetError> {
        let text = self.text()?;
        let mut all = layout::presets(&text).map_err(|error| self.layout(error))?;
        if all.iter().all(|it| it.id != crate::chat::preset::DEFAULT_PRESET) {
            all.insert(0, Preset::default_one());
        }
        Ok(all)
    }

    /// Every preset that can be read, or why none can, for people.
    ///
    /// # Errors
    /// When the file cannot be read, or is not JSON.
    pub fn listed(&self) -> Result<Vec<Preset>, Failure> {
        self.list().map_err(|error| Failure::new(FailureKind::Storage, error.to_string(), ""))
    }

    /// Keeps a preset: a new one at the end, a known one in its place; what it holds besides
    /// stays.
    ///
    /// # Errors
    /// When it breaks the rules, or the file cannot be changed.
    pub fn keep(&self, preset: &Preset, now: Timestamp) -> Result<(), PresetError> {
        preset.check(self.rules).map_err(PresetError::Fault)?;
        self.change(|text| layout::with(text, preset, now))
    }

    /// Removes a preset.
    ///
    /// # Errors
    /// When it is the default one, there is none, or the file cannot be changed.
    pub fn remove(&self, id: &str) -> Result<(), PresetError> {
        if id == crate::chat::preset::DEFAULT_PRESET {
            return Err(PresetError::Fault(PresetFault::Default));
        }
        self.change(|text| layout::without(text, id))
    }

    fn change(
        &self,
        make: impl Fn(&str) -> Result<String, LayoutError>,
    ) -> Result<(), PresetError> {
        let wrong = |error| PresetError::Io(self.path.clone(), error);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(wrong)?;
        let _held = lock::take(&self.lock)
            .map_err(|error| wrong(io::Error::other(error.to_failure().sentence)))?;
        let text = self.text()?;
        let new = make(&text).map_err(|error| self.layout(error))?;
        self.replace(folder, &new).map_err(wrong)
    }

    /// The whole file at once, with the mode it had.
    fn replace(&self, folder: &Path, text: &str) -> io::Result<()> {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let mut file = tempfile::Builder::new().prefix(".presets.tmp.").tempfile_in(folder)?;
        if let Ok(known) = fs::metadata(&path) {
            file.as_file().set_permissions(known.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        if let Ok(folder) = File::open(folder) {
            folder.sync_all().or_else(|error| match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(())
    }

    fn text(&self) -> Result<String, PresetError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(PresetError::Io(self.path.clone(), error)),
        }
    }

    fn layout(&self, error: LayoutError) -> PresetError {
        match error {
            LayoutError::Unknown(id) => PresetError::Unknown(id),
            LayoutError::Json(_) | LayoutError::Shape => {
                PresetError::Layout(self.path.clone(), error)
            }
        }
    }
}
