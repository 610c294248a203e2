//! JSON as Python holds it after reading.

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document {
    /// A number, true, false or null, as Python writes it.
    Literal(String),
    /// A text.
    Text(Text),
    /// `[a, b]`
    Array(Vec<Self>),
    /// `{"a": b}`; no key twice.
    Object(Vec<(Text, Self)>),
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Text {
    /// Its characters; half a surrogate pair is U+FFFD.
    pub text: String,
    /// Whether there is half a surrogate pair, which cannot be written.
    pub lone: bool,
}

impl Text {
    /// The text with these characters.
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), lone: false }
    }

    /// Whether it is this one.
    pub(super) fn is(&self, text: &str) -> bool {
        !self.lone && self.text == text
    }
}

impl Document {
    /// Python's name of its type.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "str",
            Self::Array(_) => "list",
            Self::Object(_) => "dict",
            Self::Literal(text) => match text.as_str() {
                "null" => "NoneType",
                "true" | "false" => "bool",
                number if number.contains(['.', 'e', 'N', 'I']) => "float",
                _ => "int",
            },
        }
    }
}
