//! Writes a file for the user: completely or not at all, and over another one only on request.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use super::error::CliError;
use crate::chat::io_reason;

/// What happens to a file that exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExistingFile {
    /// It stays, and writing fails.
    Kept,
    /// A complete new file takes its place and gets its permissions.
    Replaced,
}

/// Writes a file through a temporary one in the same folder, which must exist.
pub(super) fn write(path: &Path, text: &str, existing: ExistingFile) -> Result<(), CliError> {
    write_with(path, existing, |to| {
        to.write_all(text.as_bytes()).map_err(|error| write_error(path, &error))
    })
}

/// Writes a file with what `write` gives it; none where that fails.
pub(super) fn write_with<T>(
    path: &Path,
    existing: ExistingFile,
    write: impl FnOnce(&mut dyn Write) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let failed = |error: io::Error| write_error(path, &error);
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".duologue.tmp.");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any other file of the user's: 0666 minus the umask.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    if existing == ExistingFile::Replaced
        && let Ok(replaced) = std::fs::metadata(path)
    {
        // A file that only its owner may read stays one.
        file.as_file().set_permissions(replaced.permissions()).map_err(failed)?;
    }
    let mut buffered = BufWriter::new(file.as_file_mut());
    let written = write(&mut buffered)?;
    buffered.flush().map_err(failed)?;
    drop(buffered);
    file.as_file().sync_all().map_err(failed)?;
    let placed = match existing {
        ExistingFile::Replaced => file.persist(path),
        ExistingFile::Kept => file.persist_noclobber(path),
    };
    match placed {
        Ok(_) => Ok(written),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Err(CliError::failed(format!(
                "{} already exists and was not changed. Use --force to replace it.",
                path.display()
            )))
        }
        Err(error) => Err(failed(error.error)),
    }
}

/// Fails where a file cannot be written in this place.
pub(super) fn check_writable(path: &Path) -> Result<(), CliError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".duologue.tmp.").tempfile_in(folder);
    file.map(drop).map_err(|error| write_error(path, &error))
}

/// The error of a file that cannot be written.
pub(super) fn write_error(path: &Path, error: &io::Error) -> CliError {
    CliError::failed(format!(
        "{} cannot be written: {}. Choose another place with --output.",
        path.display(),
        io_reason(error)
    ))
}

pub(super) fn make_folder(folder: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let why = io_reason(&error);
        CliError::failed(format!("The folder {} cannot be created: {why}.", folder.display()))
    })
}
