//! Which file a path or an open file is, and which version of it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::chat::Timestamp;

/// Identifies a version of a file by size, times and the number the file system gave it. That number
/// alone does not, because file systems reuse it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity {
    size: u64,
    /// When it was written to, and when anything about it changed; on Windows when it was created.
    times: (i128, i128),
    /// The device and the inode; on Windows the volume and the file index.
    inode: (u64, u64),
}

impl FileIdentity {
    /// The size in bytes.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Returns `true` for two versions of one file: the same inode, whatever its content.
    pub(crate) fn is_same_file(self, other: Self) -> bool {
        self.inode == other.inode
    }

    /// Whether both have the size and modification time of one version, as a copy or a hard link has.
    pub(crate) fn has_same_content(self, other: Self) -> bool {
        (self.size, self.times.0) == (other.size, other.times.0)
    }

    fn is_file_at(self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| self.is_same_file(found))
    }

    /// Whether the file at a path is this version, perhaps renamed: the change time, which a rename
    /// sets, is not compared.
    pub(crate) fn is_identity_of(self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| self.is_same_file(found) && self.has_same_content(found))
    }

    /// Whether the file at a path has the size and modification time of this version.
    pub(crate) fn has_content_of(self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| self.has_same_content(found))
    }

    /// All of it in a fixed layout, to be stored and compared later.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let Self { size, times: (written, changed), inode: (device, inode) } = self;
        let mut bytes = [size, device, inode].map(u64::to_le_bytes).concat();
        bytes.extend([written, changed].map(i128::to_le_bytes).concat());
        bytes
    }
}

#[cfg(unix)]
impl FileIdentity {
    /// The identity of an open file.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        Ok(Self::from_metadata(&file.metadata()?))
    }

    /// The identity of the file at a path.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::from_metadata(&std::fs::metadata(path)?))
    }

    fn from_metadata(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds = |seconds: i64, rest: i64| {
            i128::from(seconds).saturating_mul(1_000_000_000).saturating_add(i128::from(rest))
        };
        Self {
            size: metadata.len(),
            times: (
                nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            ),
            inode: (metadata.dev(), metadata.ino()),
        }
    }
}

#[cfg(windows)]
impl FileIdentity {
    /// The identity of an open file.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let found = winapi_util::file::information(file)?;
        let time = |ticks: Option<u64>| ticks.map_or(0, i128::from);
        Ok(Self {
            size: found.file_size(),
            times: (time(found.last_write_time()), time(found.creation_time())),
            inode: (found.volume_serial_number(), found.file_index()),
        })
    }

    /// The identity of the file at a path.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Self::of(winapi_util::Handle::from_path_any(path)?.as_file())
    }
}

/// When the file at a path was last written to; `None` where that cannot be read.
pub(crate) fn modified_at(path: &Path) -> Option<Timestamp> {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?))
}

/// Whether two paths name one file.
pub(crate) fn are_same_file(one: &Path, other: &Path) -> bool {
    FileIdentity::at(one).is_ok_and(|one| one.is_file_at(other))
}

/// Whether the files at two paths have the size and modification time of one version.
pub(crate) fn have_same_content(one: &Path, other: &Path) -> bool {
    FileIdentity::at(one).is_ok_and(|one| one.has_content_of(other))
}

/// Whether an open file still has this path: it may have been removed or replaced meanwhile.
pub(crate) fn is_linked_at(file: &File, path: &Path) -> bool {
    FileIdentity::of(file).is_ok_and(|open| open.is_file_at(path))
}
