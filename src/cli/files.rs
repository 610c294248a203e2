//! Files a command writes for the user: whole or not at all, and never over another by chance.
//! May not touch the shared file.

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::cli::error::CliError;

/// What happens to a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistingFile {
    /// It stays, and that is an error.
    Kept,
    /// It gives way.
    Replaced,
}

/// Writes a file; the folder must be there.
///
/// # Errors
/// When it cannot be written, or is there and must stay.
pub fn write(path: &Path, text: &str, existing: ExistingFile) -> Result<(), CliError> {
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
        // The umask has its say, as for any other file of the user's.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    let put = match existing {
        ExistingFile::Replaced => file.persist(path),
        ExistingFile::Kept => file.persist_noclobber(path),
    };
    match put {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(CliError::failed(
            format!("{} is there already and was left alone. --force replaces it.", path.display()),
        )),
        Err(error) => Err(failed(error.error)),
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// When the system does not let us.
pub fn make_folder(folder: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        CliError::failed(format!("The folder {} cannot be made: {error}.", folder.display()))
    })
}
