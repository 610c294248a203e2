//! The next version of the file, made by applying changes one after the other to the one there is.
//! Must not write anything: a draft that is dropped leaves no trace.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chat::{Change, ChangeBase, Conversation, ConversationId};

use crate::store::file::commit::ApplyOutcome;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::index::Index;
use crate::store::records::edits::check;
use crate::store::records::edits::layout::MemberEdit;
use crate::store::records::edits::patch::{new_message_keys, patch};
use crate::store::records::edits::record::{NewMessageKeys, conversation_json};
use crate::store::records::record_text::{Extent, RecordText};
use crate::store::records::sanitize::{self, AllowedModels};

mod record;
mod source;

use record::DraftRecord;
pub use source::RecordSource;

/// What is done to one version of the file.
#[derive(Debug, Default)]
pub struct Batch {
    /// What happens to the members of the file.
    pub edits: Vec<MemberEdit>,
    /// The changes that had an effect, each with the text of the record it was applied to, as far as
    /// the change needed it; empty where there was none. A new message at the end removes nothing: it comes
    /// without the text, which may be long.
    pub changes: Vec<(Change, Arc<String>)>,
}

/// The next version of the file.
#[derive(Debug)]
pub struct FileDraft<'a, R> {
    index: &'a Index,
    records: R,
    keys: NewMessageKeys,
    conversations: HashMap<ConversationId, DraftConversation>,
    /// Conversations in the order in which they were first touched.
    load_order: Vec<ConversationId>,
    /// The positions of each conversation's records; built once many are needed.
    positions: Option<HashMap<&'a ConversationId, Vec<usize>>>,
    /// The changes that had an effect; see [`Batch`].
    changes: Vec<(Change, Arc<String>)>,
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

impl<'a, R: RecordSource> FileDraft<'a, R> {
    /// Begins with the file as it is; nothing is read before a change needs it.
    #[must_use]
    pub fn of(index: &'a Index, records: R) -> Self {
        Self {
            index,
            records,
            keys: new_message_keys(index),
            conversations: HashMap::new(),
            load_order: Vec::new(),
            positions: None,
            changes: Vec::new(),
        }
    }

    /// Applies a change; a refused one leaves the draft as it was.
    ///
    /// # Errors
    /// With why it cannot be applied.
    pub fn apply(&mut self, change: &Change) -> Result<ApplyOutcome, VersionError> {
        let id = change.conversation();
        let before = self.load(id, extent_of(change))?;
        let new_record = |member, before| {
            DraftRecord::new(member, before).map_err(|why| self.verification_failed(why))
        };
        let now = match change {
            Change::Create { .. } | Change::Restore { .. } if before.is_some() => None,
            Change::Create { title, at, .. } => {
                let new = Conversation::new(id.clone(), title.stored(), *at);
                Some(new_record(conversation_json(&new, NewMessageKeys::Eight), None)?)
            }
            Change::Restore { member, before, .. } => {
                let member = sanitize::sanitize(id, member, AllowedModels::Any).member;
                Some(new_record(member.into_owned(), before.clone())?)
            }
            Change::Delete { .. } if before.is_none() => None,
            Change::Delete { .. } => {
                self.set_record(change, before, None);
                return Ok(ApplyOutcome::Changed);
            }
            Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::RemoveMessages { .. }
            | Change::ReplaceFrom { .. } => {
                self.patch_record(change, before.as_deref().map(String::as_str))?
            }
        };
        let Some(now) = now else { return Ok(ApplyOutcome::Unchanged) };
        let old = before.as_deref().map(String::as_str).unwrap_or_default();
        check::verify(old, now.value().text(), change)
            .map_err(|why| self.verification_failed(why))?;
        self.set_record(change, before, Some(now));
        Ok(ApplyOutcome::Changed)
    }

    /// Applies changes of one conversation together or not at all.
    ///
    /// # Errors
    /// With why one of them cannot be applied; the draft is as it was then.
    pub fn apply_all(&mut self, changes: &[Change]) -> Result<Vec<ApplyOutcome>, VersionError> {
        let applied_before = self.changes.len();
        let saved: Vec<_> = changes
            .iter()
            .map(Change::conversation)
            .map(|id| (id.clone(), self.conversations.get(id).cloned()))
            .collect();
        let applied = changes.iter().map(|change| self.apply(change)).collect();
        if Result::is_err(&applied) {
            self.changes.truncate(applied_before);
            for (id, before) in saved.into_iter().rev() {
                match before {
                    Some(before) => self.conversations.insert(id, before),
                    None => self.conversations.remove(&id),
                };
            }
        }
        applied
    }

    /// The conversation of a change as it is in the draft, as far as the change needs it, and what of it
    /// reapplying has to know. It is held in memory, so that the change does not read it a second time.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn base_of(
        &mut self,
        change: &Change,
    ) -> Result<(Option<Conversation>, ChangeBase), VersionError> {
        let id = change.conversation();
        self.load(id, extent_of(change))?;
        let before = self.conversation(id, Extent::END)?;
        let base = ChangeBase::of(change, before.as_ref());
        Ok((before, base))
    }

    /// A conversation as it is in the draft.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn conversation(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<Option<Conversation>, VersionError> {
        if self.conversations.contains_key(id) {
            self.load(id, extent)?;
            let record = self.conversations.get(id).and_then(|touched| touched.record.as_ref());
            return Ok(record.map(|record| record.value().conversation(id)));
        }
        // Only what is changed is held in memory.
        let record = self.read_record(id, extent)?.1;
        Ok(record.map(|record| record.conversation(id)))
    }

    /// What has to be written.
    #[must_use]
    pub fn into_batch(mut self) -> Batch {
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
        Batch { edits, changes: self.changes }
    }

    /// Reads the record of a conversation into the draft, or more of it than is there; its text there.
    fn load(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<Option<Arc<String>>, VersionError> {
        if let Some(touched) = self.conversations.get_mut(id) {
            if let Some(DraftRecord::Changed(value)) = &mut touched.record
                && let Some(omitted) = value.omitted().filter(|_| extent == Extent::Whole)
            {
                *value = value.filled(&self.records.read_text(omitted.range.clone())?);
            }
            return Ok(touched.record.as_ref().map(|record| record.value().shared_text()));
        }
        let (positions, value) = self.read_record(id, extent)?;
        let text = value.as_ref().map(RecordText::shared_text);
        let record = value.map(DraftRecord::Changed);
        let loaded = DraftConversation { positions, record, is_changed: false };
        self.conversations.insert(id.clone(), loaded);
        self.load_order.push(id.clone());
        Ok(text)
    }

    /// Reads a record from the file: its position, and the text of its value.
    fn read_record(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<RecordLookup, VersionError> {
        let positions = self.positions_of(id);
        let Some(entry) = positions.last().and_then(|at| self.index.entries.get(*at)) else {
            return Ok((positions, None));
        };
        let value = self.records.read_value(entry, extent)?;
        Ok((positions, Some(value)))
    }

    fn positions_of(&mut self, id: &ConversationId) -> Vec<usize> {
        let entries = self.index.entries.iter().enumerate();
        if self.load_order.len() < MAX_LINEAR_LOOKUPS {
            return entries.filter(|(_, entry)| *entry.id() == *id).map(|(at, _)| at).collect();
        }
        let positions = self.positions.get_or_insert_with(|| {
            let mut positions: HashMap<&ConversationId, Vec<usize>> = HashMap::new();
            for (at, entry) in entries {
                positions.entry(entry.id()).or_default().push(at);
            }
            positions
        });
        positions.get(id).cloned().unwrap_or_default()
    }

    /// Gives the conversation of a change another record, or none.
    fn set_record(
        &mut self,
        change: &Change,
        before: Option<Arc<String>>,
        record: Option<DraftRecord>,
    ) {
        if let Some(touched) = self.conversations.get_mut(change.conversation()) {
            (touched.record, touched.is_changed) = (record, true);
        }
        let before = before.filter(|_| !matches!(change, Change::Append { .. }));
        self.changes.push((change.clone(), before.unwrap_or_default()));
    }

    fn patch_record(
        &self,
        change: &Change,
        before: Option<&str>,
    ) -> Result<Option<DraftRecord>, VersionError> {
        let id = change.conversation();
        let before = before.ok_or_else(|| StoreError::Deleted(id.clone()))?;
        let edits = patch(before, self.keys, change)?;
        let record = self.conversations.get(id).and_then(|touched| touched.record.as_ref());
        match record.filter(|_| !edits.is_empty()) {
            Some(record) => {
                let edited = record.edited(&edits);
                Ok(Some(edited.map_err(|why| self.verification_failed(why))?))
            }
            None => Ok(None),
        }
    }

    fn verification_failed(&self, why: String) -> StoreError {
        StoreError::VerificationFailed(self.records.path(), why)
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
