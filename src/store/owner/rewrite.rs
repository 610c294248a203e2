//! Reading the file as it is now, and changing it: look, patch, check, write, look once more, replace.
//! May not keep text from one change to the next.

use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::ops::Range;
use std::time::Instant;

use crate::chat::{Block, Change, Conversation, ConversationId, Fingerprint, Readability};

use super::super::error::StoreError;
use super::super::index::{Cache, Entry, Index, after};
use super::super::lock;
use super::super::read;
use super::super::state::Actor;
use super::super::version;
use super::super::write::{Edit, Patched, Replacement, check, edit, patch};
use super::{Applied, Known, Store, TRIES};

/// What a file that is not there is taken for.
const EMPTY: &str = "{}";

/// What a change left in the file.
#[derive(Debug)]
pub(super) struct Written {
    /// Whether the file was changed.
    pub applied: Applied,
    /// The text of the conversation's record as it is in that version of the file.
    record: String,
}

impl Written {
    /// The conversation as it is in the version that was written, whatever the file holds by now.
    pub(super) fn conversation(&self, id: &ConversationId) -> Conversation {
        read::conversation(&self.record, id, 0..self.record.len())
    }
}

impl Store {
    /// The table of contents of the file as it is now.
    pub(super) fn look(&mut self) -> Result<&Known, StoreError> {
        let on_disk = version::on_disk(&self.place)?;
        let known = match self.known.take() {
            Some(known) if known.version() == on_disk => known,
            before => {
                // Half written by somebody else: what is known stays, to be compared later.
                let known = match self.read() {
                    Ok(known) => known,
                    Err(error) => {
                        self.known = before;
                        return Err(error);
                    }
                };
                if let Some(before) = before {
                    self.note_foreign(before.table.index(), known.table.index());
                }
                known
            }
        };
        Ok(self.known.insert(known))
    }

    /// Reads the table of contents from the file.
    fn read(&self) -> Result<Known, StoreError> {
        let Some(snapshot) = version::open(&self.place)? else {
            let index = Index::of(EMPTY).map_err(|_| StoreError::NotAnObject(self.place.file()))?;
            return Ok(Known { snapshot: None, table: index.into() });
        };
        let cache = self.cache();
        if let Some(packed) = cache.as_ref().and_then(|cache| cache.load(&snapshot)) {
            return Ok(Known { snapshot: Some(snapshot), table: packed.into() });
        }
        let index = version::index(&self.place, &snapshot)?;
        // Written into while it was read, it may be neither the old version nor the new one.
        let is_whole = snapshot.is_unchanged().unwrap_or(false);
        if let Some(cache) = cache.filter(|_| is_whole) {
            cache.save(&snapshot, &index);
        }
        Ok(Known { snapshot: Some(snapshot), table: index.into() })
    }

    pub(super) fn cache(&self) -> Option<Cache> {
        self.place.index_cache().map(|path| Cache::at(path.to_path_buf()))
    }

    pub(super) fn lock(&self) -> Result<lock::Held, StoreError> {
        lock::take(&self.place.state().join("lock"))
    }

    /// Applies a verb to the file as it is now. What it takes away is in the trash before it is
    /// gone, whoever does it: there is no other way to take anything out of the file. The lock is
    /// held.
    pub(super) fn write(&mut self, change: &Change, by: Actor) -> Result<Applied, StoreError> {
        self.write_behind(change, None, by).map(|written| written.applied)
    }

    /// The same for an answer, which goes directly behind `question` wherever that stands in the
    /// version that is replaced.
    pub(super) fn write_behind(
        &mut self,
        change: &Change,
        question: Option<&Fingerprint>,
        by: Actor,
    ) -> Result<Written, StoreError> {
        self.keep_branch(change)?;
        let mut thrown = Vec::new();
        let path = self.place.file();
        let started = Instant::now();
        for tried in 0..TRIES {
            self.look()?;
            let Some(known) = self.known.take() else { continue };
            let Some(record) = self.record(&known, change)? else {
                self.distrust();
                continue;
            };
            let placed = placed(change, question, &record);
            let change = &*placed;
            let edits = match patch(&record, known.table.index(), change) {
                Patched::Edits(edits) => edits,
                Patched::Same => {
                    self.known = Some(known);
                    return Ok(Written { applied: Applied::Same, record });
                }
                Patched::Missing => {
                    self.known = Some(known);
                    return Err(StoreError::Deleted);
                }
                Patched::Outdated => return Err(StoreError::Outdated),
                Patched::Damaged(reason) => return Err(StoreError::Damaged(reason)),
            };
            let (index, new_record) = self.checked(&known, &edits, change, &record)?;
            let prefix = self.place.temporary_prefix();
            let new = Replacement::write(&path, &prefix, |file| known.write(&edits, file))?;
            // Of a version that somebody was quicker to replace.
            thrown.drain(..).for_each(|number| self.trash.remove(number));
            thrown = self.throw_away(&known, &record, change, by)?;
            // The web app takes no lock; what it wrote since must not be written over.
            if version::on_disk(&self.place)? != known.version() {
                self.known = Some(known);
                continue;
            }
            let Some(new) = new.commit_over(known.version())? else {
                self.known = Some(known);
                continue;
            };
            self.take_over(new, index, known.version())?;
            let bytes = self.known.as_ref().and_then(Known::version).map(|it| it.bytes());
            let elapsed = started.elapsed().as_millis();
            tracing::info!(?bytes, tried, elapsed, "store: file replaced");
            return Ok(Written { applied: Applied::Changed, record: new_record });
        }
        Err(StoreError::Restless(path))
    }

    /// The text of the record a verb is about, empty where there is none; `None` where the file is
    /// not what its table of contents says.
    fn record(&self, known: &Known, change: &Change) -> Result<Option<String>, StoreError> {
        if !self.ends_as_known(known)? {
            return Ok(None);
        }
        match known.table.entry(change.conversation()) {
            Some(entry) => self.value(known, &entry),
            None => Ok(Some(String::new())),
        }
    }

    /// The text of a record's value; `None` where the file is not what its table of contents says.
    pub(super) fn value(&self, known: &Known, entry: &Entry) -> Result<Option<String>, StoreError> {
        let key = entry.value.start.saturating_sub(entry.member.start);
        let member = self.member(known, entry)?;
        Ok(member.filter(|member| member.is_char_boundary(key)).map(|mut member| {
            member.drain(..key);
            member
        }))
    }

    /// The text of a record, key included; `None` where the file is not what its table of contents
    /// says.
    pub(super) fn member(
        &self,
        known: &Known,
        entry: &Entry,
    ) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.stretch(known, entry.member.clone())? else { return Ok(None) };
        Ok(String::from_utf8(bytes).ok().filter(|text| entry.is_about(text)))
    }

    /// The bytes of a stretch, if the open file still is what it was.
    fn stretch(&self, known: &Known, range: Range<usize>) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(snapshot) = &known.snapshot else { return Ok(None) };
        let failed = |error| StoreError::io("read", &self.place.file(), error);
        if !snapshot.is_unchanged().map_err(failed)? {
            return Ok(None);
        }
        match snapshot.bytes(range) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether nothing but the last brace stands behind the last record.
    pub(super) fn ends_as_known(&self, known: &Known) -> Result<bool, StoreError> {
        let Some(last) = known.table.index().entries.last().filter(|_| known.snapshot.is_some())
        else {
            return Ok(true);
        };
        let rest = last.member.end..known.table.index().object.end;
        let bytes = self.stretch(known, rest)?;
        Ok(bytes.is_some_and(|bytes| bytes.trim_ascii() == b"}"))
    }

    /// Forgets what is known of the file, and where it came from.
    pub(super) fn distrust(&mut self) {
        self.known = None;
        if let Some(cache) = self.cache() {
            cache.forget();
        }
    }

    /// The table of contents after the edits and the new text of the record, if what they make reads
    /// back as it was meant.
    fn checked(
        &self,
        known: &Known,
        edits: &[Edit],
        change: &Change,
        record: &str,
    ) -> Result<(Index, String), StoreError> {
        let failed = |why: String| StoreError::Check(self.place.file(), why);
        let index = known.table.index().after(edits, change, record);
        let index = index.ok_or_else(|| failed("the edits do not fit".to_owned()))?;
        let new = match known.table.entry(change.conversation()) {
            Some(old) => after::changed(&old, edits, record),
            None => after::created(&index, edits, change.conversation()),
        };
        let new = new.unwrap_or_default();
        check::check(&index, &new, change).map_err(failed)?;
        check::judge(record, &new, change).map_err(failed)?;
        Ok((index, new))
    }
}

/// An answer belongs directly behind its question: where more was said since, it is inserted there.
fn placed<'a>(change: &'a Change, question: Option<&Fingerprint>, record: &str) -> Cow<'a, Change> {
    let (Change::Append { id, message }, Some(question)) = (change, question) else {
        return Cow::Borrowed(change);
    };
    let before = read::conversation(record, id, 0..record.len());
    let is_next = before.messages.last().map(Fingerprint::of).as_ref() == Some(question);
    if is_next || before.readability != Readability::Whole {
        return Cow::Borrowed(change);
    }
    let block = Block { behind: Some(question.clone()), messages: vec![message.clone()] };
    Cow::Owned(Change::Insert { id: id.clone(), blocks: vec![block] })
}

impl Known {
    /// Writes what the file is after edits.
    pub(super) fn write(&self, edits: &[Edit], to: &mut File) -> std::io::Result<()> {
        match &self.snapshot {
            Some(snapshot) => {
                let length = usize::try_from(snapshot.version().bytes()).unwrap_or(usize::MAX);
                edit::copy(snapshot.file(), length, edits, to)
            }
            None => to.write_all(edit::apply(EMPTY, edits).as_bytes()),
        }
    }
}
