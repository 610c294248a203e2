//! One version of a file on disk, held open, and its identity.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::Path;

use crate::settings::check_regular;
use crate::store::file::error::StoreError;
use crate::store::file::identity::FileIdentity;
use crate::store::file::positioned::PositionedReader;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;

/// One version of a file, held open: it can be read even after another has replaced it.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    identity: FileIdentity,
}

impl OpenFile {
    pub(crate) fn of(file: File) -> io::Result<Self> {
        let identity = FileIdentity::of(&file)?;
        Ok(Self { file, identity })
    }

    /// Which version it is.
    pub(crate) const fn identity(&self) -> FileIdentity {
        self.identity
    }

    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    /// Accepts the current identity, after a change of it that has a known reason.
    pub(crate) fn refresh_identity(self) -> io::Result<Self> {
        Self::of(self.file)
    }

    /// Copies the version to a new file, readable by its owner only, and syncs it.
    pub(crate) fn copy_to(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut to = private::make_temporary(folder)?;
        // From the file itself, so that the system can share its blocks or copy them.
        let mut from = &self.file;
        from.rewind()?;
        io::copy(&mut from, to.as_file_mut())?;
        to.as_file().sync_all()?;
        private::rename_over(to, path)?;
        Ok(())
    }

    /// Returns whether its bytes are unchanged, even if it was renamed or replaced.
    pub(crate) fn is_content_unchanged(&self) -> bool {
        FileIdentity::of(&self.file).is_ok_and(|found| found.has_same_content(self.identity))
    }

    /// Returns whether it was neither written into, renamed nor replaced.
    pub(crate) fn is_unchanged(&self) -> io::Result<bool> {
        Ok(FileIdentity::of(&self.file)? == self.identity)
    }

    /// The bytes of a range.
    pub(crate) fn read_range(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_into(range, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a range into a buffer that can be used again.
    pub(crate) fn read_into(&self, range: Range<usize>, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.resize(range.len(), 0);
        PositionedReader::new(&self.file, range.start).read_exact(bytes)
    }
}

/// Opens the shared file; `None` where there is none.
pub(crate) fn open(paths: &StorePaths) -> Result<Option<OpenFile>, StoreError> {
    if identity_on_disk(paths)?.is_none() {
        return Ok(None);
    }
    let path = paths.chats_file();
    let failed = |error| StoreError::io("read", &path, error);
    let open_file = File::open(&path).and_then(OpenFile::of).map_err(failed)?;
    Ok(Some(open_file))
}

/// The identity of the shared file on disk; `None` where there is none.
pub(crate) fn identity_on_disk(paths: &StorePaths) -> Result<Option<FileIdentity>, StoreError> {
    let path = paths.chats_file();
    match check_regular(&path).and_then(|_| FileIdentity::at(&path)) {
        Ok(identity) => Ok(Some(identity)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            paths.folder_error().map_or(Ok(None), Err)
        }
        Err(error) => Err(StoreError::io("read", &path, error)),
    }
}
