//! The shared file as it is on disk now, and what tells this version from any other.
//! May not write, nor hold more of it in memory than was asked for.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::store::file::error::StoreError;
use crate::store::file::paths::{Folder, Place};

/// What tells one version of the file from another. The inode alone does not: file systems reuse
/// its number at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    bytes: u64,
    times: (i128, i128),
    inode: (u64, u64),
}

impl Version {
    /// How long the file is.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a file is this version under another name. What the system notes at a change of
    /// name is not compared.
    #[must_use]
    pub fn is_still(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| {
            let there = version(&about);
            (there.bytes, there.times.0, there.inode) == (self.bytes, self.times.0, self.inode)
        })
    }

    /// Whether a file is as long and as old as this version: a copy of it, or a second name.
    #[must_use]
    pub fn is_text_of(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| {
            let there = version(&about);
            (there.bytes, there.times.0) == (self.bytes, self.times.0)
        })
    }

    /// Everything it is made of, for comparing it with one written down.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 56] {
        let (device, inode) = self.inode;
        let mut bytes = [0; 56];
        let parts = [
            &self.bytes.to_le_bytes()[..],
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
pub struct Snapshot {
    file: File,
    version: Version,
}

impl Snapshot {
    /// Holds on to an open file.
    ///
    /// # Errors
    /// When the system does not tell what it is.
    pub fn of(file: File) -> io::Result<Self> {
        let version = version(&file.metadata()?);
        Ok(Self { file, version })
    }

    /// Which version it is.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
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
    pub fn again(self) -> io::Result<Self> {
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
    pub fn is_whole(&self) -> bool {
        let text = |it: Version| (it.bytes, it.times.0);
        self.file.metadata().is_ok_and(|about| text(version(&about)) == text(self.version))
    }

    /// Whether it still is the file on disk, and nobody wrote into it.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        Ok(version(&self.file.metadata()?) == self.version)
    }

    /// The bytes of one stretch.
    ///
    /// # Errors
    /// When they cannot be read, or are not there any more.
    pub fn bytes(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
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
pub fn open(place: &Place) -> Result<Option<Snapshot>, StoreError> {
    if on_disk(place)?.is_none() {
        return Ok(None);
    }
    let path = place.file();
    let failed = |error| StoreError::io("read", &path, error);
    let snapshot = File::open(&path).and_then(Snapshot::of).map_err(failed)?;
    Ok(Some(snapshot))
}

/// The version of the file on disk; `None` where there is no file.
///
/// # Errors
/// When the system does not tell, or the web app's folder is not there.
pub fn on_disk(place: &Place) -> Result<Option<Version>, StoreError> {
    let path = place.file();
    match fs::metadata(&path) {
        Ok(about) => Ok(Some(version(&about))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if place.folder() == Folder::Shared && !place.chats().is_dir() {
                return Err(StoreError::NoFolder(place.chats().to_path_buf()));
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
pub fn read(place: &Place) -> Result<(Option<Version>, String), StoreError> {
    let path = place.file();
    if on_disk(place)?.is_none() {
        return Ok((None, "{}".to_owned()));
    }
    let failed = |error| StoreError::io("read", &path, error);
    let mut file = File::open(&path).map_err(failed)?;
    let version = version(&file.metadata().map_err(failed)?);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let text = utf8(bytes, &path)?;
    Ok((Some(version), text))
}

fn utf8(bytes: Vec<u8>, path: &Path) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|error| StoreError::NotUtf8 {
        path: path.to_path_buf(),
        at: error.utf8_error().valid_up_to(),
    })
}

#[cfg(unix)]
fn version(about: &Metadata) -> Version {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| {
        i128::from(seconds).saturating_mul(1_000_000_000).saturating_add(i128::from(rest))
    };
    Version {
        bytes: about.len(),
        times: (
            nanoseconds(about.mtime(), about.mtime_nsec()),
            nanoseconds(about.ctime(), about.ctime_nsec()),
        ),
        inode: (about.dev(), about.ino()),
    }
}

#[cfg(not(unix))]
fn version(about: &Metadata) -> Version {
    let since = |at: io::Result<std::time::SystemTime>| {
        at.ok()
            .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |passed| i128::try_from(passed.as_nanos()).unwrap_or(0))
    };
    Version {
        bytes: about.len(),
        times: (since(about.modified()), since(about.created())),
        inode: (0, 0),
    }
}
