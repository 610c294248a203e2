//! The next version of the file, made by applying changes one after the other to the one there is.
//! Must not write anything: a draft that is dropped leaves no trace.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::chat::{Change, Conversation, ConversationId};

use crate::store::index::{Index, IndexEntry};
use crate::store::records::edits::check;
use crate::store::records::edits::layout::MemberEdit;
use crate::store::records::edits::patch::{new_message_keys, patch};
use crate::store::records::edits::record::{NewMessageKeys, conversation_json};
use crate::store::records::record_text::{Extent, RecordText};
use crate::store::records::sanitize::{self, AllowedModels};

mod error;
mod record;

pub(crate) use error::DraftError;
use record::DraftRecord;

/// Gives the text of a record that the draft needs; `None` where the file is not what its table of
/// contents says.
pub trait RecordSource {
    /// What can go wrong when the file is read.
    type Error;

    /// The text of a record's value, or as much of it as is needed.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_value(
        &mut self,
        entry: &IndexEntry,
        extent: Extent,
    ) -> Result<Option<RecordText>, Self::Error>;

    /// A part of the file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_text(&mut self, range: Range<usize>) -> Result<Option<String>, Self::Error>;
}

/// What a change did to a draft.
#[derive(Debug)]
pub struct AppliedChange {
    /// The text of the record before, as far as the change needed it; `None` where there was none.
    pub before: Option<Arc<str>>,
    /// Whether the draft is another one now.
    pub is_changed: bool,
}

/// The next version of the file.
#[derive(Debug)]
pub struct FileDraft<'a> {
    index: &'a Index,
    keys: NewMessageKeys,
    conversations: HashMap<ConversationId, DraftConversation>,
    /// Conversations in the order in which they were first touched.
    load_order: Vec<ConversationId>,
    /// The positions of each conversation's records; built once many are needed.
    positions: Option<HashMap<&'a ConversationId, Vec<usize>>>,
}

/// The positions of a conversation's records, and the text of the one that counts.
type RecordLookup = (Vec<usize>, Option<RecordText>);

/// Up to this many conversations are found one by one.
const MAX_LINEAR_LOOKUPS: usize = 4;

/// A conversation that a change was about.
#[derive(Debug, Clone)]
struct DraftConversation {
    /// The positions of its records in the file; the last one counts.
    positions: Vec<usize>,
    record: Option<DraftRecord>,
    is_changed: bool,
}

impl<'a> FileDraft<'a> {
    /// A draft that is the file as it is.
    #[must_use]
    pub fn of(index: &'a Index) -> Self {
        Self {
            index,
            keys: new_message_keys(index),
            conversations: HashMap::new(),
            load_order: Vec::new(),
            positions: None,
        }
    }

    /// Applies a change; a refused one leaves the draft as it was.
    ///
    /// # Errors
    /// With why it cannot be applied.
    pub fn apply<R: RecordSource>(
        &mut self,
        change: &Change,
        records: &mut R,
    ) -> Result<AppliedChange, DraftError<R::Error>> {
        let id = change.conversation();
        let before = self.load(id, extent_of(change), records)?;
        let now = match change {
            Change::Create { .. } | Change::Restore { .. } if before.is_some() => None,
            Change::Create { title, at, .. } => {
                let new = Conversation::new(id.clone(), title.stored(), *at);
                Some(DraftRecord::new(conversation_json(&new, NewMessageKeys::Eight), None)?)
            }
            Change::Restore { member, before, .. } => {
                let member = sanitize::sanitize(id, member, AllowedModels::Any).member;
                Some(DraftRecord::new(member.into_owned(), before.clone())?)
            }
            Change::Delete { .. } => return Ok(self.delete(id, before)),
            Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::RemoveMessages { .. }
            | Change::ReplaceFrom { .. } => self.patch_record(change, before.as_deref())?,
        };
        let Some(now) = now else { return Ok(AppliedChange { before, is_changed: false }) };
        check::verify(before.as_deref().unwrap_or_default(), now.value().text(), change)
            .map_err(DraftError::VerificationFailed)?;
        if let Some(touched) = self.conversations.get_mut(id) {
            (touched.record, touched.is_changed) = (Some(now), true);
        }
        Ok(AppliedChange { before, is_changed: true })
    }

    /// Applies changes of one conversation together or not at all.
    ///
    /// # Errors
    /// With why one of them cannot be applied; the draft is as it was then.
    pub fn apply_all<R: RecordSource>(
        &mut self,
        changes: &[Change],
        records: &mut R,
    ) -> Result<Vec<AppliedChange>, DraftError<R::Error>> {
        let saved: Vec<_> = changes
            .iter()
            .map(Change::conversation)
            .map(|id| (id.clone(), self.conversations.get(id).cloned()))
            .collect();
        let applied = changes.iter().map(|change| self.apply(change, records)).collect();
        if Result::is_err(&applied) {
            for (id, before) in saved.into_iter().rev() {
                match before {
                    Some(before) => self.conversations.insert(id, before),
                    None => self.conversations.remove(&id),
                };
            }
        }
        applied
    }

    /// The conversation of a change as it is in the draft, as far as the change needs it. It is held in
    /// memory, so that the change does not read it a second time.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn conversation_of<R: RecordSource>(
        &mut self,
        change: &Change,
        records: &mut R,
    ) -> Result<Option<Conversation>, DraftError<R::Error>> {
        let id = change.conversation();
        self.load(id, extent_of(change), records)?;
        self.conversation(id, Extent::END, records)
    }

    /// A conversation as it is in the draft.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn conversation<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        extent: Extent,
        records: &mut R,
    ) -> Result<Option<Conversation>, DraftError<R::Error>> {
        if self.conversations.contains_key(id) {
            self.load(id, extent, records)?;
            let record = self.conversations.get(id).and_then(|touched| touched.record.as_ref());
            return Ok(record.map(|record| record.value().conversation(id)));
        }
        // Only what is changed is held in memory.
        let record = self.read_record(id, extent, records)?.1;
        Ok(record.map(|record| record.conversation(id)))
    }

    /// What has to happen to the members of the file.
    #[must_use]
    pub fn into_edits(mut self) -> Vec<MemberEdit> {
        let mut edits = Vec::new();
        for id in std::mem::take(&mut self.load_order) {
            let touched = self.conversations.remove(&id).filter(|touched| touched.is_changed);
            let Some(DraftConversation { positions, record, .. }) = touched else { continue };
            match (record, positions.last()) {
                (Some(DraftRecord::Changed(value)), Some(last)) => {
                    edits.push(MemberEdit::Value(*last, value));
                }
                (Some(DraftRecord::New { member, before, .. }), _) => {
                    edits.extend(positions.into_iter().map(MemberEdit::Remove));
                    let slot = before.and_then(|id| self.positions_of(&id).last().copied());
                    let slot = slot.unwrap_or(self.index.entries.len());
                    edits.push(MemberEdit::Insert(slot, *member));
                }
                // A record that is in the file has a position there.
                (None, _) | (Some(DraftRecord::Changed(_)), None) => {
                    edits.extend(positions.into_iter().map(MemberEdit::Remove));
                }
            }
        }
        edits
    }

    /// Reads the record of a conversation into the draft, or more of it than is there; its text there.
    fn load<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        extent: Extent,
        records: &mut R,
    ) -> Result<Option<Arc<str>>, DraftError<R::Error>> {
        if let Some(touched) = self.conversations.get_mut(id) {
            if let Some(DraftRecord::Changed(value)) = &mut touched.record
                && let Some(omitted) = value.omitted().filter(|_| extent == Extent::Whole)
            {
                let missing = records.read_text(omitted.range.clone()).map_err(DraftError::Io)?;
                *value = value.filled(&missing.ok_or(DraftError::StaleIndex)?);
            }
            return Ok(touched.record.as_ref().map(|record| record.value().shared_text()));
        }
        let (positions, value) = self.read_record(id, extent, records)?;
        let text = value.as_ref().map(RecordText::shared_text);
        let record = value.map(DraftRecord::Changed);
        let loaded = DraftConversation { positions, record, is_changed: false };
        self.conversations.insert(id.clone(), loaded);
        self.load_order.push(id.clone());
        Ok(text)
    }

    /// Reads a record from the file: its position, and the text of its value.
    fn read_record<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        extent: Extent,
        records: &mut R,
    ) -> Result<RecordLookup, DraftError<R::Error>> {
        let positions = self.positions_of(id);
        let Some(entry) = positions.last().and_then(|at| self.index.entries.get(*at)) else {
            return Ok((positions, None));
        };
        let value = records.read_value(entry, extent).map_err(DraftError::Io)?;
        Ok((positions, Some(value.ok_or(DraftError::StaleIndex)?)))
    }

    fn positions_of(&mut self, id: &ConversationId) -> Vec<usize> {
        let entries = self.index.entries.iter().enumerate();
        if self.load_order.len() < MAX_LINEAR_LOOKUPS {
            return entries.filter(|(_, entry)| entry.id == *id).map(|(at, _)| at).collect();
        }
        let positions = self.positions.get_or_insert_with(|| {
            let mut positions: HashMap<&ConversationId, Vec<usize>> = HashMap::new();
            for (at, entry) in entries {
                positions.entry(&entry.id).or_default().push(at);
            }
            positions
        });
        positions.get(id).cloned().unwrap_or_default()
    }

    fn delete(&mut self, id: &ConversationId, before: Option<Arc<str>>) -> AppliedChange {
        let is_changed = before.is_some();
        if let Some(touched) = self.conversations.get_mut(id).filter(|_| is_changed) {
            (touched.record, touched.is_changed) = (None, true);
        }
        AppliedChange { before, is_changed }
    }

    fn patch_record<E>(
        &self,
        change: &Change,
        before: Option<&str>,
    ) -> Result<Option<DraftRecord>, DraftError<E>> {
        let before = before.ok_or_else(|| DraftError::Missing(change.conversation().clone()))?;
        let edits = patch(before, self.keys, change)?;
        let touched = self.conversations.get(change.conversation());
        let record = touched.and_then(|touched| touched.record.as_ref());
        match record.filter(|_| !edits.is_empty()) {
            Some(record) => Ok(Some(record.edited(&edits)?)),
            None => Ok(None),
        }
    }
}

/// How much of a record a change needs: a new message at the end and a new title need no earlier
/// messages.
const fn extent_of(change: &Change) -> Extent {
    match change {
        Change::Append { .. } | Change::Rename { .. } => Extent::END,
        Change::Create { .. }
        | Change::Restore { .. }
        | Change::Delete { .. }
        | Change::Insert { .. }
        | Change::RemoveMessages { .. }
        | Change::ReplaceFrom { .. } => Extent::Whole,
    }
}

#[cfg(test)]
mod tests;
