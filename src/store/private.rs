//! Small private files beside nobody's: replaced whole, readable by their owner only, and set
//! aside instead of written over where they cannot be understood.
//! May not know what is in them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::Builder;

/// The content of a file; `None` where there is none. One that is no longer understood is moved to
/// a name of its own, so that nothing written later takes its place.
///
/// # Errors
/// When it is there and can neither be read nor set aside.
pub fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match serde_json::from_slice(&bytes) {
        Ok(content) => Ok(Some(content)),
        Err(error) => {
            let aside = set_aside(path)?;
            let (line, column) = (error.line(), error.column());
            tracing::warn!(?aside, line, column, "a private file is broken and was set aside");
            Ok(None)
        }
    }
}

/// Replaces a file; the new content is on disk before this returns.
///
/// # Errors
/// When it cannot be written; then the file is as it was.
pub fn replace<T: Serialize>(path: &Path, content: &T) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // A temporary file of this crate is readable by its owner only.
    let mut file = Builder::new().prefix(".tmp.").tempfile_in(folder)?;
    file.write_all(&serde_json::to_vec(content)?)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // Not every system can open a folder; the rename itself is done either way.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Makes a folder only its owner can enter; one that is there stays as it is.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Gives a file a name nobody reads: the first free one of `NAME.broken`, `NAME.broken2`, …
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = |count: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(if count < 2 { ".broken".to_owned() } else { format!(".broken{count}") });
        PathBuf::from(name)
    };
    let free = (1..1000).map(name).find(|name| !name.exists());
    let aside = free.ok_or_else(|| io::Error::other("too many broken files"))?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_understood_is_kept_under_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it.json");
        for text in ["{", "[1"] {
            fs::write(&path, text).unwrap();
            assert_eq!(read::<Vec<u8>>(&path).unwrap(), None);
            replace(&path, &vec![1_u8]).unwrap();
            assert_eq!(read::<Vec<u8>>(&path).unwrap(), Some(vec![1]));
        }
        let kept = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((kept("it.json.broken"), kept("it.json.broken2")), ("{".into(), "[1".into()));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in its place cannot be read, whoever asks.
        assert!(read::<Vec<u8>>(folder.path()).is_err());
    }
}
