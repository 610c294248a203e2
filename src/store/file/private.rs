//! Files and folders that only their owner can read.
//! Must not overwrite a file in place, because a crash halfway would leave neither old nor new content.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Read and write for the owner only; `tempfile` creates its files with the same mode.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;
/// The same for folders.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o700;

/// The prefix of the names of temporary files in private folders.
pub(crate) const TEMPORARY_PREFIX: &str = ".tmp.";

/// Whether a write returns before or after the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before: a crash of the program loses nothing.
    Written,
    /// After: a power cut loses nothing.
    Synced,
}

/// Opens a file with the given options; a file created by this call is private.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, FILE_MODE);
    options.open(path)
}

/// Replaces a file atomically and creates its folder.
pub(crate) fn replace(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut file = make_temporary(folder)?;
    file.write_all(content)?;
    if durability == Durability::Synced {
        file.as_file().sync_all()?;
    }
    rename_over(file, path)?;
    if durability == Durability::Synced {
        sync_folder(folder);
    }
    Ok(())
}

/// Creates a private temporary file, locked as long as it is being written: one that is not locked is
/// a dead process's.
pub(crate) fn make_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let file = Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder)?;
    lock_temporary(&file);
    Ok(file)
}

/// Creates such a file in another way, which may give it another mode.
#[cfg(target_vendor = "apple")]
pub(crate) fn make_temporary_by(
    folder: &Path,
    create: impl FnMut(&Path) -> io::Result<File>,
) -> io::Result<NamedTempFile> {
    let file = Builder::new().prefix(TEMPORARY_PREFIX).make_in(folder, create)?;
    lock_temporary(&file);
    Ok(file)
}

fn lock_temporary(file: &NamedTempFile) {
    // On a file system without locks, its age decides.
    let _ = file.as_file().try_lock();
}

/// Gives a temporary file its name, in place of a file that has it.
pub(crate) fn rename_over(temporary: NamedTempFile, path: &Path) -> io::Result<File> {
    unlock_for_readers(&temporary);
    // Not `persist`: on Windows it fails while a program has the old file open.
    let (file, from) = temporary.keep()?;
    rename(&from, path).inspect_err(|_| {
        let _ = fs::remove_file(&from);
    })?;
    Ok(file)
}

/// Releases the lock of a file that gets its name now: on Windows it would keep out who reads it.
pub(crate) fn unlock_for_readers(temporary: &NamedTempFile) {
    if cfg!(windows) {
        let _ = temporary.as_file().unlock();
    }
}

#[cfg(not(windows))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Renames over a file that a virus scanner may have open for a moment, up to half a second long.
#[cfg(windows)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let pauses = (0..9).map(|power| std::time::Duration::from_millis(1 << power));
    for pause in pauses {
        match fs::rename(from, to) {
            Err(error) if is_open_elsewhere(&error) => std::thread::sleep(pause),
            done => return done,
        }
    }
    fs::rename(from, to)
}

/// Whether a file could not be replaced because a program has it open and does not share it; only
/// Windows knows that.
pub(crate) fn is_open_elsewhere(error: &io::Error) -> bool {
    // ERROR_ACCESS_DENIED and ERROR_SHARING_VIOLATION (winerror.h, Windows SDK 10).
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32))
}

/// Syncs the names in a folder, on systems that can open a folder, so that they survive a power cut. A
/// failure is not returned: the file has its name by then, and a caller would write it a second time.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(opened) = File::open(folder)
        && let Err(error) = opened.sync_all()
    {
        tracing::warn!(%error, ?folder, "a folder could not be synced");
    }
}

/// The files in a folder that have an extension, in no order; none where it cannot be read.
pub(crate) fn files_with(folder: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(move |path| path.extension().is_some_and(|ending| ending == extension))
}

/// Creates a private folder and those above it; an existing one is unchanged.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_MODE);
    builder.create(folder)
}

/// Makes a file private that was moved here, unless it still has a hard link elsewhere.
pub(crate) fn restrict(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        if fs::metadata(path).is_ok_and(|metadata| metadata.nlink() == 1) {
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
    fn created_files_and_folders_are_readable_by_their_owner_only() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("new");
        make_folder(&folder).unwrap();
        let (replaced, opened) = (folder.join("replaced"), folder.join("opened"));
        replace(&replaced, b"1", Durability::Synced).unwrap();
        open(&opened, OpenOptions::new().create(true).append(true)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&replaced), mode(&opened)), (0o700, 0o600, 0o600));
        // A file with a hard link elsewhere keeps its mode.
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
