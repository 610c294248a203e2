//! Restores what the file lacks of a saved version to its old position, in one write; sanitises the
//! restored records.
//! Must not change a byte of what the file has.

use std::collections::HashMap;

use crate::chat::{Change, ConversationId};

use crate::store::engine::Store;
use crate::store::engine::commit::draft_of;
use crate::store::engine::loss::{MissingContent, missing_content};
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::json::edit::Piece;
use crate::store::records::edits::draft::Batch;
use crate::store::records::edits::layout::{MemberEdit, NewMember};
use crate::store::records::sanitize::{self, AllowedModels};
use crate::store::state::{Actor, TrashNumber};

/// What restoring a version did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RestoreResult {
    /// Whether there was anything to restore.
    pub was_missing: bool,
    /// How many values had to be repaired on the way.
    pub repaired: usize,
}

/// A record of the saved version that goes into the file.
struct RestoredRecord {
    position: usize,
    /// Its text, if that differs from the saved version.
    sanitized: Option<String>,
}

impl Store {
    /// Restores what the file lacks of a version in the trash. The lock is held.
    pub(super) fn restore_version(
        &mut self,
        number: TrashNumber,
    ) -> Result<RestoreResult, StoreError> {
        let path = self.trash.version_path(number);
        let saved =
            OpenVersion::from_file(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let planner = |store: &mut Self, now: &OpenVersion| store.plan_restore(&saved, now);
        Ok(self.commit(Actor::Program, Some(&saved), planner)?.1)
    }

    fn plan_restore(
        &self,
        saved: &OpenVersion,
        now: &OpenVersion,
    ) -> Result<(Batch, RestoreResult), VersionError> {
        let missing = missing_content(saved, now, &self.changes_in_order(|_| true))?;
        let was_missing = !missing.is_empty();
        let (mut positions, mut draft) = (Vec::new(), draft_of(now)?);
        for missing in missing {
            let inserted = match missing {
                MissingContent::Conversation(position) => {
                    positions.push(position);
                    continue;
                }
                MissingContent::Messages(id, blocks) => draft.apply(&Change::Insert { id, blocks }),
            };
            match inserted {
                Ok(_) => {}
                Err(VersionError::Stale) => return Err(VersionError::Stale),
                // A conversation that cannot be read does not keep the others from being restored.
                Err(VersionError::Store(error)) => {
                    tracing::warn!(%error, "messages could not be restored");
                }
            }
        }
        let (records, repaired) = sanitize_records(saved, now, &positions)?;
        let mut batch = draft.into_batch();
        let slots = insert_positions(saved, now, &records);
        for (record, slot) in records.into_iter().zip(slots) {
            batch.edits.extend(record.into_member(saved).map(|new| MemberEdit::Insert(slot, new)));
        }
        Ok((batch, RestoreResult { was_missing, repaired }))
    }
}

/// The records of `saved` at these positions, sanitised, and how many values had to be repaired.
fn sanitize_records(
    saved: &OpenVersion,
    now: &OpenVersion,
    positions: &[usize],
) -> Result<(Vec<RestoredRecord>, usize), VersionError> {
    let (mut records, mut doubtful, mut models) = (Vec::new(), Vec::new(), Vec::new());
    for position in positions {
        let Some(entry) = saved.entries().get(*position) else { continue };
        let text = saved.saved_text(entry.member.clone())?;
        if sanitize::sanitize(entry.id(), &text, AllowedModels::Only(&[])).repaired > 0 {
            models.extend(sanitize::unknown_models(&text));
            doubtful.push((records.len(), entry.id(), text));
        }
        records.push(RestoredRecord { position: *position, sanitized: None });
    }
    let models = now.named_models(models)?;
    let mut repaired = 0_usize;
    for (at, id, text) in doubtful {
        let record = sanitize::sanitize(id, &text, AllowedModels::Only(&models));
        repaired = repaired.saturating_add(record.repaired);
        if let Some(restored) = records.get_mut(at).filter(|_| record.repaired > 0) {
            restored.sanitized = Some(record.member.into_owned());
        }
    }
    Ok((records, repaired))
}

impl OpenVersion {
    /// Those of these models that the version names: its web app wrote them, so it accepts them.
    pub(super) fn named_models(
        &self,
        mut models: Vec<String>,
    ) -> Result<Vec<String>, VersionError> {
        models.sort_unstable();
        models.dedup();
        let mut named = Vec::new();
        for entry in self.entries() {
            if models.is_empty() {
                break;
            }
            let member = self.record_member(entry)?;
            let is_named = |name: &str| member.contains(&format!("\"model\": \"{name}\""));
            named.extend(models.extract_if(.., |name| is_named(name)));
        }
        Ok(named)
    }
}

impl RestoredRecord {
    fn into_member(self, saved: &OpenVersion) -> Option<NewMember> {
        if let Some(text) = self.sanitized {
            return NewMember::of(text);
        }
        let entry = saved.entries().get(self.position)?;
        let text = Piece::OtherFile(entry.member.clone());
        Some(NewMember { entry: entry.moved(entry.member.start, 0), text })
    }
}

/// For each record the position in `now` before which it goes: that of the next record of `saved` that
/// `now` has, else after all that `saved` has.
fn insert_positions(
    saved: &OpenVersion,
    now: &OpenVersion,
    records: &[RestoredRecord],
) -> Vec<usize> {
    let positions: HashMap<&ConversationId, usize> =
        now.entries().iter().enumerate().map(|(at, entry)| (entry.id(), at)).collect();
    let mut last = None;
    let mut next = None;
    let mut following: Vec<Option<usize>> = Vec::with_capacity(saved.entries().len());
    for entry in saved.entries().iter().rev() {
        next = positions.get(entry.id()).copied().or(next);
        last = last.or(next);
        following.push(next);
    }
    following.reverse();
    let after_last = last.map_or(0, |at: usize| at.saturating_add(1));
    let slot = |record: &RestoredRecord| {
        following.get(record.position).copied().flatten().unwrap_or(after_last)
    };
    records.iter().map(slot).collect()
}
