//! The table of contents as bytes, for the cache: numbers as varints, then all texts in one.

use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary, Readability, Role, Timestamp};

use super::contents::Index;
use super::entry::IndexEntry;
use super::record::MessageKeys;

/// The bytes of a table.
pub(super) fn pack(index: &Index) -> Vec<u8> {
    let mut to = Packer::default();
    to.put_range(&index.object);
    to.put_number(index.entries.len());
    index.entries.iter().for_each(|entry| to.put_entry(entry));
    let mut packed = Packer::default();
    packed.put_number(to.numbers.len());
    [packed.numbers, to.numbers, to.texts.into_bytes()].concat()
}

/// The table in bytes, for a file of `length` bytes; `None` where they are not one.
pub(super) fn unpack(bytes: &[u8], length: usize) -> Option<Index> {
    let mut all = Unpacker { numbers: bytes, texts: "" };
    let numbers = all.read_number()?;
    let (numbers, texts) = all.numbers.split_at_checked(numbers)?;
    // One check of all texts is a fraction of a check of each.
    let mut from = Unpacker { numbers, texts: std::str::from_utf8(texts).ok()? };
    let object = from.read_range()?;
    let count = from.read_number()?;
    // Each takes several bytes, however many are claimed.
    let mut entries = Vec::with_capacity(count.min(bytes.len() / 8));
    for _ in 0..count {
        entries.push(from.read_entry()?);
    }
    let fits = from.numbers.is_empty()
        && from.texts.is_empty()
        && object.end <= length
        && entries.iter().all(|entry| lies_within(entry, object.end));
    fits.then_some(Index { entries, object })
}

/// Whether the parts of a record lie within each other, and all of it in the first `end` bytes.
fn lies_within(entry: &IndexEntry, end: usize) -> bool {
    let IndexEntry { member, value, message_list, .. } = entry;
    let list = message_list.as_ref().unwrap_or(value);
    member.start <= value.start
        && value.start <= list.start
        && list.start <= list.end
        && list.end <= value.end
        && member.end <= end
}

#[derive(Default)]
struct Packer {
    numbers: Vec<u8>,
    texts: String,
}

impl Packer {
    fn put_entry(&mut self, entry: &IndexEntry) {
        let IndexEntry { member, value, summary, message_keys, message_list } = entry;
        self.put_text(summary.id.as_str());
        self.put_range(member);
        self.put_number(value.start);
        self.put_text(summary.title.stored());
        self.put_u64(summary.created_at.seconds().cast_unsigned());
        self.put_u64(summary.last_update.seconds().cast_unsigned());
        self.put_number(summary.message_count);
        self.put_number(match message_keys {
            MessageKeys::None => 0,
            MessageKeys::Four => 1,
            MessageKeys::Extended => 2,
        });
        // A list has at least its brackets.
        self.put_range(message_list.as_ref().unwrap_or(&(0..0)));
        self.put_number(usize::from(summary.last_role.is_some()));
        self.put_text(summary.last_role.as_ref().map_or("", Role::as_str));
        let (readability, reason) = match &summary.readability {
            Readability::Whole => (0, ""),
            Readability::NotStoredLocally => (1, ""),
            Readability::Damaged(reason) => (2, reason.as_str()),
        };
        self.put_number(readability);
        self.put_text(reason);
    }

    fn put_text(&mut self, text: &str) {
        self.put_number(text.len());
        self.texts.push_str(text);
    }

    fn put_range(&mut self, range: &Range<usize>) {
        self.put_number(range.start);
        self.put_number(range.len());
    }

    fn put_number(&mut self, number: usize) {
        self.put_u64(number as u64);
    }

    fn put_u64(&mut self, mut number: u64) {
        while number > 0x7f {
            self.numbers.push(0x80 | number.to_le_bytes()[0]);
            number >>= 7;
        }
        self.numbers.push(number.to_le_bytes()[0]);
    }
}

/// What is still to be read.
struct Unpacker<'a> {
    numbers: &'a [u8],
    texts: &'a str,
}

impl<'a> Unpacker<'a> {
    fn read_entry(&mut self) -> Option<IndexEntry> {
        let id = ConversationId::new(self.read_text()?);
        let member = self.read_range()?;
        let value = self.read_number()?..member.end;
        let summary = ConversationSummary {
            id,
            title: self.read_text()?.into(),
            created_at: Timestamp::from_seconds(self.read_u64()?.cast_signed()),
            last_update: Timestamp::from_seconds(self.read_u64()?.cast_signed()),
            message_count: self.read_number()?,
            last_role: None,
            readability: Readability::Whole,
        };
        let message_keys = match self.read_number()? {
            0 => MessageKeys::None,
            1 => MessageKeys::Four,
            _ => MessageKeys::Extended,
        };
        let list = self.read_range()?;
        let has_role = self.read_number()? > 0;
        let role = self.read_text()?;
        let last_role = has_role.then(|| Role::from(role));
        let readability = match (self.read_number()?, self.read_text()?) {
            (0, _) => Readability::Whole,
            (1, _) => Readability::NotStoredLocally,
            (_, reason) => Readability::Damaged(reason.to_owned()),
        };
        let summary = ConversationSummary { last_role, readability, ..summary };
        let message_list = Some(list).filter(|list| !list.is_empty());
        let entry = IndexEntry { member, value, summary, message_keys, message_list };
        Some(entry)
    }

    fn read_text(&mut self) -> Option<&'a str> {
        let length = self.read_number()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    fn read_range(&mut self) -> Option<Range<usize>> {
        let start = self.read_number()?;
        Some(start..start.checked_add(self.read_number()?)?)
    }

    fn read_number(&mut self) -> Option<usize> {
        usize::try_from(self.read_u64()?).ok()
    }

    fn read_u64(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (next, rest) = self.numbers.split_first()?;
            self.numbers = rest;
            number |= u64::from(*next & 0x7f) << shift;
            if *next < 0x80 {
                return Some(number);
            }
        }
        None
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
                    id,
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
                IndexEntry { member, value, summary, message_keys: keys, message_list }
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
        fn a_packed_table_is_unpacked_as_it_was(index in table()) {
            let bytes = pack(&index);
            prop_assert_eq!(unpack(&bytes, index.object.end).unwrap(), index.clone());
            // A shorter file, or bytes that are cut, are not what it was made from.
            prop_assert_eq!(unpack(&bytes, index.object.end - 1), None);
            for cut in 0..bytes.len() {
                prop_assert_eq!(unpack(&bytes[..cut], index.object.end), None);
            }
        }

        #[test]
        fn a_table_with_a_changed_byte_is_refused_or_lies_within_the_file(
            index in table(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut bytes = pack(&index);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(changed) = unpack(&bytes, index.object.end) {
                for entry in &changed.entries {
                    let list = entry.message_list.clone().unwrap_or(entry.value.clone());
                    prop_assert!(entry.member.contains(&list.start) || list.is_empty());
                    prop_assert!(list.end <= entry.member.end);
                    prop_assert!(entry.member.end <= index.object.end);
                }
            }
        }
    }
}
