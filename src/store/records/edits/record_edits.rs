//! Edits of the members of one record: missing ones are added after the last.

use crate::chat::{ResponseId, Timestamp};

use crate::store::file::error::StoreError;
use crate::store::index::keys::LAST_RESPONSE_ID;
use crate::store::json::edit::ByteEdit;
use crate::store::json::{members, to_json_string};
use crate::store::records::edits::record::text_or_null;
use crate::store::records::read::RecordRanges;

/// The edits collected so far, in any order.
pub(super) struct RecordEdits<'a> {
    text: &'a str,
    record: &'a RecordRanges,
    pub edits: Vec<ByteEdit>,
    /// The members the record lacks, each with its comma in front.
    added: String,
}

impl<'a> RecordEdits<'a> {
    pub(super) fn of(text: &'a str, record: &'a RecordRanges) -> Self {
        Self { text, record, edits: Vec::new(), added: String::new() }
    }

    pub(super) fn set_title(&mut self, title: &str) -> Result<(), StoreError> {
        let range = self.record.chat_name.clone();
        let range = range.ok_or_else(|| StoreError::Damaged("it has no title".to_owned()))?;
        self.edits.push(ByteEdit { range, replacement: to_json_string(title) });
        Ok(())
    }

    pub(super) fn set_last_update(&mut self, at: Timestamp) -> Result<(), StoreError> {
        let range = self.record.last_update.clone();
        let damaged = || StoreError::Damaged("it has no time of its last update".to_owned());
        let range = range.ok_or_else(damaged)?;
        self.edits.push(ByteEdit { range, replacement: at.seconds().to_string() });
        Ok(())
    }

    pub(super) fn set_last_response_id(&mut self, id: Option<&ResponseId>) {
        let value = text_or_null(id.map(ResponseId::as_str));
        match &self.record.last_response_id {
            Some(range) => {
                self.edits.push(ByteEdit { range: range.clone(), replacement: value });
            }
            None => self.add_member(LAST_RESPONSE_ID, &value),
        }
    }

    /// Adds a member that the record lacks.
    pub(super) fn add_member(&mut self, key: &str, value: &str) {
        self.added.push_str(&format!(",\n    \"{key}\": {value}"));
    }

    /// The edits in the order of the text.
    pub(super) fn finish(mut self) -> Vec<ByteEdit> {
        if !self.added.is_empty() {
            let members = members(self.text, 0..self.text.len()).unwrap_or_default();
            let end = members.last().map_or(self.text.len(), |last| last.value.end);
            self.edits.push(ByteEdit { range: end..end, replacement: self.added });
        }
        self.edits.sort_by_key(|edit| edit.range.start);
        self.edits
    }
}
