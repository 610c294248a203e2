//! What a server does with an answer besides sending it: whether it finishes it without a connection
//! and whether it keeps it.

/// Whether a server makes an answer only while the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExecutionMode {
    /// Closing the connection ends the answer.
    #[default]
    Foreground,
    /// The server finishes the answer in any case, and it can be collected later.
    Background,
}

/// Whether a server keeps a response (`store` in a request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retention {
    /// It does, as far as the settings allow; a later question can be chained from it.
    #[default]
    Stored,
    /// It does not: the whole conversation goes with every question.
    NotStored,
}
