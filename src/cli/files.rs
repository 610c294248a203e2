//! Writes a file for the user: completely or not at all, and over another one only on request.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::error::CliError;

/// What happens to a file that exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExistingFile {
    /// It stays, and writing fails.
    Kept,
    /// It is replaced as a whole.
    Replaced,
}

/// Writes a file through a temporary one in the same folder, which must exist.
pub(super) fn write(path: &Path, text: &str, existing: ExistingFile) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        CliError::failed(format!(
            "{} cannot be written: {error}. Choose another place with --output.",
            path.display()
        ))
    };
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
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    let placed = match existing {
        ExistingFile::Replaced => file.persist(path),
        ExistingFile::Kept => file.persist_noclobber(path),
    };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Err(CliError::failed(format!(
                "{} already exists and was not changed. Use --force to replace it.",
                path.display()
            )))
        }
        Err(error) => Err(failed(error.error)),
    }
}

pub(super) fn make_folder(folder: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        CliError::failed(format!("The folder {} cannot be created: {error}.", folder.display()))
    })
}
