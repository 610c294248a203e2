//! JSON as Python holds it after reading.

/// A JSON value that keeps what Python can write and Rust cannot: numbers of any length, bare `NaN`,
/// half surrogate pairs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document {
    /// A number, true, false or null, as Python writes it.
    Literal(String),
    Text(Text),
    /// `[a, b]`
    Array(Vec<Self>),
    /// `{"a": b}`; no key twice.
    Object(Vec<(Text, Self)>),
}

/// A JSON string.
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
    /// The value of a key; `None` where it is no object or has no such key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name.is(key)).map(|(_, value)| value)
    }

    /// The characters of a text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.text),
            _ => None,
        }
    }
}
