//! The final status of a reply, as the server reported it.

use crate::api::errors::error_body::ErrorBody;

/// The final status of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum FinalStatus {
    /// The answer is complete.
    Completed,
    /// The server ended it early. Holds `incomplete_details.reason`.
    Incomplete(Option<String>),
    /// It was ended here, because it had become longer than any answer.
    TooLong,
    /// It was cancelled on the server.
    Cancelled,
    /// The server reported a failure.
    Failed {
        /// The most specific error received.
        error: ErrorBody,
        /// Which events reported the failure.
        source: FailureSource,
    },
}

/// The events that reported a failure: servers send an error, a failed response, or both in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureSource {
    /// Only an error event.
    Error,
    /// Only a failed response.
    Response,
    /// An error event and a failed response.
    Both,
}
