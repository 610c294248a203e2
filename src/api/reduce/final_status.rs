//! How the server said a reply ended.

use crate::api::error_body::ErrorBody;

/// How the server said a reply ended.
#[derive(Debug, Clone, PartialEq)]
pub enum FinalStatus {
    /// It is whole.
    Completed,
    /// The server ended it early; its word for the reason.
    Incomplete(Option<String>),
    /// It was cancelled at the server.
    Cancelled,
    /// It failed.
    Failed {
        /// Why, as specifically as was said.
        error: ErrorBody,
        /// Whether the failed response itself was named, not only an error.
        source: FailureSource,
    },
}

/// How much of a failure has come: servers send an error, a failed response, or both in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureSource {
    /// Only an error event.
    Error,
    /// Only a failed response.
    Response,
    /// Both.
    Both,
}
