//! Why a text has no table of contents.

use std::io::{self, Read, Seek};

use super::super::json::LineColumn;
use super::super::json::stream::StreamError;

/// Why a text has no table of contents.
#[derive(Debug)]
pub enum IndexError {
    /// It cannot be read, or is not JSON.
    Stream(StreamError),
    /// It has no text, or only white space.
    Empty,
    /// It is JSON, but no object.
    NotAnObject,
}

impl From<StreamError> for IndexError {
    fn from(error: StreamError) -> Self {
        Self::Stream(error)
    }
}

impl IndexError {
    /// What is wrong with the text, to follow its name in a sentence. `text` is what was read.
    ///
    /// # Errors
    /// When the text cannot be read.
    pub(crate) fn describe(self, mut text: impl Read + Seek) -> io::Result<String> {
        text.rewind()?;
        Ok(match self {
            Self::Stream(StreamError::Io(error)) => return Err(error),
            Self::Stream(StreamError::NotUtf8(at)) => {
                format!("is not UTF-8 text ({})", LineColumn::find(text, at)?)
            }
            Self::Stream(StreamError::NotJson(error)) => {
                let mut start = [0; 3];
                let has_mark = text.read_exact(&mut start).is_ok() && start == *b"\xef\xbb\xbf";
                text.rewind()?;
                let reason = if has_mark {
                    "it begins with a byte order mark".to_owned()
                } else {
                    error.describe(text)
                };
                format!("is not valid JSON: {reason}")
            }
            Self::Empty => "is empty".to_owned(),
            Self::NotAnObject => "does not contain an object of conversations".to_owned(),
        })
    }
}
