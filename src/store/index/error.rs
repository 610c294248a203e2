//! Why a text has no table of contents.

use std::io;

use super::super::json::ParseError;
use super::super::json::stream::StreamError;

/// Why a text has no table of contents.
#[derive(Debug)]
pub enum IndexError {
    /// The system could not read it.
    Io(io::Error),
    /// It is not UTF-8; the first byte that is not.
    NotUtf8(usize),
    NotJson(ParseError),
    /// It has no text, or only white space.
    Empty,
    /// It is JSON, but no object.
    NotAnObject,
}

impl From<StreamError> for IndexError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Io(error) => Self::Io(error),
            StreamError::NotUtf8(at) => Self::NotUtf8(at),
            StreamError::NotJson(error) => Self::NotJson(error),
        }
    }
}
