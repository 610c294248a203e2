//! The presets file as a target of commits: another text in its place, if it still is what was read.
//! Must not know what the text says.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::PresetError;
use crate::store::file::commit::{self, Applied, Next, Target};
use crate::store::file::error::StoreError;
use crate::store::file::replace::remove_leftovers;
use crate::store::file::version::{Snapshot, Version};

/// What temporary files beside it are called.
const PREFIX: &str = ".presets.tmp.";

/// The file as it was read; held open, so that no other version can look like it.
pub(super) struct Base {
    pub text: String,
    snapshot: Option<Snapshot>,
}

impl Base {
    /// Reads it; a file that is not there has no text.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { text: String::new(), snapshot: None });
            }
            Err(error) => return Err(error),
        };
        // What is written into the file from here on makes it another version.
        let snapshot = Snapshot::of(file)?;
        let text = io::read_to_string(snapshot.file())?;
        Ok(Self { text, snapshot: Some(snapshot) })
    }
}

/// Decides what becomes of the presets, and notes it before it is done.
pub(super) trait Planner {
    /// The text that takes the place of this one; `None` where it stays.
    fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError>;

    /// Notes what is about to be done.
    fn note(&mut self) -> Result<(), PresetError>;

    /// Takes the note back: it was not done.
    fn take_back(&mut self);
}

/// Replaces the text of the presets by what a planner makes of it.
pub(super) fn replace(path: &Path, planner: &mut dyn Planner) -> Result<Applied, PresetError> {
    let failed = |error| PresetError::Io(path.to_path_buf(), error);
    let target = std::path::absolute(path).map_err(failed)?;
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
        remove_leftovers(folder, PREFIX);
    }
    let mut presets = Presets { path: target, planner, noted: false, failed: None };
    let done = commit::commit(&mut presets);
    match (done, presets.failed) {
        (Ok(applied), _) => Ok(applied),
        (Err(_), Some(error)) => Err(error),
        (Err(StoreError::Restless(_)), None) => {
            Err(failed(io::Error::other("another program keeps writing them")))
        }
        (Err(error), None) => Err(failed(io::Error::other(error.to_string()))),
    }
}

struct Presets<'a> {
    path: PathBuf,
    planner: &'a mut dyn Planner,
    /// Whether the planner has noted what is about to be done.
    noted: bool,
    /// Why the planner gave up.
    failed: Option<PresetError>,
}

impl Presets<'_> {
    /// Keeps the reason; the commit is told that there is one.
    fn give_up(&mut self, error: PresetError) -> StoreError {
        let told = StoreError::io("changed", &self.path, io::Error::other(error.to_string()));
        self.failed = Some(error);
        told
    }
}

impl Target for Presets<'_> {
    type Base = Base;
    type Plan = String;

    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn temporary_prefix(&self) -> String {
        PREFIX.to_owned()
    }

    fn open(&mut self) -> Result<Base, StoreError> {
        let base = Base::read(&self.path);
        base.map_err(|error| self.give_up(PresetError::Io(self.path.clone(), error)))
    }

    fn version(&self, base: &Base) -> Option<Version> {
        base.snapshot.as_ref().map(Snapshot::version)
    }

    fn plan(&mut self, base: &Base) -> Result<Next<String>, StoreError> {
        match self.planner.plan(&base.text) {
            Ok(Some(text)) => Ok(Next::Write(text)),
            Ok(None) => Ok(Next::Nothing),
            Err(error) => Err(self.give_up(error)),
        }
    }

    fn write(&self, _: &Base, text: &String, to: &mut File) -> io::Result<()> {
        to.write_all(text.as_bytes())
    }

    fn judge(&mut self, _: &String, _: &File) -> Result<(), StoreError> {
        // The planner has read the new text already.
        Ok(())
    }

    fn keep_lost(&mut self, _: &Base, _: &String) -> Result<(), StoreError> {
        self.noted = true;
        self.planner.note().map_err(|error| self.give_up(error))
    }

    fn give_way(&mut self, _: Base) {
        if std::mem::take(&mut self.noted) {
            self.planner.take_back();
        }
    }

    fn adopt(&mut self, _: Base, _: String, _: File) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes one text of what is there; somebody else writes another just before.
    struct Adding<'a> {
        path: &'a Path,
        theirs: Option<&'a str>,
    }

    impl Planner for Adding<'_> {
        fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError> {
            Ok(Some(format!("{text} ours")))
        }

        fn note(&mut self) -> Result<(), PresetError> {
            if let Some(theirs) = self.theirs.take() {
                let other = self.path.with_extension("theirs");
                fs::write(&other, theirs).unwrap();
                fs::rename(&other, self.path).unwrap();
            }
            Ok(())
        }

        fn take_back(&mut self) {}
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/presets.json");
        replace(&path, &mut Adding { path: &path, theirs: None }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), " ours");
        replace(&path, &mut Adding { path: &path, theirs: Some("theirs") }).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs ours");
    }
}
