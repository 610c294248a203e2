//! Everything a kept version has and the file lacks goes back to its old place, in one write.
//! May not touch a byte of what the file has.

use std::collections::HashMap;
use std::fs::File;

use crate::chat::{Change, ConversationId};

use crate::store::engine::commit::{Drafting, Planned, Stopped};
use crate::store::engine::wipe::{Lack, failed, lacking};
use crate::store::engine::{Known, Store};
use crate::store::file::error::StoreError;
use crate::store::file::version::{self, Snapshot};
use crate::store::index::{Entry, Index};
use crate::store::json::edit::Piece;
use crate::store::records::edits::layout::{MemberEdit, NewMember};
use crate::store::records::sanitize::{self, Models};
use crate::store::state::{Actor, TrashNumber};

/// What came of bringing a version back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Brought {
    /// Whether the file lacked anything of it.
    pub any: bool,
    /// How many values were put right on the way.
    pub repaired: usize,
}

/// A record of the kept version that is to go in.
struct Coming {
    place: usize,
    /// Its text where that is not what the kept version has.
    put_right: Option<String>,
}

impl Store {
    /// Brings back what the file lacks of a version in the trash, in one write. The lock is held.
    pub(super) fn bring_back(&mut self, number: TrashNumber) -> Result<Brought, StoreError> {
        let path = self.trash.version(number);
        let kept = Known::from_file(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let planner = |store: &mut Self, now: &Known| store.plan_to_bring_back(&kept, now);
        Ok(self.commit(Actor::Program, Some(&kept), planner)?.1)
    }

    fn plan_to_bring_back(
        &mut self,
        kept: &Known,
        now: &Known,
    ) -> Result<Planned<Brought>, Stopped> {
        let lacks = lacking(kept, now, &self.verbs_in_order(|_| true));
        let lacks = lacks.map_err(|error| failed(self, "read", error))?;
        let (mut whole, mut inserts) = (Vec::new(), Vec::new());
        let any = !lacks.is_empty();
        for lack in lacks {
            match lack {
                Lack::Conversation(place) => whole.push(place),
                Lack::Messages(id, blocks) => inserts.push(Change::Insert { id, blocks }),
            }
        }
        let (coming, repaired) = self.through_the_gate(kept, now, &whole)?;
        let mut drafting = Drafting::of(self, now)?;
        for insert in inserts {
            match drafting.apply(std::slice::from_ref(&insert)) {
                Ok(_) => {}
                Err(Stopped::Again) => return Err(Stopped::Again),
                // One that is damaged keeps the others from nothing.
                Err(Stopped::Error(error)) => {
                    tracing::warn!(%error, "messages could not be restored");
                }
            }
        }
        let mut batch = drafting.into_batch();
        let slots = slots_of(kept, now, &coming);
        for (it, slot) in coming.into_iter().zip(slots) {
            batch.edits.extend(it.member(kept).map(|new| MemberEdit::Insert(slot, new)));
        }
        let brought = Brought { any, repaired };
        Ok(Planned::Write(batch, brought))
    }

    /// The records of `kept` at these places as they may come into the file, and how many values
    /// had to be put right.
    fn through_the_gate(
        &self,
        kept: &Known,
        now: &Known,
        places: &[usize],
    ) -> Result<(Vec<Coming>, usize), StoreError> {
        let (mut coming, mut doubtful, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for place in places {
            let Some(entry) = kept.table.index().entries.get(*place) else { continue };
            let text =
                kept.text(entry.member.clone()).map_err(|error| failed(self, "read", error))?;
            if sanitize::pass(&entry.id, &text, Models::These(&[])).repaired > 0 {
                named.extend(sanitize::unknown_models(&text));
                doubtful.push((coming.len(), &entry.id, text));
            }
            coming.push(Coming { place: *place, put_right: None });
        }
        let here = if named.is_empty() { named } else { self.named_here(now, named)? };
        let mut repaired = 0_usize;
        for (at, id, text) in doubtful {
            let passed = sanitize::pass(id, &text, Models::These(&here));
            repaired = repaired.saturating_add(passed.repaired);
            if let Some(it) = coming.get_mut(at).filter(|_| passed.repaired > 0) {
                it.put_right = Some(passed.member.into_owned());
            }
        }
        Ok((coming, repaired))
    }

    /// Takes a version that has just been written here for what is known, and notes it as ours
    /// where it was made from a version that had been looked at.
    pub(super) fn take_over(&mut self, file: File, index: Index, base: Option<version::Version>) {
        let line = self.ledger.read();
        let is_ours = line.knows(base);
        if is_ours {
            self.kept.keep(&self.place.file());
        }
        let snapshot = match Snapshot::of(file) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                // It is read anew at the next look.
                tracing::warn!(%error, "the new version of the file could not be looked at");
                self.known = None;
                return;
            }
        };
        if is_ours {
            self.ledger.update(|seen| seen.set_version(Some(snapshot.version())));
        }
        if let Some(cache) = self.cache() {
            cache.save(&snapshot, &index);
        }
        self.known = Some(Known { snapshot: Some(snapshot), table: index.into() });
    }
}

impl Coming {
    /// The member as it comes into the file.
    fn member(self, kept: &Known) -> Option<NewMember> {
        if let Some(text) = self.put_right {
            return NewMember::of(text);
        }
        let entry = kept.table.index().entries.get(self.place)?;
        let start = entry.member.start;
        let value = entry.value.start.checked_sub(start)?..entry.value.end.checked_sub(start)?;
        let member = 0..entry.member.len();
        let text = Piece::Other(entry.member.clone());
        Some(NewMember { entry: Entry { member, value, ..entry.clone() }, text })
    }
}

/// Before which record of the file each goes.
fn slots_of(kept: &Known, now: &Known, coming: &[Coming]) -> Vec<usize> {
    let there: HashMap<&ConversationId, usize> = now
        .table
        .index()
        .entries
        .iter()
        .enumerate()
        .map(|(place, entry)| (&entry.id, place))
        .collect();
    // The next record that is there, for each of the kept ones, found from the end.
    let mut next: Vec<Option<usize>> = Vec::with_capacity(kept.table.index().entries.len());
    let mut known = None;
    for entry in kept.table.index().entries.iter().rev() {
        known = there.get(&entry.id).copied().or(known);
        next.push(known);
    }
    next.reverse();
    let last_known = kept.table.index().entries.iter().rev().find_map(|entry| there.get(&entry.id));
    let behind_all = last_known.map_or(0, |place| place.saturating_add(1));
    let slot = |it: &Coming| next.get(it.place).copied().flatten().unwrap_or(behind_all);
    coming.iter().map(slot).collect()
}
