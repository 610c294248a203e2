//! Commits changes to the chats file: they take effect together or not at all.
//! Must not decide which changes: planners do, for the very version that is replaced.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chat::{Change, ConversationId};

use crate::store::engine::{ApplyOutcome, OpenVersion, Store};
use crate::store::file::commit::{self, CommitTarget, PlanOutcome};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{FileIdentity, OpenFile};
use crate::store::index::{Index, IndexEntry};
use crate::store::json::edit::Splice;
use crate::store::records::edits::FileDraft;
use crate::store::records::edits::draft::{AppliedChange as Drafted, DraftError, RecordSource};
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
pub(super) enum PlanResult<T> {
    /// Write this; with what the caller wants to know of it.
    Write(Batch, T),
    /// Nothing has to be written.
    Unchanged(T),
}

/// A draft of the next version and the changes applied to it so far.
pub(super) struct DraftBuilder<'a> {
    store: &'a Store,
    version: &'a OpenVersion,
    pub draft: FileDraft<'a>,
    changes: Vec<(Change, Arc<str>)>,
}

/// Why a draft could not be made.
pub(super) enum PlanError {
    /// The file is not what its table of contents says.
    StaleIndex,
    /// It cannot be done.
    Store(StoreError),
}

impl From<StoreError> for PlanError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The records of an opened version.
struct OpenRecords<'a>(&'a Store, &'a OpenVersion);

impl RecordSource for OpenRecords<'_> {
    type Error = StoreError;

    fn read_value(&mut self, entry: &IndexEntry) -> Result<Option<String>, StoreError> {
        self.0.record_value(self.1, entry)
    }
}

impl<'a> DraftBuilder<'a> {
    /// A draft that is the opened version as it is.
    pub(super) fn of(store: &'a Store, known: &'a OpenVersion) -> Result<Self, PlanError> {
        if !store.has_expected_end(known)? {
            return Err(PlanError::StaleIndex);
        }
        let draft = FileDraft::of(known.index.unpacked());
        Ok(Self { store, version: known, draft, changes: Vec::new() })
    }

    /// A conversation as it is in the draft.
    pub(super) fn conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<crate::chat::Conversation>, PlanError> {
        self.draft
            .conversation(id, &mut OpenRecords(self.store, self.version))
            .map_err(|refused| to_plan_error(refused, self.store))
    }

    /// The text of a conversation's record as it is in the draft.
    pub(super) fn record_text(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<Arc<str>>, PlanError> {
        self.draft
            .value(id, &mut OpenRecords(self.store, self.version))
            .map_err(|refused| to_plan_error(refused, self.store))
    }

    /// Applies changes of one conversation together or not at all; tells for each whether it did
    /// anything.
    pub(super) fn apply(&mut self, changes: &[Change]) -> Result<Vec<ApplyOutcome>, PlanError> {
        let records = &mut OpenRecords(self.store, self.version);
        let applied = self.draft.apply_all(changes, records);
        let applied = applied.map_err(|refused| to_plan_error(refused, self.store))?;
        let mut done = Vec::with_capacity(applied.len());
        for (change, Drafted { before, is_changed: changed }) in changes.iter().zip(applied) {
            done.push(if changed { ApplyOutcome::Changed } else { ApplyOutcome::Unchanged });
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

fn to_plan_error(refused: DraftError<StoreError>, store: &Store) -> PlanError {
    PlanError::Store(match refused {
        DraftError::StaleIndex => return PlanError::StaleIndex,
        DraftError::Missing(id) => StoreError::Deleted(id),
        DraftError::Conflict => StoreError::Outdated,
        DraftError::Damaged(reason) => StoreError::Damaged(reason),
        DraftError::VerificationFailed(why) => {
            StoreError::VerificationFailed(store.paths.chats_file(), why)
        }
        DraftError::Io(error) => error,
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
        other: Option<&OpenVersion>,
        plan: impl FnMut(&mut Self, &OpenVersion) -> Result<PlanResult<T>, PlanError>,
    ) -> Result<(ApplyOutcome, T), StoreError> {
        let other = other.and_then(|other| other.file.as_ref()).map(OpenFile::file);
        let mut chats = ChatsTarget {
            store: self,
            actor: by,
            other,
            planner: plan,
            result: None,
            trashed: Vec::new(),
        };
        let applied = commit::commit(&mut chats)?;
        let path = chats.store.paths.chats_file();
        // A commit that ends well has made a plan.
        let result = chats.result.take().ok_or(StoreError::Contended(path))?;
        Ok((applied, result))
    }
}

/// The chats file of a store, with the planner of a commit.
struct ChatsTarget<'a, F, T> {
    store: &'a mut Store,
    actor: Actor,
    other: Option<&'a File>,
    planner: F,
    result: Option<T>,
    /// What this commit has put into the trash.
    trashed: Vec<TrashNumber>,
}

/// The new version of the chats file.
struct NewVersion {
    splices: Vec<Splice>,
    index: Index,
    changes: Vec<(Change, Arc<str>)>,
    /// How many members change.
    members: usize,
}

impl<F, T> CommitTarget for ChatsTarget<'_, F, T>
where
    F: FnMut(&mut Store, &OpenVersion) -> Result<PlanResult<T>, PlanError>,
{
    type Base = OpenVersion;
    type Plan = NewVersion;

    fn path(&self) -> PathBuf {
        self.store.paths.chats_file()
    }

    fn temporary_prefix(&self) -> String {
        self.store.paths.temporary_prefix()
    }

    fn open(&mut self) -> Result<OpenVersion, StoreError> {
        // What an old copy undid is in the version first: a change planned on less would put an answer
        // before its question, or take for done what is about to be undone.
        self.store.reconcile_if_foreign();
        self.store.open_current()?;
        self.store.open_version.take().ok_or_else(|| StoreError::Contended(self.path()))
    }

    fn identity(&self, base: &OpenVersion) -> Option<FileIdentity> {
        base.identity()
    }

    fn plan(&mut self, base: &OpenVersion) -> Result<PlanOutcome<NewVersion>, StoreError> {
        let (batch, result) = match (self.planner)(self.store, base) {
            Ok(PlanResult::Write(batch, result)) => (batch, result),
            Ok(PlanResult::Unchanged(result)) => (Batch::default(), result),
            Err(PlanError::StaleIndex) => {
                self.store.discard_version();
                return Ok(PlanOutcome::Retry);
            }
            Err(PlanError::Store(error)) => return Err(error),
        };
        self.result = Some(result);
        if batch.edits.is_empty() {
            return Ok(PlanOutcome::Unchanged);
        }
        let members = batch.edits.len();
        let (splices, index) = lay_out(base.index.unpacked(), batch.edits);
        Ok(PlanOutcome::Write(NewVersion { splices, index, changes: batch.changes, members }))
    }

    fn write(&self, base: &OpenVersion, plan: &NewVersion, to: &mut File) -> io::Result<()> {
        base.write(&plan.splices, self.other, to)
    }

    fn verify(&mut self, plan: &NewVersion, new: &File) -> Result<(), StoreError> {
        // Each record was judged when it was made. That they are all in their places is read again
        // where there are several; for one, reading the whole file would cost more than writing it.
        if plan.members > 1 && Index::read_file(new).ok().as_ref() != Some(&plan.index) {
            let why = "it would not read back as intended".to_owned();
            return Err(StoreError::VerificationFailed(self.path(), why));
        }
        Ok(())
    }

    fn preserve_removed(
        &mut self,
        base: &OpenVersion,
        plan: &NewVersion,
    ) -> Result<(), StoreError> {
        for (change, record) in &plan.changes {
            self.store.save_branch(change, record)?;
            self.store.trash_removed(base, record, change, self.actor, &mut self.trashed)?;
        }
        Ok(())
    }

    fn roll_back(&mut self, base: OpenVersion) {
        self.trashed.drain(..).for_each(|number| self.store.trash.remove(number));
        self.store.open_version = Some(base);
    }

    fn finish_commit(&mut self, base: OpenVersion, plan: NewVersion, new: File) {
        self.store.replace_count = self.store.replace_count.saturating_add(1);
        self.store.set_written_version(new, plan.index, base.identity());
    }
}
