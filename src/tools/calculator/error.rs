//! Why an expression has no value, in the words of the web app.
//! Must not be reworded: a chat may hold results of both calculators.

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EvalError {
    /// It is no expression.
    Syntax(String),
    /// Something is divided by nothing.
    DivisionByZero,
    /// It asks for something that is not allowed, or of a value that cannot be.
    Invalid(String),
    /// It cannot be calculated.
    Calculation(String),
}

impl EvalError {
    /// The sentence the model gets, as the web app words it.
    #[must_use]
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Syntax(why) => format!("Invalid expression syntax: {why}"),
            Self::DivisionByZero => "Division by zero".to_owned(),
            Self::Invalid(why) => format!("Invalid expression: {why}"),
            Self::Calculation(why) => format!("Calculation error: {why}"),
        }
    }

    /// It uses a part of Python that the calculator does not allow.
    pub(super) fn unsafe_operation(what: &str) -> Self {
        Self::Invalid(format!("Unsafe operation: {what} is not allowed"))
    }
}
