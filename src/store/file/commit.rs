//! The one function that replaces a shared file: the chats of a user, or the presets.
//! Must not know what is in the file: a target supplies what changes and judges what came of it.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use super::replace::Replacement;
use crate::store::file::error::StoreError;
use crate::store::file::open_file::FileIdentity;

/// How often a commit starts again because somebody else replaced the file meanwhile.
pub const MAX_ATTEMPTS: usize = 20;

/// A shared file and what is to become of it.
pub trait CommitTarget {
    /// One version of the file, as it was opened.
    type Base;
    /// What is to be written in the place of that version.
    type Plan;

    /// The file.
    fn path(&self) -> PathBuf;

    /// How the names of temporary files beside it begin.
    fn temporary_prefix(&self) -> String;

    /// Opens the version that is there now.
    ///
    /// # Errors
    /// When it cannot be read.
    fn open(&mut self) -> Result<Self::Base, StoreError>;

    /// What tells the opened version from any other; `None` where there is no file.
    fn identity(&self, base: &Self::Base) -> Option<FileIdentity>;

    /// Decides what is to be done to the opened version.
    ///
    /// # Errors
    /// When it cannot be done; nothing has been written then.
    fn plan(&mut self, base: &Self::Base) -> Result<PlanOutcome<Self::Plan>, StoreError>;

    /// Writes the new version.
    ///
    /// # Errors
    /// When reading the old one or writing the new one fails.
    fn write(&self, base: &Self::Base, plan: &Self::Plan, to: &mut File) -> io::Result<()>;

    /// Judges what was written, before anybody can see it.
    ///
    /// # Errors
    /// With what is wrong with it; the old version stays then.
    fn verify(&mut self, plan: &Self::Plan, new: &File) -> Result<(), StoreError>;

    /// Puts aside what the new version does not have any more.
    ///
    /// # Errors
    /// When it cannot be kept; the old version stays then.
    fn preserve_removed(&mut self, base: &Self::Base, plan: &Self::Plan) -> Result<(), StoreError>;

    /// Takes the opened version back, because it was not replaced: what was put aside was not lost.
    fn roll_back(&mut self, base: Self::Base);

    /// Takes note of the new version, which is in its place now: nothing that goes wrong from here on
    /// may be reported as a change that was not made.
    fn finish_commit(&mut self, base: Self::Base, plan: Self::Plan, new: File);
}

/// What a target decides about a version.
#[derive(Debug)]
pub enum PlanOutcome<P> {
    /// Write this.
    Write(P),
    /// Nothing has to change.
    Unchanged,
    /// The version was written into while it was read: open it again.
    Retry,
}

/// Whether a commit changed the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// The file has changed.
    Changed,
    /// It was true already.
    Unchanged,
}

/// Replaces a shared file by what its target makes of the version that is there, if that version
/// still is there at the moment of the exchange; else starts again with the next one. The lock of the
/// file is held.
///
/// # Errors
/// When a step fails; the file is as it was, or as somebody else has written it.
pub fn commit<T: CommitTarget>(target: &mut T) -> Result<ApplyOutcome, StoreError> {
    for tried in 0..MAX_ATTEMPTS {
        let base = target.open()?;
        let plan = match target.plan(&base) {
            Ok(PlanOutcome::Write(plan)) => plan,
            Ok(PlanOutcome::Unchanged) => {
                target.roll_back(base);
                return Ok(ApplyOutcome::Unchanged);
            }
            Ok(PlanOutcome::Retry) => continue,
            Err(error) => {
                target.roll_back(base);
                return Err(error);
            }
        };
        let (path, prefix) = (target.path(), target.temporary_prefix());
        let replaced = Replacement::write(&path, &prefix, |to| target.write(&base, &plan, to))
            .and_then(|new| target.verify(&plan, new.file()).map(|()| new))
            .and_then(|new| target.preserve_removed(&base, &plan).map(|()| new))
            .and_then(|new| new.replace_if_unchanged(target.identity(&base)));
        match replaced {
            Ok(Some(file)) => {
                tracing::info!(tried, "store: file replaced");
                target.finish_commit(base, plan, file);
                return Ok(ApplyOutcome::Changed);
            }
            // Somebody else was quicker, or was while what goes was being read.
            Ok(None) | Err(StoreError::Contended(_)) => target.roll_back(base),
            Err(error) => {
                target.roll_back(base);
                return Err(error);
            }
        }
    }
    Err(StoreError::Contended(target.path()))
}
