//! What would make something right without losing text.
//! May not read the file.

use std::ops::Range;

use crate::store::json::encode_string;

/// One repair, on the bytes of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// There is nothing to be done in place.
    None,
    /// Other bytes take the place of these.
    Replace {
        /// What goes.
        range: Range<usize>,
        /// What comes.
        with: String,
    },
    /// Something is put in front of these bytes and behind them.
    Wrap {
        /// What stays.
        range: Range<usize>,
        /// In front of it.
        before: String,
        /// Behind it.
        after: String,
    },
    /// The bytes become the text of a JSON string, with something around it.
    Quote {
        /// What is spelled out.
        range: Range<usize>,
        /// In front of the string.
        before: String,
        /// Behind it.
        after: String,
    },
    /// A time takes the place of these bytes, once it is known which.
    Time {
        /// What goes.
        range: Range<usize>,
        /// In front of the time.
        before: String,
        /// Behind it.
        after: String,
        /// Which.
        which: RecordTime,
    },
}

/// Which time of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordTime {
    /// The first there is.
    First,
    /// The last there is.
    Last,
}

impl Repair {
    /// Other bytes in the place of these.
    pub(super) fn replace(range: &Range<usize>, with: impl Into<String>) -> Self {
        Self::Replace { range: range.clone(), with: with.into() }
    }

    /// A new member at the beginning of an object whose brace is at `brace`. Of several in an object
    /// that is empty, only the last is told so: it takes no comma behind it.
    pub(super) fn insert(brace: usize, is_empty: bool, key: &str, value: &str) -> Self {
        let at = brace.saturating_add(1);
        let comma = if is_empty { "" } else { ", " };
        Self::Replace { range: at..at, with: format!("\"{key}\": {value}{comma}") }
    }

    /// The same with a time that is not known yet.
    pub(super) fn insert_time(brace: usize, key: &str, which: RecordTime) -> Self {
        let at = brace.saturating_add(1);
        Self::Time { range: at..at, before: format!("\"{key}\": "), after: ", ".to_owned(), which }
    }

    /// Decides for a time.
    pub(super) fn resolve_time(&mut self, first: i64, last: i64) {
        if let Self::Time { range, before, after, which } = self {
            let time = match which {
                RecordTime::First => first,
                RecordTime::Last => last,
            };
            *self = Self::Replace { range: range.clone(), with: format!("{before}{time}{after}") };
        }
    }

    /// The bytes it is about.
    #[must_use]
    pub const fn range(&self) -> Option<&Range<usize>> {
        match self {
            Self::None => None,
            Self::Replace { range, .. }
            | Self::Wrap { range, .. }
            | Self::Quote { range, .. }
            | Self::Time { range, .. } => Some(range),
        }
    }

    /// What is done, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::None => "cannot be repaired in place".to_owned(),
            Self::Replace { range, with } if range.is_empty() => {
                format!("added: {}", with.trim_end_matches(", "))
            }
            Self::Replace { with, .. } if with.len() <= 60 => format!("becomes {with}"),
            Self::Replace { .. } | Self::Time { .. } => "is replaced".to_owned(),
            Self::Wrap { .. } | Self::Quote { .. } => "is kept as text in a valid place".to_owned(),
        }
    }
}

/// A text as a JSON string.
pub fn to_json_string(text: &str) -> String {
    let mut out = String::new();
    encode_string(text, &mut out);
    out
}

/// The bytes as a JSON string.
pub(super) fn quote_range(range: &Range<usize>) -> Repair {
    Repair::Quote { range: range.clone(), before: String::new(), after: String::new() }
}
