//! Files under names that nothing has yet.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::chat::Timestamp;

use super::private;

/// How many names are tried.
const MAX_NAMES: u32 = 1000;

/// Creates something under the first name that is free; `create` must fail where its name is taken.
pub(crate) fn create_free<T>(
    name: impl Fn(u32) -> PathBuf,
    mut create: impl FnMut(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    for path in (0..MAX_NAMES).map(name) {
        match create(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => return created.map(|created| (path, created)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// The names the web app gives its copies of a file: `FILE.backup.SECONDS`.
pub(crate) fn web_backup(path: &Path, at: Timestamp) -> impl Fn(u32) -> PathBuf + use<> {
    let path = path.as_os_str().to_owned();
    move |number| {
        let mut name = path.clone();
        name.push(format!(".backup.{}", at.seconds().saturating_add(i64::from(number))));
        PathBuf::from(name)
    }
}

/// Writes a private file under the first free name of a folder; it is on disk before this returns.
pub(crate) fn write_private(
    folder: &Path,
    name: impl Fn(u32) -> PathBuf,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<PathBuf> {
    private::make_folder(folder)?;
    let mut file = private::make_temporary(folder)?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    let mut unnamed = Some(file);
    let (path, ()) = create_free(name, |path| {
        let file = unnamed.take().ok_or(ErrorKind::NotFound)?;
        file.persist_noclobber(path).map(drop).map_err(|error| {
            unnamed = Some(error.file);
            error.error
        })
    })?;
    Ok(path)
}
