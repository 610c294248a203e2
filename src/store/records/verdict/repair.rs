//! Repairs of faults, on the bytes of the file.
//! Must not lose text, because a repair runs on the only copy of a chat.

use std::ops::Range;

/// One repair, on the bytes of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The fault cannot be repaired in place.
    None,
    /// Puts other text in the place of bytes.
    Replace {
        /// The bytes to replace.
        range: Range<usize>,
        /// The text that takes their place.
        with: String,
    },
    /// Inserts text before and after bytes.
    Wrap {
        /// The bytes to keep.
        range: Range<usize>,
        /// The text before it.
        before: String,
        /// The text after it.
        after: String,
    },
    /// Makes bytes the text of a JSON string, with text around it.
    Quote {
        /// The bytes to quote.
        range: Range<usize>,
        /// The text before the string.
        before: String,
        /// The text after it.
        after: String,
    },
    /// Replaces bytes by a time of the record, once all of them are known.
    Time {
        /// The bytes to replace.
        range: Range<usize>,
        /// The text before the time.
        before: String,
        /// The text after it.
        after: String,
        /// The time of the record that is meant.
        which: RecordTime,
    },
}

/// Which time of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordTime {
    First,
    Last,
}

impl Repair {
    /// Other bytes in the place of these.
    pub(super) fn replace(range: &Range<usize>, with: impl Into<String>) -> Self {
        Self::Replace { range: range.clone(), with: with.into() }
    }

    /// Text before and after these bytes.
    pub(super) fn wrap(
        range: &Range<usize>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self::Wrap { range: range.clone(), before: before.into(), after: after.into() }
    }

    /// Inserts a member at the beginning of the object whose brace is at `brace`. Of several inserted
    /// into an empty object, only the last is given `is_empty`, so that it gets no comma.
    pub(super) fn insert(brace: usize, is_empty: bool, key: &str, value: &str) -> Self {
        let at = brace.saturating_add(1);
        let comma = if is_empty { "" } else { ", " };
        Self::Replace { range: at..at, with: format!("\"{key}\": {value}{comma}") }
    }

    /// Inserts a member whose value is a time of the record.
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

    /// The repair in words for people.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::None => "cannot be repaired in place".to_owned(),
            Self::Replace { range, with } if range.is_empty() => {
                format!("added {}", with.trim_end_matches(", "))
            }
            Self::Replace { with, .. } if with.len() <= 60 => format!("changed to {with}"),
            Self::Replace { .. } | Self::Time { .. } => "replaced".to_owned(),
            Self::Wrap { .. } | Self::Quote { .. } => "kept as text in a valid place".to_owned(),
        }
    }
}

/// The bytes as a JSON string.
pub(super) fn quote_range(range: &Range<usize>) -> Repair {
    Repair::Quote { range: range.clone(), before: String::new(), after: String::new() }
}
