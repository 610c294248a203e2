//! Commits changes to the chats file: they take effect together or not at all.
//! Must not decide which changes: planners do, for the very version that is replaced.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chat::{Change, ChangeBase};

use crate::store::engine::open_version::OpenVersion;
use crate::store::engine::{ApplyOutcome, Store};
use crate::store::file::commit::{self, CommitTarget};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::OpenFile;
use crate::store::index::Index;
use crate::store::json::edit::Splice;
use crate::store::records::edits::draft::{Batch, FileDraft};
use crate::store::records::edits::layout::lay_out;
use crate::store::state::{Actor, NewTrashEntry};

/// A change that is to be logged before it is written.
pub(super) struct Intent {
    pub change: Change,
    /// What the version shows just before it.
    pub base: ChangeBase,
    pub outcome: ApplyOutcome,
}

/// The next version of the file.
pub(super) type Draft<'a> = FileDraft<'a, &'a OpenVersion>;

/// The next version of the file, with the changes of it that are to be logged.
pub(super) struct LoggedDraft<'a> {
    /// The version it is made from.
    pub version: &'a OpenVersion,
    pub file: Draft<'a>,
    intents: Vec<Intent>,
}

impl<'a> LoggedDraft<'a> {
    /// A draft of a version as it is.
    pub(super) fn of(version: &'a OpenVersion) -> Result<Self, VersionError> {
        Ok(Self { version, file: draft_of(version)?, intents: Vec::new() })
    }

    /// Applies a change that `commit_changes` logs.
    pub(super) fn apply(&mut self, change: &Change) -> Result<ApplyOutcome, VersionError> {
        let (_, base) = self.file.base_of(change)?;
        let outcome = self.file.apply(change)?;
        self.intents.push(Intent { change: change.clone(), base, outcome });
        Ok(outcome)
    }

    /// The changes applied so far.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.intents.iter().map(|intent| &intent.change)
    }

    /// What has to be written, and logged before that.
    pub(super) fn into_parts(self) -> (Batch, Vec<Intent>) {
        (self.file.into_batch(), self.intents)
    }
}

/// A draft of a version as it is.
pub(super) fn draft_of(version: &OpenVersion) -> Result<Draft<'_>, VersionError> {
    version.check_end()?;
    Ok(FileDraft::of(&version.index, version))
}

impl Store {
    /// Replaces the file by what `planner` makes of the current version, and returns what `planner` says
    /// beside that. `planner` is called again where another program was quicker. What the new version lacks
    /// is in the trash before the file is replaced: nothing else removes anything from it. The lock is held.
    ///
    /// `other` is the version that pieces of the new one are copied from.
    pub(super) fn commit<T>(
        &mut self,
        actor: Actor,
        other: Option<&OpenVersion>,
        planner: impl FnMut(&mut Self, &OpenVersion) -> Result<(Batch, T), VersionError>,
    ) -> Result<(ApplyOutcome, T), StoreError> {
        if actor == Actor::User {
            // What an earlier change removed is not what this one does.
            self.last_trashed = None;
        }
        let other = other.and_then(|other| other.file.as_ref()).map(OpenFile::file);
        let mut chats =
            ChatsTarget { store: self, actor, other, planner, result: None, trashed: Vec::new() };
        let applied = commit::commit(&mut chats)?;
        // A commit that succeeds has made a plan.
        let result = chats.result.take();
        result.map(|result| (applied, result)).ok_or_else(|| chats.store.contended())
    }
}

/// The chats file of a store during a commit.
struct ChatsTarget<'a, F, T> {
    store: &'a mut Store,
    actor: Actor,
    other: Option<&'a File>,
    planner: F,
    result: Option<T>,
    /// What this commit has put into the trash so far.
    trashed: Vec<NewTrashEntry>,
}

/// The new version of the chats file.
struct NewVersion {
    splices: Vec<Splice>,
    index: Index,
    changes: Vec<(Change, Arc<String>)>,
    /// How many members of the file change.
    members: usize,
}

impl<F, T> CommitTarget for ChatsTarget<'_, F, T>
where
    F: FnMut(&mut Store, &OpenVersion) -> Result<(Batch, T), VersionError>,
{
    type Base = OpenVersion;
    type CommitPlan = NewVersion;
    type Error = StoreError;

    fn path(&self) -> PathBuf {
        self.store.paths.chats_file()
    }

    fn temporary_prefix(&self) -> String {
        self.store.paths.temporary_prefix()
    }

    fn open(&mut self) -> Result<OpenVersion, StoreError> {
        // A change planned for a stale version would put an answer before its question, or count as
        // made what is about to be overwritten.
        self.store.reconcile_if_foreign();
        self.store.open_current()?;
        self.store.open_version.take().ok_or_else(|| self.store.contended())
    }

    fn identity(&self, base: &OpenVersion) -> Option<FileIdentity> {
        base.identity()
    }

    fn plan(&mut self, base: &OpenVersion) -> Result<Option<NewVersion>, VersionError> {
        let planned = (self.planner)(self.store, base);
        if matches!(planned, Err(VersionError::Stale)) {
            self.store.discard_version();
        }
        let (batch, result) = planned?;
        self.result = Some(result);
        if batch.edits.is_empty() {
            return Ok(None);
        }
        let members = batch.edits.len();
        let (splices, index) = lay_out(&base.index, batch.edits);
        Ok(Some(NewVersion { splices, index, changes: batch.changes, members }))
    }

    fn write(&self, base: &OpenVersion, plan: &NewVersion, to: &mut File) -> io::Result<()> {
        base.write(&plan.splices, self.other, to)
    }

    fn verify(&mut self, plan: &NewVersion, new: &File) -> Result<(), StoreError> {
        // Each record was checked when it was made. Whether several are in their places is read
        // back; for one, reading the whole file would cost more than writing it.
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
    ) -> Result<(), VersionError> {
        for (change, record) in &plan.changes {
            self.store.preserve_removed(base, record, change, self.actor, &mut self.trashed)?;
        }
        Ok(())
    }

    fn roll_back(&mut self, base: OpenVersion) {
        self.trashed.drain(..).for_each(|it| self.store.trash.remove(it.number));
        self.store.open_version = Some(base);
    }

    fn finish_commit(&mut self, base: OpenVersion, plan: NewVersion, new: File) {
        self.store.replace_count = self.store.replace_count.saturating_add(1);
        self.store.set_written_version(new, plan.index, base.identity());
        if self.actor == Actor::User {
            self.store.last_trashed = self.trashed.last().map(|it| it.number);
        }
        for NewTrashEntry { number, deleted } in self.trashed.drain(..) {
            if let Some(id) = deleted {
                self.store.put_history_in_trash(&id, number);
            }
        }
    }
}
