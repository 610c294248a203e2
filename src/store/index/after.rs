//! The table of contents after edits, without reading the file again.
//! May not be trusted over the file: who reads it anew finds the same.

use std::ops::Range;

use crate::chat::{Change, ConversationId};

use super::super::json::{Stream, walk};
use super::super::write::edit::{self, Edit};
use super::{Entry, Index, entry, row};

impl Index {
    /// The table after the edits a verb made, `record` being the text its conversation had.
    /// `None` where it has to be read anew.
    #[must_use]
    pub fn after(&self, edits: &[Edit], change: &Change, record: &str) -> Option<Self> {
        let id = change.conversation();
        let end = edit::moved(edits, self.object.end).max(self.object.start);
        let object = self.object.start..end;
        match change {
            Change::Delete { .. } => {
                let kept = self.entries.iter().filter(|entry| entry.id != *id);
                let entries = kept.map(|entry| shifted(entry, edits)).collect();
                Some(Self { entries, object })
            }
            Change::Create { .. } | Change::Restore { .. } => {
                let [edit] = edits else { return None };
                let new = inserted(edit)?;
                let mut entries: Vec<Entry> =
                    self.entries.iter().map(|entry| shifted(entry, edits)).collect();
                let place = entries.iter().position(|it| it.member.start > new.member.start);
                entries.insert(place.unwrap_or(entries.len()), new);
                Some(Self { entries, object })
            }
            Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::Withdraw { .. }
            | Change::ReplaceTail { .. } => {
                let place = self.entries.iter().rposition(|entry| entry.id == *id)?;
                let mut entries: Vec<Entry> =
                    self.entries.iter().map(|entry| shifted(entry, edits)).collect();
                let (old, new) = (self.entries.get(place)?, entries.get_mut(place)?);
                change_entry(old, new, edits, record)?;
                Some(Self { entries, object })
            }
        }
    }
}

/// An entry whose own bytes stayed.
fn shifted(entry: &Entry, edits: &[Edit]) -> Entry {
    let start = edit::moved(edits, entry.member.start);
    let to = |at: usize| start.saturating_add(at.saturating_sub(entry.member.start));
    Entry {
        member: start..to(entry.member.end),
        value: to(entry.value.start)..to(entry.value.end),
        ..entry.clone()
    }
}

/// The entry the edits are in.
fn change_entry(old: &Entry, new: &mut Entry, edits: &[Edit], record: &str) -> Option<()> {
    let text = changed(old, edits, record)?;
    let end = new.value.start.checked_add(text.len())?;
    new.value.end = end;
    new.member.end = end;
    (new.summary, new.keys) = row(&text, &new.id);
    Some(())
}

/// The text of a record after edits of the file that all lie in it.
#[must_use]
pub fn changed(old: &Entry, edits: &[Edit], record: &str) -> Option<String> {
    let inside = edits.iter().map(|edit| {
        let start = edit.range.start.checked_sub(old.value.start)?;
        let end = edit.range.end.checked_sub(old.value.start)?;
        (end <= record.len()).then(|| Edit { range: start..end, with: edit.with.clone() })
    });
    let inside: Vec<Edit> = inside.collect::<Option<_>>()?;
    Some(edit::apply(record, &inside))
}

/// The text of a record that an edit of the file puts in.
#[must_use]
pub fn created(after: &Index, edits: &[Edit], id: &ConversationId) -> Option<String> {
    let ([edit], entry) = (edits, after.entry(id)?) else { return None };
    let start = entry.value.start.checked_sub(edit.range.start)?;
    let end = entry.value.end.checked_sub(edit.range.start)?;
    edit.with.get(start..end).map(str::to_owned)
}

/// The record an edit puts in, whatever commas, braces and white space stand around it.
fn inserted(edit: &Edit) -> Option<Entry> {
    let from = edit.with.find('"')?;
    let text = edit.with.get(from..)?;
    let mut stream = Stream::new(text.as_bytes(), text.len());
    let mut found = None;
    let read = walk::member(&mut stream, &mut |stream, key| {
        found = Some(entry(stream, key)?);
        Ok(())
    });
    let place = edit.range.start.checked_add(from)?;
    let there =
        |range: Range<usize>| Some(range.start.checked_add(place)?..range.end.checked_add(place)?);
    let found = read.ok().and(found)?;
    Some(Entry { member: there(found.member)?, value: there(found.value)?, ..found })
}
