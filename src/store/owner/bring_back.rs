//! Everything a kept version has and the file lacks goes back to its old place, in one write.
//! May not touch a byte of what the file has.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;

use crate::chat::{Change, ConversationId};

use super::super::doctor::gate::{self, Models};
use super::super::error::StoreError;
use super::super::index::Index;
use super::super::state::{Actor, TrashNumber};
use super::super::version::{self, Snapshot};
use super::super::write::{Replacement, edit};
use super::wipe::{Lack, failed, lacking};
use super::{Applied, Known, Store, TRIES};

/// One stretch of the new file.
enum Piece<'a> {
    /// New text, or a record that was put right.
    Text(&'a str),
    /// A stretch of the file as it is.
    Now(Range<usize>),
    /// A stretch of the kept version.
    Kept(Range<usize>),
}

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
    /// Brings back what the file lacks of a version in the trash. The lock is held.
    pub(super) fn bring_back(&mut self, number: TrashNumber) -> Result<Brought, StoreError> {
        let path = self.trash.version(number);
        let kept = Known::from_file(&path).map_err(|error| StoreError::io("read", &path, error))?;
        for _ in 0..TRIES {
            self.look()?;
            let Some(now) = self.known.take() else { continue };
            let lacks = lacking(&kept, &now, &self.verbs_in_order(|_| true));
            let lacks = lacks.map_err(|error| failed(self, "read", error))?;
            let whole: Vec<usize> = lacks
                .iter()
                .filter_map(|lack| match lack {
                    Lack::Conversation(place) => Some(*place),
                    Lack::Messages(..) => None,
                })
                .collect();
            let (coming, repaired) = self.through_the_gate(&kept, &now, &whole)?;
            if !whole.is_empty() && self.put_in(&kept, now, &coming)? == Applied::Same {
                continue;
            }
            let any = !lacks.is_empty();
            for lack in lacks {
                if let Lack::Messages(id, blocks) = lack {
                    self.write(&Change::Insert { id, blocks }, Actor::Program)?;
                }
            }
            return Ok(Brought { any, repaired });
        }
        Err(StoreError::Restless(self.place.file()))
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
            if gate::pass(&entry.id, &text, Models::These(&[])).repaired > 0 {
                named.extend(gate::unknown_models(&text));
                doubtful.push((coming.len(), &entry.id, text));
            }
            coming.push(Coming { place: *place, put_right: None });
        }
        let here = if named.is_empty() { named } else { self.named_here(now, named)? };
        let mut repaired = 0_usize;
        for (at, id, text) in doubtful {
            let passed = gate::pass(id, &text, Models::These(&here));
            repaired = repaired.saturating_add(passed.repaired);
            if let Some(it) = coming.get_mut(at).filter(|_| passed.repaired > 0) {
                it.put_right = Some(passed.member.into_owned());
            }
        }
        Ok((coming, repaired))
    }

    /// Writes the file with the records of `kept` at these places; `Same` where somebody changed
    /// it meanwhile.
    fn put_in(
        &mut self,
        kept: &Known,
        now: Known,
        coming: &[Coming],
    ) -> Result<Applied, StoreError> {
        let path = self.place.file();
        let pieces = pieces(kept, &now, coming);
        let fill = |file: &mut File| write(&pieces, kept, &now, file);
        let new = Replacement::write(&path, &self.place.temporary_prefix(), fill)?;
        let written = File::open(new.path()).map_err(|error| failed(self, "read", error))?;
        let index = Index::read_file(&written)
            .map_err(|_| StoreError::Check(path.clone(), "it is not JSON".to_owned()))?;
        let wanted = now.table.index().entries.len().saturating_add(coming.len());
        if index.entries.len() != wanted {
            return Err(StoreError::Check(path, "records are missing".to_owned()));
        }
        if version::on_disk(&self.place)? != now.version() {
            self.known = Some(now);
            return Ok(Applied::Same);
        }
        let base = now.version();
        let Some(new) = new.commit_over(base)? else {
            self.known = Some(now);
            return Ok(Applied::Same);
        };
        self.take_over(new, index, base)?;
        Ok(Applied::Changed)
    }

    /// Takes a version that has just been written here for what is known, and notes it as ours
    /// where it was made from a version that had been looked at.
    pub(super) fn take_over(
        &mut self,
        file: File,
        index: Index,
        base: Option<version::Version>,
    ) -> Result<(), StoreError> {
        let is_ours = self.ledger.read().knows(base);
        if is_ours {
            self.kept.keep(&self.place.file());
        }
        let snapshot = Snapshot::of(file).map_err(|error| failed(self, "read", error))?;
        if is_ours {
            self.ledger.update(|seen| seen.set_version(Some(snapshot.version())));
        }
        if let Some(cache) = self.cache() {
            cache.save(&snapshot, &index);
        }
        self.known = Some(Known { snapshot: Some(snapshot), table: index.into() });
        Ok(())
    }
}

/// The stretches of the new file: each record before the one it stood before, else behind the one
/// it stood behind, else first.
fn pieces<'a>(kept: &Known, now: &Known, coming: &'a [Coming]) -> Vec<Piece<'a>> {
    let entries = &now.table.index().entries;
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        let mut pieces = vec![Piece::Text("{\n  ")];
        for (count, record) in records(kept, coming).enumerate() {
            pieces.extend((count > 0).then_some(Piece::Text(",\n  ")));
            pieces.push(record);
        }
        pieces.push(Piece::Text("\n}"));
        return pieces;
    };
    let mut slots: Vec<Vec<Piece<'_>>> = Vec::new();
    slots.resize_with(entries.len().saturating_add(1), Vec::new);
    for (place, record) in slots_of(kept, now, coming).into_iter().zip(records(kept, coming)) {
        if let Some(slot) = slots.get_mut(place) {
            slot.push(record);
        }
    }
    let behind = slots.pop().unwrap_or_default();
    let mut pieces = vec![Piece::Now(0..first.member.start)];
    let starts = entries.iter().skip(1).map(|entry| entry.member.start).chain([last.member.end]);
    for ((entry, slot), end) in entries.iter().zip(slots).zip(starts) {
        for record in slot {
            pieces.extend([record, Piece::Text(",\n  ")]);
        }
        pieces.push(Piece::Now(entry.member.start..end));
    }
    for record in behind {
        pieces.extend([Piece::Text(",\n  "), record]);
    }
    let end = now
        .version()
        .map_or(last.member.end, |version| usize::try_from(version.bytes()).unwrap_or(usize::MAX));
    pieces.push(Piece::Now(last.member.end..end));
    pieces
}

fn records<'a>(kept: &Known, coming: &'a [Coming]) -> impl Iterator<Item = Piece<'a>> {
    coming.iter().filter_map(|it| match &it.put_right {
        Some(text) => Some(Piece::Text(text)),
        None => Some(Piece::Kept(kept.table.index().entries.get(it.place)?.member.clone())),
    })
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

fn write(pieces: &[Piece<'_>], kept: &Known, now: &Known, to: &mut File) -> io::Result<()> {
    let copy = |known: &Known, range: &Range<usize>, to: &mut File| match &known.snapshot {
        Some(snapshot) => edit::copy_range(snapshot.file(), range.clone(), to),
        None => Ok(()),
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => to.write_all(text.as_bytes())?,
            Piece::Now(range) => copy(now, range, to)?,
            Piece::Kept(range) => copy(kept, range, to)?,
        }
    }
    Ok(())
}
