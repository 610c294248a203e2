//! The table of contents of one version of the shared file.

use std::path::Path;

use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;

use super::{Index, IndexError};

/// The table of contents of a version, read from front to back.
pub(crate) fn read_index(paths: &StorePaths, open_file: &OpenFile) -> Result<Index, StoreError> {
    Index::read_file(open_file.file()).map_err(|error| {
        let start = open_file
            .read_range(0..4.min(usize::try_from(open_file.identity().size()).unwrap_or(4)));
        index_error(&paths.chats_file(), error, &start.unwrap_or_default())
    })
}

/// The sentence for a file that has no table of contents; `start` is how it begins.
fn index_error(path: &Path, error: IndexError, start: &[u8]) -> StoreError {
    let path = path.to_path_buf();
    match error {
        IndexError::Io(error) => StoreError::io("read", &path, error),
        IndexError::NotUtf8(at) => StoreError::NotUtf8 { path, at },
        IndexError::NotJson(_) if start.starts_with(b"\xef\xbb\xbf") => {
            StoreError::NotJson { path, at: 0, what: "it begins with a byte order mark" }
        }
        IndexError::NotJson(error) => StoreError::not_json(&path, error),
        IndexError::NotAnObject => StoreError::NotAnObject(path),
    }
}
