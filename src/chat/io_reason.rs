//! The reason of the system for a failure, as it stands behind the colon of a sentence.

use std::io::{Error, ErrorKind};

/// The reason without the number of the system, and without a full stop.
#[must_use]
pub fn io_reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::NotADirectory => "one of the folders above it is a file".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::AddrInUse => "another program uses it".to_owned(),
        _ => system_text(error),
    }
}

/// The words of the system; those that begin a sentence there do not begin one here.
fn system_text(error: &Error) -> String {
    let text = error.to_string();
    let Some((words, _)) = text.split_once(" (os error") else { return text };
    let mut letters = words.chars();
    let first = letters.next().map(char::to_lowercase).into_iter().flatten();
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_reason_has_no_number_and_begins_no_sentence() {
        let reason = |number: i32| io_reason(&Error::from_raw_os_error(number));
        assert_eq!(reason(2), "no such file or folder");
        assert_eq!(reason(21), "it is a folder");
        assert_eq!(reason(28), "no space left on device");
        assert_eq!(
            io_reason(&Error::other("it is not a regular file")),
            "it is not a regular file"
        );
    }
}
