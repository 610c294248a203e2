//! The errors of the calculator.
//! Must not be reworded, because a chat may have results of both calculators.

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EvalError {
    /// The text is empty or too long.
    Input(String),
    /// The text is not an expression.
    Syntax(String),
    DivisionByZero,
    /// A construct is not allowed, or a value is out of range (Python's `ValueError`).
    Invalid(String),
    /// Any other error of Python.
    Calculation(String),
}

impl EvalError {
    /// Returns the sentence for the model, in the web app's words.
    #[must_use]
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Input(why) => why.clone(),
            Self::Syntax(why) => format!("Invalid expression syntax: {why}"),
            Self::DivisionByZero => "Division by zero".to_owned(),
            Self::Invalid(why) => format!("Invalid expression: {why}"),
            Self::Calculation(why) => format!("Calculation error: {why}"),
        }
    }

    /// The expression uses a part of Python that the calculator does not allow.
    pub(super) fn unsafe_operation(what: &str) -> Self {
        Self::Invalid(format!("Unsafe operation: {what} is not allowed"))
    }

    /// The text is not Python; lines are counted from one.
    pub(super) fn syntax(why: &str, line: usize) -> Self {
        Self::Syntax(format!("{why} (<unknown>, line {line})"))
    }

    /// The result cannot be JSON; the text comes from a mistake in the web app's error handling.
    pub(super) fn not_json() -> Self {
        Self::Calculation("module 'json' has no attribute 'JSONEncodeError'".to_owned())
    }

    /// Python's `MemoryError`, which has no text.
    pub(super) const fn no_memory() -> Self {
        Self::Calculation(String::new())
    }

    /// The budget does not allow a text or list that Python might build.
    pub(super) fn too_long() -> Self {
        Self::Calculation("the result is too long".to_owned())
    }

    /// The budget does not allow a number that Python would compute after a long time.
    pub(super) fn too_large() -> Self {
        Self::Calculation("a number is too large".to_owned())
    }
}
