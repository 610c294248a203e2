//! Why an expression has no value, in the words of the web app.
//! Must not be reworded: a chat may hold results of both calculators.

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EvalError {
    /// It is empty or too long.
    Input(String),
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
            Self::Input(why) => why.clone(),
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

    /// The text is not Python.
    pub(super) fn syntax(why: &str, line: usize) -> Self {
        Self::Syntax(format!("{why} (<unknown>, line {line})"))
    }

    /// The result cannot be stored; a mistake in the web app makes this of its own message.
    pub(super) fn not_json() -> Self {
        Self::Calculation("module 'json' has no attribute 'JSONEncodeError'".to_owned())
    }

    /// Python has no memory for it, and says nothing more.
    pub(super) const fn no_memory() -> Self {
        Self::Calculation(String::new())
    }

    /// Python would build it, perhaps; here it is too long.
    pub(super) fn too_long() -> Self {
        Self::Calculation("the result is too long".to_owned())
    }

    /// Python would compute it after a long time; here it is too large.
    pub(super) fn too_large() -> Self {
        Self::Calculation("a number is too large".to_owned())
    }
}
