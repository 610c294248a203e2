//! The presets file as a target of commits: another text in its place, if it still is what was read.
//! Must not know what the text says.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::store::file::commit::{self, ApplyOutcome, CommitTarget, PlanOutcome};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{FileIdentity, OpenFile};
use crate::store::file::replace::remove_leftovers;
use crate::store::presets::PresetError;

/// What temporary files beside it are called.
const TEMPORARY_PREFIX: &str = ".presets.tmp.";

/// The file as it was read; held open, so that no other version can look like it.
pub(super) struct OpenPresets {
    pub text: String,
    file: Option<OpenFile>,
}

impl OpenPresets {
    /// Reads it; a file that is not there has no text.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { text: String::new(), file: None });
            }
            Err(error) => return Err(error),
        };
        // What is written into the file from here on makes it another version.
        let snapshot = OpenFile::of(file)?;
        let text = io::read_to_string(snapshot.file())?;
        Ok(Self { text, file: Some(snapshot) })
    }
}

/// Decides what becomes of the presets, and notes it before it is done.
pub(super) trait PresetPlanner {
    /// The text that takes the place of this one; `None` where it stays.
    fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError>;

    /// Notes what is about to be done.
    fn log_intent(&mut self) -> Result<(), PresetError>;

    /// Takes the note back: it was not done.
    fn revert_log(&mut self);
}

/// Replaces the text of the presets by what a planner makes of it.
pub(super) fn replace_presets(
    path: &Path,
    planner: &mut dyn PresetPlanner,
) -> Result<ApplyOutcome, PresetError> {
    let failed = |error| PresetError::Io(path.to_path_buf(), error);
    let target = std::path::absolute(path).map_err(failed)?;
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
        remove_leftovers(folder, TEMPORARY_PREFIX);
    }
    let mut presets = PresetsTarget { path: target, planner, is_logged: false, error: None };
    let done = commit::commit(&mut presets);
    match (done, presets.error) {
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
    planner: &'a mut dyn PresetPlanner,
    /// Whether the planner has noted what is about to be done.
    is_logged: bool,
    /// Why the planner gave up.
    error: Option<PresetError>,
}

impl PresetsTarget<'_> {
    /// Keeps the reason; the commit is told that there is one.
    fn fail_with(&mut self, error: PresetError) -> StoreError {
        let told = StoreError::io("changed", &self.path, io::Error::other(error.to_string()));
        self.error = Some(error);
        told
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
        let base = OpenPresets::read(&self.path);
        base.map_err(|error| self.fail_with(PresetError::Io(self.path.clone(), error)))
    }

    fn identity(&self, base: &OpenPresets) -> Option<FileIdentity> {
        base.file.as_ref().map(OpenFile::identity)
    }

    fn plan(&mut self, base: &OpenPresets) -> Result<PlanOutcome<String>, StoreError> {
        match self.planner.plan(&base.text) {
            Ok(Some(text)) => Ok(PlanOutcome::Write(text)),
            Ok(None) => Ok(PlanOutcome::Unchanged),
            Err(error) => Err(self.fail_with(error)),
        }
    }

    fn write(&self, _: &OpenPresets, text: &String, to: &mut File) -> io::Result<()> {
        to.write_all(text.as_bytes())
    }

    fn verify(&mut self, _: &String, _: &File) -> Result<(), StoreError> {
        // The planner has read the new text already.
        Ok(())
    }

    fn preserve_removed(&mut self, _: &OpenPresets, _: &String) -> Result<(), StoreError> {
        self.is_logged = true;
        self.planner.log_intent().map_err(|error| self.fail_with(error))
    }

    fn roll_back(&mut self, _: OpenPresets) {
        if std::mem::take(&mut self.is_logged) {
            self.planner.revert_log();
        }
    }

    fn finish_commit(&mut self, _: OpenPresets, _: String, _: File) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes one text of what is there; somebody else writes another just before.
    struct AppendPlanner<'a> {
        path: &'a Path,
        theirs: Option<&'a str>,
    }

    impl PresetPlanner for AppendPlanner<'_> {
        fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError> {
            Ok(Some(format!("{text} ours")))
        }

        fn log_intent(&mut self) -> Result<(), PresetError> {
            if let Some(theirs) = self.theirs.take() {
                let other = self.path.with_extension("theirs");
                fs::write(&other, theirs).unwrap();
                fs::rename(&other, self.path).unwrap();
            }
            Ok(())
        }

        fn revert_log(&mut self) {}
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/presets.json");
        replace_presets(&path, &mut AppendPlanner { path: &path, theirs: None }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), " ours");
        replace_presets(&path, &mut AppendPlanner { path: &path, theirs: Some("theirs") }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs ours");
    }
}
