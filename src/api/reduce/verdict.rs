//! How the server said a reply ended.

use crate::api::trouble::Trouble;

/// How the server said a reply ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is whole.
    Completed,
    /// The server ended it early; its word for the reason.
    Incomplete(Option<String>),
    /// It was cancelled at the server.
    Cancelled,
    /// It failed.
    Failed {
        /// Why, as specifically as was said.
        trouble: Trouble,
        /// Whether the failed response itself was named, not only an error.
        told: Told,
    },
}

/// How much of a failure has come: servers send an error, a failed response, or both in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Only an error event.
    Error,
    /// Only a failed response.
    Response,
    /// Both.
    Both,
}
