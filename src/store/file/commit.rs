//! The one function that replaces a shared file: the chats of a user, or the presets.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use super::replace::Replacement;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;

/// How often a commit is tried while other programs replace the file.
pub(crate) const MAX_ATTEMPTS: usize = 20;

/// A shared file and the decisions about its next version.
pub(crate) trait CommitTarget {
    /// One version of the file, as it was opened.
    type Base;
    /// What to write in place of that version.
    type CommitPlan;
    /// Why it cannot be committed.
    type Error: From<StoreError>;

    fn path(&self) -> PathBuf;

    /// The prefix of the names of temporary files beside it.
    fn temporary_prefix(&self) -> String;

    /// Opens the current version.
    fn open(&mut self) -> Result<Self::Base, StoreError>;

    /// The identity of the opened version; `None` where there is no file.
    fn identity(&self, base: &Self::Base) -> Option<FileIdentity>;

    /// Decides what to do with the opened version; `None` where nothing has to change.
    fn plan(
        &mut self,
        base: &Self::Base,
    ) -> Result<Option<Self::CommitPlan>, VersionError<Self::Error>>;

    /// Writes the new version.
    fn write(&self, base: &Self::Base, plan: &Self::CommitPlan, to: &mut File) -> io::Result<()>;

    /// Checks what was written, before it takes the place of the file, where the plan alone does not
    /// show that it is right.
    fn verify(&mut self, _plan: &Self::CommitPlan, _new: &File) -> Result<(), StoreError> {
        Ok(())
    }

    /// Saves what the new version lacks, for example in the trash.
    fn preserve_removed(
        &mut self,
        base: &Self::Base,
        plan: &Self::CommitPlan,
    ) -> Result<(), VersionError<Self::Error>>;

    /// Returns the opened version, which was not replaced, so that what was saved was not lost.
    fn roll_back(&mut self, base: Self::Base);

    /// Records the new version. It is in place, so a failure here must not be reported as a change that
    /// was not made.
    fn finish_commit(&mut self, _base: Self::Base, _plan: Self::CommitPlan, _new: File) {}
}

/// Whether a commit changed the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// The file has changed.
    Changed,
    /// The change was in the file already.
    Unchanged,
}

/// Replaces a shared file with the next version that its target plans. If another program replaces
/// the file meanwhile, its version is the new base. The lock of the file is held.
pub(crate) fn commit<T: CommitTarget>(target: &mut T) -> Result<ApplyOutcome, T::Error> {
    for attempt in 0..MAX_ATTEMPTS {
        let base = target.open()?;
        let plan = match target.plan(&base) {
            Ok(Some(plan)) => plan,
            Ok(None) => {
                target.roll_back(base);
                return Ok(ApplyOutcome::Unchanged);
            }
            Err(VersionError::Stale) => continue,
            Err(VersionError::Store(error)) => {
                target.roll_back(base);
                return Err(error);
            }
        };
        match replace(target, &base, &plan) {
            Ok(Some(file)) => {
                tracing::info!(attempt, "store: file replaced");
                target.finish_commit(base, plan, file);
                return Ok(ApplyOutcome::Changed);
            }
            // Another program was quicker, or wrote while removed records were read.
            Ok(None) | Err(VersionError::Stale) => target.roll_back(base),
            Err(VersionError::Store(error)) => {
                target.roll_back(base);
                return Err(error);
            }
        }
    }
    Err(StoreError::Contended(target.path()).into())
}

/// Puts the planned version in the place of the opened one; `None` where another program was quicker.
fn replace<T: CommitTarget>(
    target: &mut T,
    base: &T::Base,
    plan: &T::CommitPlan,
) -> Result<Option<File>, VersionError<T::Error>> {
    let (path, prefix) = (target.path(), target.temporary_prefix());
    let new = Replacement::write(&path, &prefix, |to| target.write(base, plan, to))?;
    target.verify(plan, new.file())?;
    target.preserve_removed(base, plan)?;
    Ok(new.replace_if_unchanged(target.identity(base))?)
}
