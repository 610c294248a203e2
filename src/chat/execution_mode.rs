//! Whether a server finishes an answer without a connection, and whether it stores the response.

/// Whether an answer depends on the connection (`background` in a request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExecutionMode {
    /// Closing the connection cancels the answer.
    #[default]
    Foreground,
    /// The server finishes the answer regardless, and it can be collected later.
    Background,
}

/// Whether a server stores a response (`store` in a request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retention {
    /// It does, if the settings allow; a later question can be chained from it.
    #[default]
    Stored,
    /// It does not: the whole conversation is sent with every question.
    NotStored,
}
