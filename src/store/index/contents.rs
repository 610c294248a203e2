//! The table of contents of one version of the shared file, read from front to back.
//! Must not hold any of the file's text but ids and titles: the file may be larger than memory.

use std::collections::HashSet;
use std::io::Read;
use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary};

use super::super::json::stream::Stream;
use super::entry::{IndexEntry, entry};
use super::error::IndexError;
use super::record::MessageKeys;
use crate::store::json::parser;

/// Every record of one version of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// In file order; of a repeated key, the last record counts.
    pub entries: Vec<IndexEntry>,
    /// Bytes from the first brace of the file to the last.
    pub object: Range<usize>,
}

impl Index {
    /// Reads the table of contents of a whole text.
    ///
    /// # Errors
    /// When the text is not one JSON object.
    pub fn of(text: &str) -> Result<Self, IndexError> {
        Self::read_buffered(text.as_bytes(), text.len())
    }

    /// Reads it from a reader, once from front to back.
    pub(super) fn read_buffered(source: impl Read, buffer: usize) -> Result<Self, IndexError> {
        let mut stream = Stream::new(source, buffer);
        stream.skip_space()?;
        let start = stream.position();
        let mut entries = Vec::new();
        let first = stream.peek()?.ok_or(IndexError::Empty)?;
        let is_object = first == b'{';
        if is_object {
            parser::for_each_member(&mut stream, |stream, key| {
                entries.push(entry(stream, key)?);
                Ok(())
            })?;
        } else {
            parser::skip_value(&mut stream)?;
        }
        let object = start..stream.position();
        parser::expect_end(&mut stream)?;
        if is_object { Ok(Self { entries, object }) } else { Err(IndexError::NotAnObject) }
    }

    /// The record of a conversation: the last, if its key is repeated.
    #[must_use]
    pub fn entry(&self, id: &ConversationId) -> Option<&IndexEntry> {
        self.entries.iter().rev().find(|entry| *entry.id() == *id)
    }

    /// The rows of the list in file order, each conversation once.
    #[must_use]
    pub fn rows(&self) -> Vec<ConversationSummary> {
        self.records().into_iter().map(|entry| entry.summary.clone()).collect()
    }

    /// The records that count, in file order: of a repeated key, the last.
    #[must_use]
    pub fn records(&self) -> Vec<&IndexEntry> {
        let mut seen = HashSet::with_capacity(self.entries.len());
        let mut last: Vec<&IndexEntry> =
            self.entries.iter().rev().filter(|entry| seen.insert(entry.id())).collect();
        last.reverse();
        last
    }

    /// Whether the file has messages and every one of them carries only the four keys of 2025.
    #[must_use]
    pub fn has_only_four_keys(&self) -> bool {
        self.entries.iter().any(|entry| entry.message_keys == MessageKeys::Four)
            && self.entries.iter().all(|entry| entry.message_keys != MessageKeys::Extended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Readability;
    use crate::store::json::stream::StreamError;
    use proptest::prelude::*;

    /// Some of everything, in the web app's layout and in none.
    fn samples() -> Vec<String> {
        let web = "{\n  \"a\": {\n    \"data\": {\n      \"id\": \"a\",\n      \"created_at\": 5,\n      \"metadata\": {},\n      \"object\": \"conversation\"\n    },\n    \"chat_name\": \"Ein \\\"Titel\\\" 名\",\n    \"last_update\": 9,\n    \"messages\": [\n      {\n        \"role\": \"user\",\n        \"text\": \"q \\\\ \\n \\u00e9 😀\",\n        \"timestamp\": 5,\n        \"response_id\": null,\n        \"reasoning_data\": null,\n        \"agent_preset_id\": null,\n        \"model\": null,\n        \"reasoning_level\": null\n      },\n      {\n        \"role\": \"assistant\",\n        \"text\": \"\",\n        \"timestamp\": 6,\n        \"response_id\": \"resp_1\",\n        \"reasoning_data\": {\n          \"x\": [1, -0.5e+3, {}]\n        },\n        \"agent_preset_id\": \"p\",\n        \"model\": null,\n        \"reasoning_level\": null\n      }\n    ],\n    \"last_response_id\": \"resp_1\"\n  },\n  \"b\": {\n    \"chat_name\": \"four\",\n    \"last_update\": 1.5,\n    \"messages\": [\n      {\n        \"role\": \"user\",\n        \"text\": \"q\",\n        \"timestamp\": 5,\n        \"response_id\": null\n      }\n    ]\n  }\n}";
        let value: serde_json::Value = serde_json::from_str(web).unwrap();
        let odd = r#" {"\u0061":{"chat\u005fname":"T","last_update":"17","messages":[{"r\u006fle":"system","text":"x","timestamp":1,"response_id":null}]},
            "t":{"data":{"object":"thread","created_at":3},"chat_name":"Old","last_update":4.25,"assistant_id":"x"},
            "bad":[1,2],"null":null,"a":{"chat_name":1}} "#;
        vec![
            web.to_owned(),
            web.replace('\n', "\r\n"),
            value.to_string(),
            odd.to_owned(),
            "{}".to_owned(),
        ]
    }

    #[test]
    fn the_rows_are_the_same_in_every_layout_and_through_every_buffer() {
        let [web, other, compact, ..] = &samples()[..] else { panic!() };
        let rows = Index::of(web).unwrap().rows();
        assert_eq!(rows[0].title.stored(), "Ein \"Titel\" 名");
        assert_eq!((rows[0].message_count, rows[1].message_count), (2, 1));
        assert_eq!(rows[0].created_at.seconds(), 5);
        assert_eq!(rows[0].last_role, Some(crate::chat::Role::Assistant));
        assert_eq!(Index::of(other).unwrap().rows(), rows);
        assert_eq!(Index::of(compact).unwrap().rows(), rows);
        for text in samples() {
            let whole = Index::of(&text).unwrap();
            for size in 512..700 {
                // A text longer than the buffer, whose end every token meets once.
                let long = format!("{}{text}", " ".repeat(size));
                let index = Index::read_buffered(long.as_bytes(), 512).unwrap();
                assert_eq!(index.rows(), whole.rows());
                for (entry, other) in index.entries.iter().zip(&whole.entries) {
                    assert_eq!(long[entry.member.clone()], text[other.member.clone()]);
                    assert_eq!(long[entry.value.clone()], text[other.value.clone()]);
                }
            }
        }
    }

    #[test]
    fn escaped_keys_and_damaged_records_are_recognised() {
        let odd = Index::of(&samples()[3]).unwrap();
        let rows = odd.rows();
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].readability, Readability::NotStoredLocally);
        let reason = |row: &ConversationSummary| match &row.readability {
            Readability::Damaged(reason) => reason.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(&rows[1]), "it is not an object");
        assert_eq!(reason(&rows[3]), "it has no title");
        assert_eq!(odd.entries[0].summary.title.stored(), "T");
        assert_eq!(odd.entries[0].message_keys, MessageKeys::Four);
        assert!(odd.has_only_four_keys());
        assert!(!Index::of(&samples()[0]).unwrap().has_only_four_keys());
    }

    #[test]
    fn invalid_utf8_is_found_at_any_position() {
        for position in [0, 1, 510, 511, 512, 513, 700, 1100] {
            let mut bytes = format!("{{\"a\": \"{}\"}}", "x".repeat(1200)).into_bytes();
            bytes[position] = 0xff;
            match Index::read_buffered(&bytes[..], 512) {
                Err(IndexError::Stream(StreamError::NotUtf8(at))) => assert_eq!(at, position),
                other => panic!("{other:?}"),
            }
        }
        let cut = [b"{\"a\": \"".as_slice(), &[0xe5, 0x90]].concat();
        assert!(matches!(
            Index::read_buffered(&cut[..], 512),
            Err(IndexError::Stream(StreamError::NotUtf8(7)))
        ));
        let whole = format!("{{\"{}\": 1}}", "名😀".repeat(400));
        assert_eq!(Index::read_buffered(whole.as_bytes(), 512).unwrap().entries.len(), 1);
    }

    proptest! {
        /// A file damaged at any byte is JSON here exactly where it is JSON for a full parser.
        #[test]
        fn a_damaged_file_is_json_exactly_if_a_full_parser_says_so(
            which in 0_usize..4,
            at in any::<prop::sample::Index>(),
            byte in prop::sample::select(b"\"\\{}[],:0-.e u\nxtn\t\x01".to_vec()),
            what in 0_u8..3,
        ) {
            let mut bytes = samples()[which].clone().into_bytes();
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
            let text = std::str::from_utf8(&bytes).ok();
            let json = text.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
            let json = json.filter(serde_json::Value::is_object);
            for size in [512, 4096] {
                match (Index::read_buffered(&bytes[..], size), &json) {
                    (Ok(_), Some(_)) | (Err(_), None) => {}
                    (ours, _) => prop_assert!(false, "{ours:?}\n{}", String::from_utf8_lossy(&bytes)),
                }
            }
        }
    }
}
