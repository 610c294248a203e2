//! Commits changes to the chats file: they take effect together or not at all.
//! Must not decide which changes: planners do, for the very version that is replaced.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chat::{Change, ConversationId};

use crate::store::engine::{Applied, Known, Store};
use crate::store::file::commit::{self, Next, Target};
use crate::store::file::error::StoreError;
use crate::store::file::version::{Snapshot, Version};
use crate::store::index::{Entry, Index};
use crate::store::json::edit::Splice;
use crate::store::records::edits::Draft;
use crate::store::records::edits::draft::{Applied as Drafted, Records, Refused};
use crate::store::records::edits::layout::{MemberEdit, lay_out};
use crate::store::state::{Actor, TrashNumber};

/// What is to be done to one version of the file.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// What happens to its members.
    pub edits: Vec<MemberEdit>,
    /// The changes that were applied, each with the record it was applied to.
    pub changes: Vec<(Change, Arc<str>)>,
}

/// What a planner made of a version.
pub(super) enum Planned<T> {
    /// Write this; with what the caller wants to know of it.
    Write(Batch, T),
    /// Nothing has to be written.
    Nothing(T),
}

/// A draft of the next version and the changes applied to it so far.
pub(super) struct Drafting<'a> {
    store: &'a Store,
    known: &'a Known,
    pub draft: Draft<'a>,
    changes: Vec<(Change, Arc<str>)>,
}

/// Why a draft could not be made.
pub(super) enum Stopped {
    /// The file is not what its table of contents says.
    Again,
    /// It cannot be done.
    Error(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Error(error)
    }
}

/// The records of an opened version.
struct OpenRecords<'a>(&'a Store, &'a Known);

impl Records for OpenRecords<'_> {
    type Error = StoreError;

    fn value(&mut self, entry: &Entry) -> Result<Option<String>, StoreError> {
        self.0.value(self.1, entry)
    }
}

impl<'a> Drafting<'a> {
    /// A draft that is the opened version as it is.
    pub(super) fn of(store: &'a Store, known: &'a Known) -> Result<Self, Stopped> {
        if !store.ends_as_known(known)? {
            return Err(Stopped::Again);
        }
        let draft = Draft::of(known.table.index());
        Ok(Self { store, known, draft, changes: Vec::new() })
    }

    /// A conversation as it is in the draft.
    pub(super) fn conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<crate::chat::Conversation>, Stopped> {
        self.draft
            .conversation(id, &mut OpenRecords(self.store, self.known))
            .map_err(|refused| stopped(refused, self.store))
    }

    /// The text of a conversation's record as it is in the draft.
    pub(super) fn value(&mut self, id: &ConversationId) -> Result<Option<Arc<str>>, Stopped> {
        self.draft
            .value(id, &mut OpenRecords(self.store, self.known))
            .map_err(|refused| stopped(refused, self.store))
    }

    /// Applies changes of one conversation together or not at all; tells for each whether it did
    /// anything.
    pub(super) fn apply(&mut self, changes: &[Change]) -> Result<Vec<Applied>, Stopped> {
        let records = &mut OpenRecords(self.store, self.known);
        let applied = self.draft.apply_all(changes, records);
        let applied = applied.map_err(|refused| stopped(refused, self.store))?;
        let mut done = Vec::with_capacity(applied.len());
        for (change, Drafted { before, changed }) in changes.iter().zip(applied) {
            done.push(if changed { Applied::Changed } else { Applied::Same });
            if changed {
                self.changes.push((change.clone(), before.unwrap_or_else(|| Arc::from(""))));
            }
        }
        Ok(done)
    }

    /// What has to be written.
    pub(super) fn into_batch(self) -> Batch {
        Batch { edits: self.draft.into_edits(), changes: self.changes }
    }
}

fn stopped(refused: Refused<StoreError>, store: &Store) -> Stopped {
    Stopped::Error(match refused {
        Refused::Unreadable => return Stopped::Again,
        Refused::Missing(id) => StoreError::Deleted(id),
        Refused::Outdated => StoreError::Outdated,
        Refused::Damaged(reason) => StoreError::Damaged(reason),
        Refused::Check(why) => StoreError::Check(store.place.file(), why),
        Refused::Io(error) => error,
    })
}

impl Store {
    /// Replaces the file by what a planner makes of the version that is there. The planner is asked
    /// again where somebody else was quicker. Everything the new version takes away is in the trash
    /// before it is gone: there is no other way to take anything out of the file. The lock is held.
    ///
    /// `other` is the version that pieces of the new one are copied from.
    pub(super) fn commit<T>(
        &mut self,
        by: Actor,
        other: Option<&Known>,
        plan: impl FnMut(&mut Self, &Known) -> Result<Planned<T>, Stopped>,
    ) -> Result<(Applied, T), StoreError> {
        let other = other.and_then(|other| other.snapshot.as_ref()).map(Snapshot::file);
        let mut chats =
            ChatsFile { store: self, by, other, plan, result: None, thrown: Vec::new() };
        let applied = commit::commit(&mut chats)?;
        let path = chats.store.place.file();
        // A commit that ends well has made a plan.
        let result = chats.result.take().ok_or(StoreError::Restless(path))?;
        Ok((applied, result))
    }
}

/// The chats file of a store, with the planner of a commit.
struct ChatsFile<'a, F, T> {
    store: &'a mut Store,
    by: Actor,
    other: Option<&'a File>,
    plan: F,
    result: Option<T>,
    /// What this commit has put into the trash.
    thrown: Vec<TrashNumber>,
}

/// The new version of the chats file.
struct NewVersion {
    splices: Vec<Splice>,
    index: Index,
    changes: Vec<(Change, Arc<str>)>,
    /// How many members change.
    members: usize,
}

impl<F, T> Target for ChatsFile<'_, F, T>
where
    F: FnMut(&mut Store, &Known) -> Result<Planned<T>, Stopped>,
{
    type Base = Known;
    type Plan = NewVersion;

    fn path(&self) -> PathBuf {
        self.store.place.file()
    }

    fn temporary_prefix(&self) -> String {
        self.store.place.temporary_prefix()
    }

    fn open(&mut self) -> Result<Known, StoreError> {
        // What an old copy undid is in the version first: a change planned on less would put an answer
        // before its question, or take for done what is about to be undone.
        self.store.reconcile_if_foreign();
        self.store.look()?;
        self.store.known.take().ok_or_else(|| StoreError::Restless(self.path()))
    }

    fn version(&self, base: &Known) -> Option<Version> {
        base.version()
    }

    fn plan(&mut self, base: &Known) -> Result<Next<NewVersion>, StoreError> {
        let (batch, result) = match (self.plan)(self.store, base) {
            Ok(Planned::Write(batch, result)) => (batch, result),
            Ok(Planned::Nothing(result)) => (Batch::default(), result),
            Err(Stopped::Again) => {
                self.store.distrust();
                return Ok(Next::Again);
            }
            Err(Stopped::Error(error)) => return Err(error),
        };
        self.result = Some(result);
        if batch.edits.is_empty() {
            return Ok(Next::Nothing);
        }
        let members = batch.edits.len();
        let (splices, index) = lay_out(base.table.index(), batch.edits);
        Ok(Next::Write(NewVersion { splices, index, changes: batch.changes, members }))
    }

    fn write(&self, base: &Known, plan: &NewVersion, to: &mut File) -> io::Result<()> {
        base.write(&plan.splices, self.other, to)
    }

    fn judge(&mut self, plan: &NewVersion, new: &File) -> Result<(), StoreError> {
        // Each record was judged when it was made. That they are all in their places is read again
        // where there are several; for one, reading the whole file would cost more than writing it.
        if plan.members > 1 && Index::read_file(new).ok().as_ref() != Some(&plan.index) {
            let why = "it does not read back as it was meant".to_owned();
            return Err(StoreError::Check(self.path(), why));
        }
        Ok(())
    }

    fn keep_lost(&mut self, base: &Known, plan: &NewVersion) -> Result<(), StoreError> {
        for (change, record) in &plan.changes {
            self.store.keep_branch(change, record)?;
            self.store.throw_away(base, record, change, self.by, &mut self.thrown)?;
        }
        Ok(())
    }

    fn give_way(&mut self, base: Known) {
        self.thrown.drain(..).for_each(|number| self.store.trash.remove(number));
        self.store.known = Some(base);
    }

    fn adopt(&mut self, base: Known, plan: NewVersion, new: File) {
        self.store.replaced = self.store.replaced.saturating_add(1);
        self.store.take_over(new, plan.index, base.version());
    }
}
