//! The table of contents of one version of the shared file.

use std::io::{self, Read, Seek};
use std::path::PathBuf;

use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;
use crate::store::json::LineColumn;

use super::{Index, IndexError};

/// The table of contents of a version, read from front to back.
pub(crate) fn read_index(paths: &StorePaths, open_file: &OpenFile) -> Result<Index, StoreError> {
    Index::read_file(open_file.file()).map_err(|error| {
        index_error(paths.chats_file(), error, open_file)
            .unwrap_or_else(|error| StoreError::io("read", &paths.chats_file(), error))
    })
}

/// The sentence for a file that has no table of contents.
fn index_error(path: PathBuf, error: IndexError, file: &OpenFile) -> io::Result<StoreError> {
    let mut text = file.file();
    text.rewind()?;
    Ok(match error {
        IndexError::Io(error) => return Err(error),
        IndexError::NotUtf8(at) => StoreError::NotUtf8 { path, at: LineColumn::find(text, at)? },
        IndexError::NotJson(error) => {
            let mut start = [0; 3];
            let has_mark = text.read_exact(&mut start).is_ok() && start == *b"\xef\xbb\xbf";
            text.rewind()?;
            let reason = if has_mark {
                "it begins with a byte order mark".to_owned()
            } else {
                error.describe(text)
            };
            StoreError::NotJson { path, reason }
        }
        IndexError::Empty => StoreError::Empty(path),
        IndexError::NotAnObject => StoreError::NotAnObject(path),
    })
}
