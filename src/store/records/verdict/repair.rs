//! Repairs of faults, on the bytes of the file.
//! Must not lose text, because a repair runs on the only copy of a chat.

use std::ops::Range;

/// One repair, on the bytes of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub(super) kind: RepairKind,
    /// The bytes it is about; empty where something is only inserted.
    pub range: Range<usize>,
    /// The text before what the kind puts into their place.
    pub(super) before: String,
    /// The text after it.
    pub(super) after: String,
}

/// What a repair puts into the place of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RepairKind {
    /// Nothing: the fault cannot be repaired in place.
    None,
    /// Other text.
    Replace,
    /// The same bytes, with text around them.
    Wrap,
    /// The bytes as the text of a JSON string, with text around it.
    Quote,
    /// A time of the record, once all of them are known, with text around it.
    Time(RecordTime),
}

/// Which time of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordTime {
    First,
    Last,
}

impl Repair {
    /// A repair of these bytes with text around them.
    pub(super) fn new(
        kind: RepairKind,
        range: &Range<usize>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self { kind, range: range.clone(), before: before.into(), after: after.into() }
    }

    /// Other bytes in the place of these.
    pub(super) fn replace(range: &Range<usize>, with: impl Into<String>) -> Self {
        Self::new(RepairKind::Replace, range, with, "")
    }

    /// The bytes as a JSON string.
    pub(super) fn quote(range: &Range<usize>) -> Self {
        Self::new(RepairKind::Quote, range, "", "")
    }

    /// Inserts a member at the beginning of the object whose brace is at `brace`. Of several inserted
    /// into an empty object, only the last is given `is_empty`, so that it gets no comma.
    pub(super) fn insert(brace: usize, is_empty: bool, key: &str, value: &str) -> Self {
        let at = brace.saturating_add(1);
        let comma = if is_empty { "" } else { ", " };
        Self::replace(&(at..at), format!("\"{key}\": {value}{comma}"))
    }

    /// Inserts a member whose value is a time of the record.
    pub(super) fn insert_time(brace: usize, key: &str, which: RecordTime) -> Self {
        let at = brace.saturating_add(1);
        Self::new(RepairKind::Time(which), &(at..at), format!("\"{key}\": "), ", ")
    }

    /// Decides for a time.
    pub(super) fn resolve_time(&mut self, first: i64, last: i64) {
        if let RepairKind::Time(which) = self.kind {
            let time = match which {
                RecordTime::First => first,
                RecordTime::Last => last,
            };
            *self = Self::replace(&self.range, format!("{}{time}{}", self.before, self.after));
        }
    }

    /// The repair in words for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let with = &self.before;
        match self.kind {
            RepairKind::None => "cannot be repaired in place".to_owned(),
            RepairKind::Replace if self.range.is_empty() => {
                format!("added {}", with.trim_end_matches(", "))
            }
            RepairKind::Replace if with.len() <= 60 => format!("changed to {with}"),
            RepairKind::Replace | RepairKind::Time(_) => "replaced".to_owned(),
            RepairKind::Wrap | RepairKind::Quote => "kept as text in a valid place".to_owned(),
        }
    }
}
