//! One version of a file on disk, held open, and its identity.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::store::file::error::StoreError;
use crate::store::file::private;
use crate::store::file::store_paths::{ChatsFolder, StorePaths};

/// Identifies a version of a file by size, times and inode. The inode number alone does not, because
/// file systems reuse it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity {
    size: u64,
    times: (i128, i128),
    inode: (u64, u64),
}

impl FileIdentity {
    /// The size in bytes.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Whether the file at a path is this version, perhaps renamed: the change time, which a rename
    /// sets, is not compared.
    pub(crate) fn is_identity_of(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| {
            let found = identity_of(&metadata);
            (found.size, found.times.0, found.inode) == (self.size, self.times.0, self.inode)
        })
    }

    /// Whether the file at a path has the size and modification time of this version, as a copy or a
    /// hard link has.
    pub(crate) fn has_content_of(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| {
            let found = identity_of(&metadata);
            (found.size, found.times.0) == (self.size, self.times.0)
        })
    }

    /// All of it in a fixed layout, to be stored and compared later.
    pub(crate) fn to_bytes(self) -> [u8; 56] {
        let (device, inode) = self.inode;
        let mut bytes = [0; 56];
        let parts = [
            &self.size.to_le_bytes()[..],
            &device.to_le_bytes()[..],
            &inode.to_le_bytes()[..],
            &self.times.0.to_le_bytes()[..],
            &self.times.1.to_le_bytes()[..],
        ];
        for (to, from) in bytes.iter_mut().zip(parts.concat()) {
            *to = from;
        }
        bytes
    }
}

/// One version of a file, held open: it can be read even after another has replaced it.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    identity: FileIdentity,
}

impl OpenFile {
    pub(crate) fn of(file: File) -> io::Result<Self> {
        let identity = identity_of(&file.metadata()?);
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
        let mut from = &self.file;
        from.rewind()?;
        io::copy(&mut from, to.as_file_mut())?;
        to.as_file().sync_all()?;
        to.persist(path)?;
        Ok(())
    }

    /// Whether nobody has written into it, even if it was renamed or replaced.
    pub(crate) fn is_content_unchanged(&self) -> bool {
        let text = |identity: FileIdentity| (identity.size, identity.times.0);
        self.file
            .metadata()
            .is_ok_and(|metadata| text(identity_of(&metadata)) == text(self.identity))
    }

    /// Whether nobody has written into, renamed or replaced it.
    pub(crate) fn is_unchanged(&self) -> io::Result<bool> {
        Ok(identity_of(&self.file.metadata()?) == self.identity)
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
        let mut file = &self.file;
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(bytes)
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
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => Ok(Some(identity_of(&metadata))),
        // Opening a pipe waits for a writer, and a device may never end.
        Ok(_) => Err(StoreError::io("read", &path, io::Error::other("it is not a regular file"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if paths.folder_kind() == ChatsFolder::Shared && !paths.chats_folder().is_dir() {
                return Err(StoreError::NoFolder(paths.chats_folder().to_path_buf()));
            }
            Ok(None)
        }
        Err(error) => Err(StoreError::io("read", &path, error)),
    }
}

#[cfg(unix)]
fn identity_of(metadata: &Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| {
        i128::from(seconds).saturating_mul(1_000_000_000).saturating_add(i128::from(rest))
    };
    FileIdentity {
        size: metadata.len(),
        times: (
            nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        ),
        inode: (metadata.dev(), metadata.ino()),
    }
}

#[cfg(not(unix))]
fn identity_of(metadata: &Metadata) -> FileIdentity {
    let since = |at: io::Result<std::time::SystemTime>| {
        at.ok()
            .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |passed| i128::try_from(passed.as_nanos()).unwrap_or(0))
    };
    FileIdentity {
        size: metadata.len(),
        times: (since(metadata.modified()), since(metadata.created())),
        inode: (0, 0),
    }
}
