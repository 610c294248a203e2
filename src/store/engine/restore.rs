//! Everything a kept version has and the file lacks goes back to its old place, in one write.
//! May not touch a byte of what the file has.

use std::collections::HashMap;
use std::fs::File;

use crate::chat::{Change, ConversationId};

use crate::store::engine::commit::{DraftBuilder, PlanError, PlanResult};
use crate::store::engine::loss::{MissingContent, file_error, missing_content};
use crate::store::engine::{OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::index::{Index, IndexEntry};
use crate::store::json::edit::Piece;
use crate::store::records::edits::layout::{MemberEdit, NewMember};
use crate::store::records::sanitize::{self, AllowedModels};
use crate::store::state::{Actor, TrashNumber};

/// What came of bringing a version back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RestoreResult {
    /// Whether the file lacked anything of it.
    pub was_missing: bool,
    /// How many values were put right on the way.
    pub repaired: usize,
}

/// A record of the kept version that is to go in.
struct RestoredRecord {
    position: usize,
    /// Its text where that is not what the kept version has.
    sanitized: Option<String>,
}

impl Store {
    /// Brings back what the file lacks of a version in the trash, in one write. The lock is held.
    pub(super) fn restore_version(
        &mut self,
        number: TrashNumber,
    ) -> Result<RestoreResult, StoreError> {
        let path = self.trash.version_path(number);
        let kept =
            OpenVersion::from_file(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let planner = |store: &mut Self, now: &OpenVersion| store.plan_restore(&kept, now);
        Ok(self.commit(Actor::Program, Some(&kept), planner)?.1)
    }

    fn plan_restore(
        &mut self,
        kept: &OpenVersion,
        now: &OpenVersion,
    ) -> Result<PlanResult<RestoreResult>, PlanError> {
        let lacks = missing_content(kept, now, &self.changes_in_order(|_| true));
        let lacks = lacks.map_err(|error| file_error(self, "read", error))?;
        let (mut whole, mut inserts) = (Vec::new(), Vec::new());
        let any = !lacks.is_empty();
        for lack in lacks {
            match lack {
                MissingContent::Conversation(place) => whole.push(place),
                MissingContent::Messages(id, blocks) => inserts.push(Change::Insert { id, blocks }),
            }
        }
        let (coming, repaired) = self.sanitize_records(kept, now, &whole)?;
        let mut drafting = DraftBuilder::of(self, now)?;
        for insert in inserts {
            match drafting.apply(std::slice::from_ref(&insert)) {
                Ok(_) => {}
                Err(PlanError::StaleIndex) => return Err(PlanError::StaleIndex),
                // One that is damaged keeps the others from nothing.
                Err(PlanError::Store(error)) => {
                    tracing::warn!(%error, "messages could not be restored");
                }
            }
        }
        let mut batch = drafting.into_batch();
        let slots = insert_positions(kept, now, &coming);
        for (it, slot) in coming.into_iter().zip(slots) {
            batch.edits.extend(it.into_member(kept).map(|new| MemberEdit::Insert(slot, new)));
        }
        let brought = RestoreResult { was_missing: any, repaired };
        Ok(PlanResult::Write(batch, brought))
    }

    /// The records of `kept` at these places as they may come into the file, and how many values
    /// had to be put right.
    fn sanitize_records(
        &self,
        kept: &OpenVersion,
        now: &OpenVersion,
        places: &[usize],
    ) -> Result<(Vec<RestoredRecord>, usize), StoreError> {
        let (mut coming, mut doubtful, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for place in places {
            let Some(entry) = kept.index.unpacked().entries.get(*place) else { continue };
            let text = kept
                .read_text(entry.member.clone())
                .map_err(|error| file_error(self, "read", error))?;
            if sanitize::sanitize(&entry.id, &text, AllowedModels::Only(&[])).repaired > 0 {
                named.extend(sanitize::unknown_models(&text));
                doubtful.push((coming.len(), &entry.id, text));
            }
            coming.push(RestoredRecord { position: *place, sanitized: None });
        }
        let here = if named.is_empty() { named } else { self.models_in_file(now, named)? };
        let mut repaired = 0_usize;
        for (at, id, text) in doubtful {
            let passed = sanitize::sanitize(id, &text, AllowedModels::Only(&here));
            repaired = repaired.saturating_add(passed.repaired);
            if let Some(it) = coming.get_mut(at).filter(|_| passed.repaired > 0) {
                it.sanitized = Some(passed.member.into_owned());
            }
        }
        Ok((coming, repaired))
    }

    /// Takes a version that has just been written here for what is known, and notes it as ours
    /// where it was made from a version that had been looked at.
    pub(super) fn set_written_version(
        &mut self,
        file: File,
        index: Index,
        base: Option<open_file::FileIdentity>,
    ) {
        let line = self.seen.read();
        let is_ours = line.is_last_seen(base);
        if is_ours {
            self.last_good.save(&self.paths.chats_file());
        }
        let snapshot = match OpenFile::of(file) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                // It is read anew at the next look.
                tracing::warn!(%error, "the new version of the file could not be looked at");
                self.open_version = None;
                return;
            }
        };
        if is_ours {
            self.seen.update(|seen| seen.set_last_seen(Some(snapshot.identity())));
        }
        if let Some(cache) = self.index_cache() {
            cache.save(&snapshot, &index);
        }
        self.open_version = Some(OpenVersion { file: Some(snapshot), index: index.into() });
    }
}

impl RestoredRecord {
    /// The member as it comes into the file.
    fn into_member(self, kept: &OpenVersion) -> Option<NewMember> {
        if let Some(text) = self.sanitized {
            return NewMember::of(text);
        }
        let entry = kept.index.unpacked().entries.get(self.position)?;
        let start = entry.member.start;
        let value = entry.value.start.checked_sub(start)?..entry.value.end.checked_sub(start)?;
        let member = 0..entry.member.len();
        let text = Piece::OtherFile(entry.member.clone());
        Some(NewMember { entry: IndexEntry { member, value, ..entry.clone() }, text })
    }
}

/// Before which record of the file each goes.
fn insert_positions(
    kept: &OpenVersion,
    now: &OpenVersion,
    coming: &[RestoredRecord],
) -> Vec<usize> {
    let there: HashMap<&ConversationId, usize> = now
        .index
        .unpacked()
        .entries
        .iter()
        .enumerate()
        .map(|(place, entry)| (&entry.id, place))
        .collect();
    // The next record that is there, for each of the kept ones, found from the end.
    let mut next: Vec<Option<usize>> = Vec::with_capacity(kept.index.unpacked().entries.len());
    let mut known = None;
    for entry in kept.index.unpacked().entries.iter().rev() {
        known = there.get(&entry.id).copied().or(known);
        next.push(known);
    }
    next.reverse();
    let last_known =
        kept.index.unpacked().entries.iter().rev().find_map(|entry| there.get(&entry.id));
    let behind_all = last_known.map_or(0, |place| place.saturating_add(1));
    let slot = |it: &RestoredRecord| next.get(it.position).copied().flatten().unwrap_or(behind_all);
    coming.iter().map(slot).collect()
}
