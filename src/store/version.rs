//! The shared file as it is on disk now: its text, and what tells this version from any other.
//! May not write.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::error::StoreError;
use super::place::{Folder, Place};

/// What tells one version of the file from another. The inode alone does not: file systems reuse
/// its number at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    bytes: u64,
    times: (i128, i128),
    inode: u64,
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

/// One stretch of the file, if it still is the version meant.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_range(
    place: &Place,
    wanted: Version,
    range: Range<usize>,
) -> Result<Option<String>, StoreError> {
    let path = place.file();
    let failed = |error| StoreError::io("read", &path, error);
    let Ok(mut file) = File::open(&path) else {
        return Ok(None);
    };
    if version(&file.metadata().map_err(failed)?) != wanted {
        return Ok(None);
    }
    let mut bytes = vec![0; range.len()];
    // A file is at most as long as memory can address, so its offsets fit.
    file.seek(SeekFrom::Start(range.start as u64)).map_err(failed)?;
    file.read_exact(&mut bytes).map_err(failed)?;
    utf8(bytes, &path).map(Some)
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
        inode: about.ino(),
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
        inode: 0,
    }
}
