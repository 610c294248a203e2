//! A table of contents as bytes: small on the disk, and asked without taking it apart.
//! May not be believed before it was looked through once; afterwards every row of it can be read.
//!
//! Numbers first, seven bits to a byte, those of a row each relative to the one before; then all
//! texts in one piece.

use std::ops::Range;

use crate::chat::{ConversationId, Readability, Role, Summary, Timestamp};

use super::contents::Index;
use super::entry::Entry;
use super::record::MessageKeys;

/// A table that was looked through.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Where the rows' numbers begin, and where the texts do.
    numbers: Range<usize>,
    rows: usize,
    object: Range<usize>,
    keys: Keys,
}

/// Whether a key stands more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Once,
    Repeated,
}

/// A row as the bytes have it.
struct Row<'a> {
    id: &'a str,
    member: Range<usize>,
    value: Range<usize>,
    title: &'a str,
    created_at: i64,
    last_update: i64,
    message_count: usize,
    keys: MessageKeys,
    last_role: Code<'a>,
    readability: Code<'a>,
}

/// One of a few, the last of which has words.
struct Code<'a>(u8, &'a str);

impl Packed {
    /// The table in bytes, from a place on, of a file that long; `None` where they are none.
    #[must_use]
    pub fn new(bytes: Vec<u8>, from: usize, length: usize) -> Option<Self> {
        let mut head = Numbers { bytes: bytes.get(from..)? };
        let object = head.range(0)?;
        let (rows, repeated, size) = (head.size()?, head.number()?, head.size()?);
        let start = bytes.len().checked_sub(head.bytes.len())?;
        let numbers = start..start.checked_add(size)?;
        let keys = if repeated == 0 { Keys::Once } else { Keys::Repeated };
        let packed = Self { bytes, numbers, rows, object, keys };
        (packed.object.end <= length && packed.is_sound()).then_some(packed)
    }

    /// Whether every row can be read and nothing is left over.
    fn is_sound(&self) -> bool {
        let Some(mut rows) = self.reader() else { return false };
        for _ in 0..self.rows {
            let Some(row) = rows.next_row() else { return false };
            let fits = self.object.start <= row.member.start
                && row.value.end == row.member.end
                && row.member.end <= self.object.end;
            if !fits || !row.is_known() {
                return false;
            }
        }
        rows.numbers.bytes.is_empty() && rows.at == rows.texts.len()
    }

    fn reader(&self) -> Option<Rows<'_>> {
        let numbers = Numbers { bytes: self.bytes.get(self.numbers.clone())? };
        let texts = simdutf8::basic::from_utf8(self.bytes.get(self.numbers.end..)?).ok()?;
        Some(Rows { numbers, texts, at: 0, end: 0 })
    }

    fn all(&self) -> impl Iterator<Item = Row<'_>> {
        let mut rows = self.reader();
        std::iter::from_fn(move || rows.as_mut()?.next_row()).take(self.rows)
    }

    /// The record of a conversation: the last, where its key stands twice.
    #[must_use]
    pub fn entry(&self, id: &ConversationId) -> Option<Entry> {
        self.all().filter(|row| row.id == id.as_str()).last().map(|row| row.entry())
    }

    /// The rows in file order, each conversation once.
    #[must_use]
    pub fn rows(&self) -> Vec<Summary> {
        match self.keys {
            Keys::Once => {
                let mut rows = Vec::with_capacity(self.rows);
                rows.extend(self.all().map(|row| row.summary()));
                rows
            }
            Keys::Repeated => self.index().rows(),
        }
    }

    /// All of it.
    #[must_use]
    pub fn index(&self) -> Index {
        let mut entries = Vec::with_capacity(self.rows);
        entries.extend(self.all().map(|row| row.entry()));
        Index { entries, object: self.object.clone() }
    }
}

/// What is still to be read.
struct Rows<'a> {
    numbers: Numbers<'a>,
    texts: &'a str,
    /// How far in the texts.
    at: usize,
    /// Where the record before ends.
    end: usize,
}

impl<'a> Rows<'a> {
    fn text(&mut self) -> Option<&'a str> {
        let end = self.at.checked_add(self.numbers.size()?)?;
        let text = self.texts.get(self.at..end)?;
        self.at = end;
        Some(text)
    }

    /// The words of the last of a few; the others have none.
    fn code(&mut self, code: u8, last: u8) -> Option<Code<'a>> {
        Some(Code(code, if code == last { self.text()? } else { "" }))
    }

    fn next_row(&mut self) -> Option<Row<'a>> {
        let id = self.text()?;
        let member = self.numbers.range(self.end)?;
        let value = self.numbers.size()?.checked_add(member.start)?..member.end;
        if value.start > value.end {
            return None;
        }
        self.end = member.end;
        let title = self.text()?;
        let created_at = self.numbers.signed()?;
        let last_update = created_at.wrapping_add(self.numbers.signed()?);
        let message_count = self.numbers.size()?;
        let flags = u8::try_from(self.numbers.number()?).ok()?;
        let keys = match flags & 3 {
            0 => MessageKeys::None,
            1 => MessageKeys::Four,
            _ => MessageKeys::More,
        };
        let last_role = self.code(flags >> 2 & 3, OTHER_ROLE)?;
        let readability = self.code(flags >> 4, DAMAGED)?;
        Some(Row {
            id,
            member,
            value,
            title,
            created_at,
            last_update,
            message_count,
            keys,
            last_role,
            readability,
        })
    }
}

const OTHER_ROLE: u8 = 3;
const DAMAGED: u8 = 2;

impl Row<'_> {
    const fn is_known(&self) -> bool {
        self.readability.0 <= DAMAGED
    }

    fn summary(&self) -> Summary {
        Summary {
            id: ConversationId::new(self.id),
            title: self.title.to_owned(),
            created_at: Timestamp::from_seconds(self.created_at),
            last_update: Timestamp::from_seconds(self.last_update),
            message_count: self.message_count,
            last_role: match self.last_role {
                Code(0, _) => None,
                Code(1, _) => Some(Role::User),
                Code(2, _) => Some(Role::Assistant),
                Code(_, other) => Some(Role::Other(other.to_owned())),
            },
            readability: match self.readability {
                Code(0, _) => Readability::Whole,
                Code(1, _) => Readability::NotStoredLocally,
                Code(_, reason) => Readability::Damaged(reason.to_owned()),
            },
        }
    }

    fn entry(&self) -> Entry {
        let summary = self.summary();
        Entry {
            id: summary.id.clone(),
            member: self.member.clone(),
            value: self.value.clone(),
            summary,
            keys: self.keys,
        }
    }
}

/// Adds a table.
pub(super) fn pack(index: &Index, out: &mut Vec<u8>) {
    let mut numbers = Vec::with_capacity(index.entries.len().saturating_mul(24));
    let mut texts = String::with_capacity(index.entries.len().saturating_mul(64));
    let mut end = 0;
    for entry in &index.entries {
        pack_row(entry, end, &mut numbers, &mut texts);
        end = entry.member.end;
    }
    let repeated = index.records().len() != index.entries.len();
    put_range(&index.object, 0, out);
    put(index.entries.len() as u64, out);
    put(u64::from(repeated), out);
    put(numbers.len() as u64, out);
    out.append(&mut numbers);
    out.extend_from_slice(texts.as_bytes());
}

fn pack_row(entry: &Entry, before: usize, numbers: &mut Vec<u8>, texts: &mut String) {
    let Entry { id, member, value, summary, keys } = entry;
    let mut text = |text: &str, numbers: &mut Vec<u8>| {
        put(text.len() as u64, numbers);
        texts.push_str(text);
    };
    text(id.as_str(), numbers);
    put_range(member, before, numbers);
    put(value.start.wrapping_sub(member.start) as u64, numbers);
    text(&summary.title, numbers);
    let (created_at, last_update) = (summary.created_at.seconds(), summary.last_update.seconds());
    put_signed(created_at, numbers);
    put_signed(last_update.wrapping_sub(created_at), numbers);
    put(summary.message_count as u64, numbers);
    let keys = match keys {
        MessageKeys::None => 0,
        MessageKeys::Four => 1,
        MessageKeys::More => 2,
    };
    let (role, other) = match &summary.last_role {
        None => (0, None),
        Some(Role::User) => (1, None),
        Some(Role::Assistant) => (2, None),
        Some(Role::Other(role)) => (OTHER_ROLE, Some(role)),
    };
    let (readability, reason) = match &summary.readability {
        Readability::Whole => (0, None),
        Readability::NotStoredLocally => (1, None),
        Readability::Damaged(reason) => (DAMAGED, Some(reason)),
    };
    put(u64::from(keys | role << 2 | readability << 4), numbers);
    for words in [other, reason].into_iter().flatten() {
        text(words, numbers);
    }
}

fn put(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(0x80 | number.to_le_bytes()[0]);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Small numbers of either sign become small ones.
fn put_signed(number: i64, out: &mut Vec<u8>) {
    put((number << 1 ^ number >> 63).cast_unsigned(), out);
}

/// A range that is not far behind a place.
fn put_range(range: &Range<usize>, before: usize, out: &mut Vec<u8>) {
    put(range.start.wrapping_sub(before) as u64, out);
    put(range.end.wrapping_sub(range.start) as u64, out);
}

struct Numbers<'a> {
    bytes: &'a [u8],
}

impl Numbers<'_> {
    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        if *first < 0x80 {
            return Some(u64::from(*first));
        }
        let mut number = u64::from(*first & 0x7f);
        for shift in (7..u64::BITS).step_by(7) {
            let (next, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(*next & 0x7f) << shift;
            if *next < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ (number & 1).cast_signed().wrapping_neg())
    }

    fn range(&mut self, before: usize) -> Option<Range<usize>> {
        let start = before.wrapping_add(self.size()?);
        Some(start..start.checked_add(self.size()?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn role() -> impl Strategy<Value = Option<Role>> {
        prop_oneof![
            Just(None),
            Just(Some(Role::User)),
            Just(Some(Role::Assistant)),
            "[a-z名]{1,8}".prop_map(|role| Some(Role::Other(role))),
        ]
    }

    fn readability() -> impl Strategy<Value = Readability> {
        prop_oneof![
            Just(Readability::Whole),
            Just(Readability::NotStoredLocally),
            "[a-z名]{0,8}".prop_map(Readability::Damaged),
        ]
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let keys =
            prop_oneof![Just(MessageKeys::None), Just(MessageKeys::Four), Just(MessageKeys::More)];
        let sizes = (1_usize..2000, 0_usize..400, 0_usize..100_000);
        ("[a-c]{0,2}", ".{0,40}", any::<[i64; 2]>(), sizes, role(), readability(), keys).prop_map(
            |(id, title, [created, updated], (gap, key, length), last_role, readability, keys)| {
                let id = ConversationId::new(id);
                let summary = Summary {
                    id: id.clone(),
                    title,
                    created_at: Timestamp::from_seconds(created),
                    last_update: Timestamp::from_seconds(updated),
                    message_count: length,
                    last_role,
                    readability,
                };
                // Places are put one behind the other later.
                let member = gap..gap + key + length;
                Entry { id, value: gap + key..member.end, member, summary, keys }
            },
        )
    }

    fn table() -> impl Strategy<Value = Index> {
        prop::collection::vec(entry(), 0..8).prop_map(|mut entries| {
            let mut end = 3;
            for entry in &mut entries {
                for range in [&mut entry.member, &mut entry.value] {
                    *range = range.start + end..range.end + end;
                }
                end = entry.member.end;
            }
            Index { entries, object: 3..end + 2 }
        })
    }

    proptest! {
        #[test]
        fn what_was_packed_says_the_same_without_being_taken_apart(index in table()) {
            let mut bytes = b"head".to_vec();
            pack(&index, &mut bytes);
            let packed = Packed::new(bytes.clone(), 4, index.object.end).unwrap();
            prop_assert_eq!(packed.rows(), index.rows());
            for id in ["", "a", "ab", "cc", "x"].map(ConversationId::new) {
                prop_assert_eq!(packed.entry(&id), index.entry(&id).cloned());
            }
            prop_assert_eq!(packed.index(), index.clone());
            // A shorter file, or bytes that are cut, are not what it was made from.
            prop_assert_eq!(Packed::new(bytes.clone(), 4, index.object.end - 1), None);
            for cut in 4..bytes.len() {
                prop_assert_eq!(Packed::new(bytes[..cut].to_vec(), 4, index.object.end), None);
            }
        }

        #[test]
        fn bytes_of_any_kind_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(packed) = Packed::new(bytes, 0, 1000) {
                prop_assert_eq!(packed.index().entries.len(), packed.rows);
            }
        }
    }
}
