//! Why the value of a setting cannot be used, and where inside the setting that is.

/// The reason is a sentence for people that must not contain the value where it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidValue {
    /// The keys below the setting, outermost first; empty for the setting itself.
    pub(super) path: Vec<String>,
    pub(super) reason: String,
}

impl InvalidValue {
    pub(super) fn of(reason: impl Into<String>) -> Self {
        Self { path: Vec::new(), reason: reason.into() }
    }

    /// The same for a value inside a table, under this key.
    pub(super) fn below(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }
}
