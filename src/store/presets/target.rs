//! Commits changes to the presets file. Must not read the text: `document` does.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::PresetError;
use crate::store::file::commit::{self, ApplyOutcome, CommitTarget, PlanOutcome};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{FileIdentity, OpenFile};
use crate::store::file::replace::remove_leftovers;

/// The prefix of the names of temporary files.
const TEMPORARY_PREFIX: &str = ".presets.tmp.";

/// The file that was read; it stays open so that no other version can get its identity.
pub(super) struct OpenPresets {
    pub bytes: Vec<u8>,
    file: Option<OpenFile>,
}

impl OpenPresets {
    /// Reads the file; one that does not exist is empty.
    pub(super) fn read(path: &Path) -> Result<Self, PresetError> {
        let failed = |error| PresetError::Io(path.to_path_buf(), error);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { bytes: Vec::new(), file: None });
            }
            Err(error) => return Err(failed(error)),
        };
        // A write to the file after this makes it another version.
        let snapshot = OpenFile::of(file).map_err(failed)?;
        let mut bytes = Vec::new();
        snapshot.file().read_to_end(&mut bytes).map_err(failed)?;
        Ok(Self { bytes, file: Some(snapshot) })
    }
}

/// Makes the new text of the presets, and saves what it lacks.
pub(super) trait PresetEdit {
    /// Returns the text that replaces these bytes; `None` where they stay unchanged.
    fn plan(&mut self, bytes: &[u8]) -> Result<Option<String>, PresetError>;

    /// Saves what would be lost, before the text is replaced.
    fn preserve(&mut self, bytes: &[u8]) -> Result<(), PresetError>;

    /// Removes what was saved, because the text was not replaced.
    fn roll_back(&mut self);
}

/// Replaces the text of the presets with the result of an edit. The caller holds the lock.
pub(super) fn replace_presets(
    path: &Path,
    edit: &mut dyn PresetEdit,
) -> Result<ApplyOutcome, PresetError> {
    let failed = |error| PresetError::Io(path.to_path_buf(), error);
    let path = std::path::absolute(path).map_err(failed)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
        remove_leftovers(folder, TEMPORARY_PREFIX);
    }
    let mut target = PresetsTarget { path, edit, has_preserved: false, error: None };
    let done = commit::commit(&mut target);
    match (done, target.error) {
        (Ok(applied), _) => Ok(applied),
        (Err(_), Some(error)) => Err(error),
        (Err(StoreError::Contended(_)), None) => {
            Err(failed(io::Error::other("another program keeps writing them")))
        }
        (Err(error), None) => Err(failed(io::Error::other(error.to_string()))),
    }
}

struct PresetsTarget<'a> {
    path: PathBuf,
    edit: &'a mut dyn PresetEdit,
    has_preserved: bool,
    /// Why the edit failed.
    error: Option<PresetError>,
}

impl PresetsTarget<'_> {
    /// Stores the error of the edit, and returns one for the commit.
    fn fail_with(&mut self, error: PresetError) -> StoreError {
        let failure = StoreError::io("changed", &self.path, io::Error::other(error.to_string()));
        self.error = Some(error);
        failure
    }
}

impl CommitTarget for PresetsTarget<'_> {
    type Base = OpenPresets;
    type Plan = String;

    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn temporary_prefix(&self) -> String {
        TEMPORARY_PREFIX.to_owned()
    }

    fn open(&mut self) -> Result<OpenPresets, StoreError> {
        OpenPresets::read(&self.path).map_err(|error| self.fail_with(error))
    }

    fn identity(&self, base: &OpenPresets) -> Option<FileIdentity> {
        base.file.as_ref().map(OpenFile::identity)
    }

    fn plan(&mut self, base: &OpenPresets) -> Result<PlanOutcome<String>, StoreError> {
        match self.edit.plan(&base.bytes) {
            Ok(Some(text)) => Ok(PlanOutcome::Write(text)),
            Ok(None) => Ok(PlanOutcome::Unchanged),
            Err(error) => Err(self.fail_with(error)),
        }
    }

    fn write(&self, _: &OpenPresets, text: &String, to: &mut File) -> io::Result<()> {
        to.write_all(text.as_bytes())
    }

    fn verify(&mut self, _: &String, _: &File) -> Result<(), StoreError> {
        // Edits write only records in the web app's layout.
        Ok(())
    }

    fn preserve_removed(&mut self, base: &OpenPresets, _: &String) -> Result<(), StoreError> {
        self.has_preserved = true;
        self.edit.preserve(&base.bytes).map_err(|error| self.fail_with(error))
    }

    fn roll_back(&mut self, _: OpenPresets) {
        if std::mem::take(&mut self.has_preserved) {
            self.edit.roll_back();
        }
    }

    fn finish_commit(&mut self, _: OpenPresets, _: String, _: File) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends to the text; another program replaces the file just before the exchange.
    struct Append<'a> {
        path: &'a Path,
        theirs: Option<&'a str>,
    }

    impl PresetEdit for Append<'_> {
        fn plan(&mut self, bytes: &[u8]) -> Result<Option<String>, PresetError> {
            Ok(Some(format!("{} ours", String::from_utf8_lossy(bytes))))
        }

        fn preserve(&mut self, _: &[u8]) -> Result<(), PresetError> {
            if let Some(theirs) = self.theirs.take() {
                let other = self.path.with_extension("theirs");
                fs::write(&other, theirs).unwrap();
                fs::rename(&other, self.path).unwrap();
            }
            Ok(())
        }

        fn roll_back(&mut self) {}
    }

    #[test]
    fn what_another_program_wrote_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/presets.json");
        replace_presets(&path, &mut Append { path: &path, theirs: None }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), " ours");
        replace_presets(&path, &mut Append { path: &path, theirs: Some("theirs") }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs ours");
    }
}
