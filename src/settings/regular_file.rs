//! Files that are read to their end.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::chat::attachment::format_size;

/// What the system says of a regular file, links followed.
///
/// # Errors
/// Also for a folder, which some systems open, and for a pipe or a device: opening a pipe waits for a
/// writer, and a device may never end.
pub(crate) fn check_regular(path: &Path) -> io::Result<Metadata> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(metadata)
}

/// Opens a regular file.
///
/// # Errors
/// As [`check_regular`].
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    check_regular(path)?;
    File::open(path)
}

/// The bytes of a regular file.
///
/// # Errors
/// As [`check_regular`], and where it has more than `limit` bytes.
pub(crate) fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        Ok(bytes)
    } else {
        Err(io::Error::other(format!("it is larger than {}", format_size(limit))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "abc").unwrap();
        assert_eq!(read_limited(&path, 3).unwrap(), b"abc");
        assert_eq!(read_limited(&path, 2).unwrap_err().to_string(), "it is larger than 2 B");
        let reason = |path: &Path| read_limited(path, 3).unwrap_err().kind();
        assert_eq!(reason(folder.path()), ErrorKind::IsADirectory);
        assert_eq!(reason(&folder.path().join("none")), ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
        let error = read_limited(&path, 3).unwrap_err().to_string();
        assert_eq!(error, "it is not a regular file");
    }
}
