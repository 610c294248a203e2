//! The presets' file as it was read, and another text in its place if it still is that.
//! May not know what the text says.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::super::version::Snapshot;
use super::super::write::replace::{Replacement, remove_leftovers};

/// What temporary files beside it are called.
const PREFIX: &str = ".presets.tmp.";

/// The file as it was read; held open, so that no other version can look like it.
pub(super) struct Base {
    pub text: String,
    snapshot: Option<Snapshot>,
}

/// Whether another text took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    Yes,
    /// Somebody else wrote the file meanwhile; it is theirs.
    Overtaken,
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
        let text = io::read_to_string(&file)?;
        Ok(Self { text, snapshot: Some(Snapshot::of(file)?) })
    }

    /// Puts another text in its place, with the mode and owner the file had.
    pub(super) fn replace(&self, path: &Path, text: &str) -> io::Result<Replaced> {
        let path = std::path::absolute(path)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
            remove_leftovers(folder, PREFIX);
        }
        let told = |error: super::super::StoreError| io::Error::other(error.to_string());
        let new = Replacement::write(&path, PREFIX, |file| file.write_all(text.as_bytes()));
        let base = self.snapshot.as_ref().map(Snapshot::version);
        let done = new.map_err(told)?.commit_over(base).map_err(told)?;
        Ok(if done.is_some() { Replaced::Yes } else { Replaced::Overtaken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/presets.json");
        let none = Base::read(&path).unwrap();
        assert_eq!(none.replace(&path, "one").unwrap(), Replaced::Yes);
        assert_eq!(none.replace(&path, "two").unwrap(), Replaced::Overtaken);
        let one = Base::read(&path).unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "theirs").unwrap();
        fs::rename(&theirs, &path).unwrap();
        assert_eq!(one.replace(&path, "two").unwrap(), Replaced::Overtaken);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(Base::read(&path).unwrap().replace(&path, "two").unwrap(), Replaced::Yes);
    }
}
