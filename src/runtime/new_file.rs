//! Writes one conversation to a new file, for `/export`, in the format that the ending of its name stands for.
//! Must not replace a file, nor leave half of one.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::chat::{Conversation, Failure, FailureKind, io_reason};
use crate::exchange::file_name::FileNames;

use super::export::DocumentFormat;
use super::files::expand_path;

/// How many names are tried for a conversation when files of its name exist.
const MAX_NAME_ATTEMPTS: u32 = 1000;

/// The format of the file that was named; Markdown where its name does not tell.
pub(crate) fn format_of(named: Option<&str>) -> DocumentFormat {
    let format = named.and_then(|named| DocumentFormat::of_file(Path::new(named)));
    format.unwrap_or(DocumentFormat::Markdown)
}

/// Writes the file that was named, or else one that is named after the title, in the folder that was named or
/// the working folder; returns its path.
pub(crate) fn write_new_file(
    about: &Conversation,
    named: Option<&str>,
    mut write: impl FnMut(DocumentFormat, &mut dyn Write) -> io::Result<()>,
) -> io::Result<PathBuf> {
    if named.is_some_and(is_home_of_another) {
        return Err(io::Error::other("only your own home folder is written as ~"));
    }
    let format = format_of(named);
    let mut write = |to: &mut dyn Write| write(format, to);
    let path = named.map(expand_path).unwrap_or_default();
    if named.is_some() && !path.is_dir() {
        return write_new(path, &mut write);
    }
    let mut free = FileNames::default();
    for _ in 0..MAX_NAME_ATTEMPTS {
        let name = free.next_name(&about.id, about.title.text(), format.extension());
        match write_new(path.join(name), &mut write) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => return written,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// What was written, for people.
pub(crate) fn written_sentence(named: Option<&str>, path: PathBuf) -> String {
    let path = std::path::absolute(&path).unwrap_or(path);
    format!("Exported as {} to {}.", format_of(named).name(), path.display())
}

/// Why the file that was named, or one in the working folder, could not be written.
pub(crate) fn write_failure(named: Option<&str>, error: &io::Error) -> Failure {
    let another = "Name another file with /export FILE.";
    let (sentence, advice) = match (named, error.kind()) {
        (Some(named), ErrorKind::AlreadyExists) => {
            (format!("{named} already exists and was not changed."), another)
        }
        (None, ErrorKind::AlreadyExists) => ("That file already exists.".to_owned(), another),
        (Some(named), kind) if kind == ErrorKind::NotFound || is_missing_folder(named) => {
            let sentence = format!("{named} cannot be written: {}.", missing_folder(named));
            (sentence, "Create the folder, or name another file with /export FILE.")
        }
        (named, _) => {
            let place = named.unwrap_or("The working folder");
            (format!("{place} cannot be written: {}.", io_reason(error)), another)
        }
    };
    Failure::new(FailureKind::Storage, sentence, advice)
}

/// Whether a folder was named, by a separator at the end, that is not there.
fn is_missing_folder(named: &str) -> bool {
    named.ends_with(std::path::is_separator) && !expand_path(named).exists()
}

/// Which folder of a new file is not there.
fn missing_folder(named: &str) -> String {
    let path = Path::new(named);
    let whole = Some(path.components().as_path());
    let folder = if is_missing_folder(named) { whole } else { path.parent() };
    match folder {
        Some(folder) if !folder.as_os_str().is_empty() => {
            format!("the folder {} does not exist", folder.display())
        }
        _ => "the working folder no longer exists".to_owned(),
    }
}

/// Whether a path begins with `~` and a name, which the shell would look up.
fn is_home_of_another(named: &str) -> bool {
    let is_another = |rest: &str| !rest.is_empty() && !rest.starts_with(std::path::is_separator);
    named.strip_prefix('~').is_some_and(is_another)
}

fn write_new(
    path: PathBuf,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    let mut buffered = BufWriter::new(&file);
    let written =
        write(&mut buffered).and_then(|()| buffered.flush()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(&path);
    }
    written.map(|()| path)
}
