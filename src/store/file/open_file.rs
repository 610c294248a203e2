//! The shared file as it is on disk now, and what tells this version from any other.
//! May not write, nor hold more of it in memory than was asked for.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::store::file::error::StoreError;
use crate::store::file::store_paths::{ChatsFolder, StorePaths};

/// What tells one version of the file from another. The inode alone does not: file systems reuse
/// its number at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity {
    size: u64,
    times: (i128, i128),
    inode: (u64, u64),
}

impl FileIdentity {
    /// How long the file is.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Whether a file is this version under another name. What the system notes at a change of
    /// name is not compared.
    #[must_use]
    pub fn is_identity_of(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| {
            let there = identity_of(&about);
            (there.size, there.times.0, there.inode) == (self.size, self.times.0, self.inode)
        })
    }

    /// Whether a file is as long and as old as this version: a copy of it, or a second name.
    #[must_use]
    pub fn has_content_of(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| {
            let there = identity_of(&about);
            (there.size, there.times.0) == (self.size, self.times.0)
        })
    }

    /// Everything it is made of, for comparing it with one written down.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 56] {
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

/// One version of the file, held open: it can be read even after another has taken its place.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    identity: FileIdentity,
}

impl OpenFile {
    /// Holds on to an open file.
    ///
    /// # Errors
    /// When the system does not tell what it is.
    pub fn of(file: File) -> io::Result<Self> {
        let version = identity_of(&file.metadata()?);
        Ok(Self { file, identity: version })
    }

    /// Which version it is.
    #[must_use]
    pub const fn identity(&self) -> FileIdentity {
        self.identity
    }

    /// The open file.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// The same file, whose system data may have changed for a reason that is known.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn refresh_identity(self) -> io::Result<Self> {
        Self::of(self.file)
    }

    /// Copies the whole version to a private file of its own.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn copy_to(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut to = tempfile::Builder::new().prefix(".tmp.").tempfile_in(folder)?;
        let mut from = &self.file;
        from.rewind()?;
        io::copy(&mut from, to.as_file_mut())?;
        to.as_file().sync_all()?;
        to.persist(path)?;
        Ok(())
    }

    /// Whether nobody wrote into it, whatever became of its name.
    #[must_use]
    pub fn is_content_unchanged(&self) -> bool {
        let text = |it: FileIdentity| (it.size, it.times.0);
        self.file.metadata().is_ok_and(|about| text(identity_of(&about)) == text(self.identity))
    }

    /// Whether it still is the file on disk, and nobody wrote into it.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        Ok(identity_of(&self.file.metadata()?) == self.identity)
    }

    /// The bytes of one stretch.
    ///
    /// # Errors
    /// When they cannot be read, or are not there any more.
    pub fn read_range(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_into(range, &mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of one stretch, in a buffer used again.
    ///
    /// # Errors
    /// When they cannot be read, or are not there any more.
    pub fn read_into(&self, range: Range<usize>, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.resize(range.len(), 0);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(bytes)
    }
}

/// The version of the file on disk, held open; `None` where there is no file.
///
/// # Errors
/// When it cannot be opened.
pub fn open(place: &StorePaths) -> Result<Option<OpenFile>, StoreError> {
    if identity_on_disk(place)?.is_none() {
        return Ok(None);
    }
    let path = place.chats_file();
    let failed = |error| StoreError::io("read", &path, error);
    let snapshot = File::open(&path).and_then(OpenFile::of).map_err(failed)?;
    Ok(Some(snapshot))
}

/// The version of the file on disk; `None` where there is no file.
///
/// # Errors
/// When the system does not tell, or the web app's folder is not there.
pub fn identity_on_disk(place: &StorePaths) -> Result<Option<FileIdentity>, StoreError> {
    let path = place.chats_file();
    match fs::metadata(&path) {
        Ok(about) => Ok(Some(identity_of(&about))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if place.folder_kind() == ChatsFolder::Shared && !place.chats_folder().is_dir() {
                return Err(StoreError::NoFolder(place.chats_folder().to_path_buf()));
            }
            Ok(None)
        }
        Err(error) => Err(StoreError::io("read", &path, error)),
    }
}

/// The whole text and its version; an absent file is an empty object.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_text(place: &StorePaths) -> Result<(Option<FileIdentity>, String), StoreError> {
    let path = place.chats_file();
    if identity_on_disk(place)?.is_none() {
        return Ok((None, "{}".to_owned()));
    }
    let failed = |error| StoreError::io("read", &path, error);
    let mut file = File::open(&path).map_err(failed)?;
    let version = identity_of(&file.metadata().map_err(failed)?);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let text = into_utf8(bytes, &path)?;
    Ok((Some(version), text))
}

fn into_utf8(bytes: Vec<u8>, path: &Path) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|error| StoreError::NotUtf8 {
        path: path.to_path_buf(),
        at: error.utf8_error().valid_up_to(),
    })
}

#[cfg(unix)]
fn identity_of(about: &Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| {
        i128::from(seconds).saturating_mul(1_000_000_000).saturating_add(i128::from(rest))
    };
    FileIdentity {
        size: about.len(),
        times: (
            nanoseconds(about.mtime(), about.mtime_nsec()),
            nanoseconds(about.ctime(), about.ctime_nsec()),
        ),
        inode: (about.dev(), about.ino()),
    }
}

#[cfg(not(unix))]
fn version(about: &Metadata) -> FileIdentity {
    let since = |at: io::Result<std::time::SystemTime>| {
        at.ok()
            .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |passed| i128::try_from(passed.as_nanos()).unwrap_or(0))
    };
    FileIdentity {
        bytes: about.len(),
        times: (since(about.modified()), since(about.created())),
        inode: (0, 0),
    }
}
