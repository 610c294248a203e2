//! Writes one conversation to a new file, for `/export`: a web page where its name ends in `.html`, else
//! Markdown. Must not replace a file, nor leave half of one.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::chat::{Conversation, Failure, FailureKind, io_reason};
use crate::exchange::file_name::FileNames;

use super::export::DocumentFormat;
use super::files::expand_path;

/// How many names are tried for a conversation when files of its name exist.
const MAX_NAME_ATTEMPTS: u32 = 1000;

/// Writes the file that was named, or else one in the working folder named after the title; returns
/// its path.
pub(crate) fn write_new_file(
    about: &Conversation,
    named: Option<&str>,
    mut write: impl FnMut(DocumentFormat, &mut dyn Write) -> io::Result<()>,
) -> io::Result<PathBuf> {
    if let Some(named) = named {
        if is_home_of_another(named) {
            return Err(io::Error::other("only your own home folder is written as ~"));
        }
        return write_new(expand_path(named), &mut write);
    }
    let mut free = FileNames::default();
    for _ in 0..MAX_NAME_ATTEMPTS {
        let path = PathBuf::from(free.next_name(&about.id, about.title.text(), "md"));
        match write_new(path, &mut write) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => return written,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// What was written, for people.
pub(crate) fn written_sentence(path: PathBuf) -> String {
    let path = std::path::absolute(&path).unwrap_or(path);
    format!("Written to {}.", path.display())
}

/// Why the file that was named, or one in the working folder, could not be written.
pub(crate) fn write_failure(named: Option<&str>, error: &io::Error) -> Failure {
    let another = "Name another file with /export FILE.";
    let (sentence, advice) = match (named, error.kind()) {
        (Some(named), ErrorKind::AlreadyExists) => {
            (format!("{named} already exists and was not changed."), another)
        }
        (None, ErrorKind::AlreadyExists) => ("That file already exists.".to_owned(), another),
        (Some(named), ErrorKind::NotFound) => {
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

/// Which folder of a new file is not there.
fn missing_folder(named: &str) -> String {
    match Path::new(named).parent() {
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
    write: &mut dyn FnMut(DocumentFormat, &mut dyn Write) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let format = match extension(&path).as_deref() {
        Some("html" | "htm") => DocumentFormat::Html,
        _ => DocumentFormat::Markdown,
    };
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    let mut buffered = BufWriter::new(&file);
    let written =
        write(format, &mut buffered).and_then(|()| buffered.flush()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(&path);
    }
    written.map(|()| path)
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}
