//! Commits changes to a small shared file that is read and written whole: the presets of a user, the
//! calculations of a conversation. Must not read the text: edits do.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::settings::open_regular;
use crate::store::file::commit::{self, CommitTarget};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::OpenFile;
use crate::store::file::replace::remove_leftovers;

/// A file that was read; it stays open so that no other version can get its identity.
pub(crate) struct TextFile {
    bytes: Option<Vec<u8>>,
    file: Option<OpenFile>,
}

impl TextFile {
    /// Reads a file with its identity; a missing one has no bytes.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let file = match open_regular(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { bytes: None, file: None });
            }
            Err(error) => return Err(error),
        };
        // A write to the file after this makes it another version.
        let snapshot = OpenFile::of(file)?;
        let mut bytes = Vec::new();
        snapshot.file().read_to_end(&mut bytes)?;
        Ok(Self { bytes: Some(bytes), file: Some(snapshot) })
    }

    /// Its bytes; `None` where it does not exist.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }
}

/// Makes the new text of a file, and saves what it lacks.
pub(crate) trait TextEdit {
    /// Why the edit fails.
    type Error: From<StoreError>;

    /// Returns the text that replaces these bytes, `None` where there is no file; `None` where nothing
    /// is to change.
    fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, Self::Error>;

    /// Saves what would be lost, before the text is replaced.
    fn preserve(&mut self, _bytes: Option<&[u8]>) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Removes what was saved, because the text was not replaced.
    fn roll_back(&mut self) {}
}

/// Replaces the text of a file with the result of an edit; `prefix` begins the names of temporary files
/// beside it. The caller holds the lock.
pub(crate) fn replace_text<E: TextEdit>(
    path: &Path,
    prefix: &'static str,
    edit: &mut E,
) -> Result<(), E::Error> {
    let failed = |error| StoreError::io("written", path, error);
    let path = std::path::absolute(path).map_err(failed)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
        remove_leftovers(folder, prefix);
    }
    commit::commit(&mut TextTarget { path, prefix, edit, has_preserved: false }).map(drop)
}

struct TextTarget<'a, E: TextEdit> {
    path: PathBuf,
    prefix: &'static str,
    edit: &'a mut E,
    has_preserved: bool,
}

impl<E: TextEdit> CommitTarget for TextTarget<'_, E> {
    type Base = TextFile;
    type CommitPlan = String;
    type Error = E::Error;

    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn temporary_prefix(&self) -> String {
        self.prefix.to_owned()
    }

    fn open(&mut self) -> Result<TextFile, StoreError> {
        TextFile::read(&self.path).map_err(|error| StoreError::io("read", &self.path, error))
    }

    fn identity(&self, base: &TextFile) -> Option<FileIdentity> {
        base.file.as_ref().map(OpenFile::identity)
    }

    fn plan(&mut self, base: &TextFile) -> Result<Option<String>, VersionError<E::Error>> {
        self.edit.plan(base.bytes()).map_err(VersionError::Store)
    }

    fn write(&self, _: &TextFile, text: &String, to: &mut File) -> io::Result<()> {
        to.write_all(text.as_bytes())
    }

    fn preserve_removed(
        &mut self,
        base: &TextFile,
        _: &String,
    ) -> Result<(), VersionError<E::Error>> {
        self.has_preserved = true;
        self.edit.preserve(base.bytes()).map_err(VersionError::Store)
    }

    fn roll_back(&mut self, _: TextFile) {
        if std::mem::take(&mut self.has_preserved) {
            self.edit.roll_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends to the text; another program replaces the file just before the exchange.
    struct Append<'a> {
        path: &'a Path,
        theirs: Option<&'a str>,
    }

    impl TextEdit for Append<'_> {
        type Error = StoreError;

        fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, StoreError> {
            Ok(Some(format!("{} ours", String::from_utf8_lossy(bytes.unwrap_or_default()))))
        }

        fn preserve(&mut self, _: Option<&[u8]>) -> Result<(), StoreError> {
            if let Some(theirs) = self.theirs.take() {
                let other = self.path.with_extension("theirs");
                fs::write(&other, theirs).unwrap();
                fs::rename(&other, self.path).unwrap();
            }
            Ok(())
        }
    }

    #[test]
    fn what_another_program_wrote_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/presets.json");
        let replace = |theirs| replace_text(&path, ".a.tmp.", &mut Append { path: &path, theirs });
        replace(None).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), " ours");
        replace(Some("theirs")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs ours");
    }
}
