//! Files and folders that only their owner can read: the one place that says which mode that is.
//! May not write over what is in a file: a crash halfway would leave neither the old content nor
//! the new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

/// Read and write for the owner, nothing for anybody else. Temporary files of `tempfile` have it too.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;
/// The same for a folder.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o700;

/// Whether what is written must be on the disk before going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Given to the system: a crash of the program loses nothing.
    Written,
    /// On the disk: a power cut loses nothing.
    Synced,
}

/// Opens a file as `options` say; one that is created by this is private.
///
/// # Errors
/// When the system refuses.
pub fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, FILE_MODE);
    options.open(path)
}

/// Replaces a file atomically, and creates its folder.
///
/// # Errors
/// When it cannot be written; then the file is as it was.
pub fn replace(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut file = Builder::new().prefix(".tmp.").tempfile_in(folder)?;
    file.write_all(content)?;
    if durability == Durability::Synced {
        file.as_file().sync_all()?;
    }
    file.persist(path)?;
    if durability == Durability::Synced {
        sync_folder(folder);
    }
    Ok(())
}

/// Makes the names in a folder outlive a power cut, on systems that can open a folder.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Creates a private folder and those above it; one that is there stays as it is.
///
/// # Errors
/// When it cannot be created.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_MODE);
    builder.create(folder)
}

/// Makes a file private that came from elsewhere, unless it still has another name there.
pub fn restrict(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        if fs::metadata(path).is_ok_and(|about| about.nlink() == 1) {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(FILE_MODE));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_created_here_is_readable_by_its_owner_only() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("new");
        make_folder(&folder).unwrap();
        let (replaced, opened) = (folder.join("replaced"), folder.join("opened"));
        replace(&replaced, b"1", Durability::Synced).unwrap();
        open(&opened, OpenOptions::new().create(true).append(true)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&replaced), mode(&opened)), (0o700, 0o600, 0o600));
        // What somebody else has a name for stays as they had it.
        let other = folder.join("other");
        fs::write(&other, "").unwrap();
        fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
        fs::hard_link(&other, folder.join("second")).unwrap();
        restrict(&other);
        assert_eq!(mode(&other), 0o644);
        fs::remove_file(folder.join("second")).unwrap();
        restrict(&other);
        assert_eq!(mode(&other), 0o600);
    }
}
