//! A table of contents as bytes: small on disk, and read row by row without unpacking it.
//!
//! First all numbers as varints, those of a row relative to the row before; then all texts.

use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary, Readability, Role, Timestamp};

use super::contents::Index;
use super::entry::IndexEntry;
use super::record::MessageKeys;

/// A table that was checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackedIndex {
    bytes: Vec<u8>,
    /// The numbers of the rows; the texts follow.
    number_range: Range<usize>,
    rows: usize,
    object: Range<usize>,
    /// Whether an id occurs twice, of which only the last row counts.
    has_repeated_keys: bool,
}

/// A row as the bytes have it.
struct PackedRow<'a> {
    id: &'a str,
    member: Range<usize>,
    value: Range<usize>,
    title: &'a str,
    created_at: i64,
    last_update: i64,
    message_count: usize,
    message_keys: MessageKeys,
    message_list: Option<Range<usize>>,
    last_role: TaggedText<'a>,
    readability: TaggedText<'a>,
}

/// One of a few, the last of which has words.
struct TaggedText<'a>(u8, &'a str);

impl PackedIndex {
    /// Checks the table in `bytes` from an offset on, for a file of `length` bytes; `None` where any row
    /// cannot be read.
    pub(crate) fn new(bytes: Vec<u8>, from: usize, length: usize) -> Option<Self> {
        let mut head = VarintReader { bytes: bytes.get(from..)? };
        let object = head.read_range(0)?;
        let (rows, repeated, size) = (head.read_usize()?, head.read_u64()?, head.read_usize()?);
        let start = bytes.len().checked_sub(head.bytes.len())?;
        let numbers = start..start.checked_add(size)?;
        let has_repeated_keys = repeated != 0;
        let packed = Self { bytes, number_range: numbers, rows, object, has_repeated_keys };
        (packed.object.end <= length && packed.is_valid()).then_some(packed)
    }

    /// Whether every row can be read and nothing is left over.
    fn is_valid(&self) -> bool {
        let Some(mut rows) = self.row_reader() else { return false };
        for _ in 0..self.rows {
            let Some(row) = rows.next_row() else { return false };
            let fits = self.object.start <= row.member.start
                && row.value.end == row.member.end
                && row.message_list.as_ref().is_none_or(|list| list.end <= row.value.end)
                && row.member.end <= self.object.end;
            if !fits || !row.is_readability_known() {
                return false;
            }
        }
        rows.numbers.bytes.is_empty() && rows.text_offset == rows.texts.len()
    }

    fn row_reader(&self) -> Option<RowReader<'_>> {
        let numbers = VarintReader { bytes: self.bytes.get(self.number_range.clone())? };
        let texts = simdutf8::basic::from_utf8(self.bytes.get(self.number_range.end..)?).ok()?;
        Some(RowReader { numbers, texts, text_offset: 0, previous_end: 0 })
    }

    fn iter_rows(&self) -> impl Iterator<Item = PackedRow<'_>> {
        let mut rows = self.row_reader();
        std::iter::from_fn(move || rows.as_mut()?.next_row()).take(self.rows)
    }

    /// The record of a conversation: the last, if its key is repeated.
    pub(crate) fn entry(&self, id: &ConversationId) -> Option<IndexEntry> {
        self.iter_rows().filter(|row| row.id == id.as_str()).last().map(|row| row.entry())
    }

    /// The rows in file order, each conversation once.
    pub(crate) fn rows(&self) -> Vec<ConversationSummary> {
        if self.has_repeated_keys {
            return self.unpack().rows();
        }
        let mut rows = Vec::with_capacity(self.rows);
        rows.extend(self.iter_rows().map(|row| row.summary()));
        rows
    }

    pub(crate) fn unpack(&self) -> Index {
        let mut entries = Vec::with_capacity(self.rows);
        entries.extend(self.iter_rows().map(|row| row.entry()));
        Index { entries, object: self.object.clone() }
    }
}

/// What is still to be read.
struct RowReader<'a> {
    numbers: VarintReader<'a>,
    texts: &'a str,
    /// Bytes of `texts` that earlier rows have used.
    text_offset: usize,
    /// Where the record before ends.
    previous_end: usize,
}

impl<'a> RowReader<'a> {
    fn read_text(&mut self) -> Option<&'a str> {
        let end = self.text_offset.checked_add(self.numbers.read_usize()?)?;
        let text = self.texts.get(self.text_offset..end)?;
        self.text_offset = end;
        Some(text)
    }

    /// The words of the last of a few; the others have none.
    fn read_tagged_text(&mut self, code: u8, last: u8) -> Option<TaggedText<'a>> {
        Some(TaggedText(code, if code == last { self.read_text()? } else { "" }))
    }

    fn next_row(&mut self) -> Option<PackedRow<'a>> {
        let id = self.read_text()?;
        let member = self.numbers.read_range(self.previous_end)?;
        let value = self.numbers.read_usize()?.checked_add(member.start)?..member.end;
        if value.start > value.end {
            return None;
        }
        self.previous_end = member.end;
        let title = self.read_text()?;
        let created_at = self.numbers.read_i64()?;
        let last_update = created_at.wrapping_add(self.numbers.read_i64()?);
        let message_count = self.numbers.read_usize()?;
        let message_list = match self.numbers.read_usize()? {
            0 => None,
            length => {
                let start = value.start.checked_add(self.numbers.read_usize()?)?;
                Some(start..start.checked_add(length)?)
            }
        };
        let flags = u8::try_from(self.numbers.read_u64()?).ok()?;
        let keys = match flags & 3 {
            0 => MessageKeys::None,
            1 => MessageKeys::Four,
            _ => MessageKeys::Extended,
        };
        let last_role = self.read_tagged_text(flags >> 2 & 3, OTHER_ROLE)?;
        let readability = self.read_tagged_text(flags >> 4, DAMAGED)?;
        Some(PackedRow {
            id,
            member,
            value,
            title,
            created_at,
            last_update,
            message_count,
            message_keys: keys,
            message_list,
            last_role,
            readability,
        })
    }
}

const OTHER_ROLE: u8 = 3;
const DAMAGED: u8 = 2;

impl PackedRow<'_> {
    const fn is_readability_known(&self) -> bool {
        self.readability.0 <= DAMAGED
    }

    fn summary(&self) -> ConversationSummary {
        ConversationSummary {
            id: ConversationId::new(self.id),
            title: self.title.into(),
            created_at: Timestamp::from_seconds(self.created_at),
            last_update: Timestamp::from_seconds(self.last_update),
            message_count: self.message_count,
            last_role: match self.last_role {
                TaggedText(0, _) => None,
                TaggedText(1, _) => Some(Role::User),
                TaggedText(2, _) => Some(Role::Assistant),
                TaggedText(_, other) => Some(Role::Other(other.to_owned())),
            },
            readability: match self.readability {
                TaggedText(0, _) => Readability::Whole,
                TaggedText(1, _) => Readability::NotStoredLocally,
                TaggedText(_, reason) => Readability::Damaged(reason.to_owned()),
            },
        }
    }

    fn entry(&self) -> IndexEntry {
        let summary = self.summary();
        IndexEntry {
            id: summary.id.clone(),
            member: self.member.clone(),
            value: self.value.clone(),
            summary,
            message_keys: self.message_keys,
            message_list: self.message_list.clone(),
        }
    }
}

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
    put_varint(index.entries.len() as u64, out);
    put_varint(u64::from(repeated), out);
    put_varint(numbers.len() as u64, out);
    out.append(&mut numbers);
    out.extend_from_slice(texts.as_bytes());
}

fn pack_row(entry: &IndexEntry, before: usize, numbers: &mut Vec<u8>, texts: &mut String) {
    let IndexEntry { id, member, value, summary, message_keys: keys, message_list } = entry;
    let mut text = |text: &str, numbers: &mut Vec<u8>| {
        put_varint(text.len() as u64, numbers);
        texts.push_str(text);
    };
    text(id.as_str(), numbers);
    put_range(member, before, numbers);
    put_varint(value.start.wrapping_sub(member.start) as u64, numbers);
    text(summary.title.stored(), numbers);
    let (created_at, last_update) = (summary.created_at.seconds(), summary.last_update.seconds());
    put_signed(created_at, numbers);
    put_signed(last_update.wrapping_sub(created_at), numbers);
    put_varint(summary.message_count as u64, numbers);
    // A list has at least its brackets.
    put_varint(message_list.as_ref().map_or(0, Range::len) as u64, numbers);
    if let Some(list) = message_list {
        put_varint(list.start.wrapping_sub(value.start) as u64, numbers);
    }
    let keys = match keys {
        MessageKeys::None => 0,
        MessageKeys::Four => 1,
        MessageKeys::Extended => 2,
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
    put_varint(u64::from(keys | role << 2 | readability << 4), numbers);
    for words in [other, reason].into_iter().flatten() {
        text(words, numbers);
    }
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(0x80 | number.to_le_bytes()[0]);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Small numbers of either sign become small ones.
fn put_signed(number: i64, out: &mut Vec<u8>) {
    put_varint((number << 1 ^ number >> 63).cast_unsigned(), out);
}

/// A range that begins shortly after a position.
fn put_range(range: &Range<usize>, before: usize, out: &mut Vec<u8>) {
    put_varint(range.start.wrapping_sub(before) as u64, out);
    put_varint(range.end.wrapping_sub(range.start) as u64, out);
}

struct VarintReader<'a> {
    bytes: &'a [u8],
}

impl VarintReader<'_> {
    #[inline]
    fn read_u64(&mut self) -> Option<u64> {
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

    fn read_usize(&mut self) -> Option<usize> {
        usize::try_from(self.read_u64()?).ok()
    }

    fn read_i64(&mut self) -> Option<i64> {
        let number = self.read_u64()?;
        Some((number >> 1).cast_signed() ^ (number & 1).cast_signed().wrapping_neg())
    }

    fn read_range(&mut self, before: usize) -> Option<Range<usize>> {
        let start = before.wrapping_add(self.read_usize()?);
        Some(start..start.checked_add(self.read_usize()?)?)
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

    fn entry() -> impl Strategy<Value = IndexEntry> {
        let keys = prop_oneof![
            Just(MessageKeys::None),
            Just(MessageKeys::Four),
            Just(MessageKeys::Extended)
        ];
        let sizes = (1_usize..2000, 0_usize..400, 0_usize..100_000);
        ("[a-c]{0,2}", ".{0,40}", any::<[i64; 2]>(), sizes, role(), readability(), keys).prop_map(
            |(id, title, [created, updated], (gap, key, length), last_role, readability, keys)| {
                let id = ConversationId::new(id);
                let summary = ConversationSummary {
                    id: id.clone(),
                    title: title.into(),
                    created_at: Timestamp::from_seconds(created),
                    last_update: Timestamp::from_seconds(updated),
                    message_count: length,
                    last_role,
                    readability,
                };
                // The positions are made consecutive later.
                let member = gap..gap + key + length;
                let value = gap + key..member.end;
                let message_list = (length % 3 > 0).then(|| value.start + length / 3..value.end);
                IndexEntry { id, member, value, summary, message_keys: keys, message_list }
            },
        )
    }

    fn table() -> impl Strategy<Value = Index> {
        prop::collection::vec(entry(), 0..8).prop_map(|mut entries| {
            let mut end = 3;
            for entry in &mut entries {
                let list = entry.message_list.as_mut();
                for range in [&mut entry.member, &mut entry.value].into_iter().chain(list) {
                    *range = range.start + end..range.end + end;
                }
                end = entry.member.end;
            }
            Index { entries, object: 3..end + 2 }
        })
    }

    proptest! {
        #[test]
        fn a_packed_table_gives_the_same_rows_and_entries(index in table()) {
            let mut bytes = b"head".to_vec();
            pack(&index, &mut bytes);
            let packed = PackedIndex::new(bytes.clone(), 4, index.object.end).unwrap();
            prop_assert_eq!(packed.rows(), index.rows());
            for id in ["", "a", "ab", "cc", "x"].map(ConversationId::new) {
                prop_assert_eq!(packed.entry(&id), index.entry(&id).cloned());
            }
            prop_assert_eq!(packed.unpack(), index.clone());
            // A shorter file, or bytes that are cut, are not what it was made from.
            prop_assert_eq!(PackedIndex::new(bytes.clone(), 4, index.object.end - 1), None);
            for cut in 4..bytes.len() {
                prop_assert_eq!(PackedIndex::new(bytes[..cut].to_vec(), 4, index.object.end), None);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(packed) = PackedIndex::new(bytes, 0, 1000) {
                prop_assert_eq!(packed.unpack().entries.len(), packed.rows);
            }
        }
    }
}
