//! Conversations that were brought in here and are gone from the file come back in one write.
//! May not change any other.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;

use crate::chat::wish::{Being, Wish};
use crate::chat::{Change, ConversationId, Verb, VerbId};

use super::super::doctor::gate::{self, Models};
use super::super::error::StoreError;
use super::super::index::Index;
use super::super::write::{Edit, Replacement};
use super::Store;
use super::healing::Group;

/// Fewer are restored one by one, as everything else is.
const FEW: usize = 2;

/// A record and the one it stood before.
struct Missing<'a> {
    id: &'a ConversationId,
    member: Cow<'a, str>,
    before: Option<&'a ConversationId>,
    verbs: &'a [Verb],
}

impl Store {
    /// Restores what is missing where that is much; tells which conversations. The lock is held.
    pub(super) fn restore_missing(
        &mut self,
        groups: &[Group],
    ) -> Result<Vec<ConversationId>, StoreError> {
        self.look()?;
        let Some(known) = self.known.take() else {
            return Ok(Vec::new());
        };
        let missing = missing(known.table.index(), groups);
        if missing.len() < FEW {
            self.known = Some(known);
            return Ok(Vec::new());
        }
        let edits = edits(known.table.index(), &missing);
        let path = self.place.file();
        let mut index = None;
        let fill = |file: &mut File| {
            known.write(&edits, file)?;
            index = Index::read_file(file).ok();
            Ok(())
        };
        let new = Replacement::write(&path, &self.place.temporary_prefix(), fill)?;
        let wanted = known.table.index().entries.len().saturating_add(missing.len());
        let Some(index) = index.filter(|index| index.entries.len() == wanted) else {
            let why = "conversations are missing".to_owned();
            return Err(StoreError::Check(path, why));
        };
        // Where another program was quicker they are restored one by one.
        let Some(new) = new.commit_over(known.version())? else {
            return Ok(Vec::new());
        };
        self.take_over(new, index, known.version())?;
        let verbs = missing.iter().flat_map(|it| it.verbs);
        let done = verbs.filter(|verb| matches!(verb.change, Change::Restore { .. }));
        let verbs: Vec<VerbId> = done.map(|verb| verb.id.clone()).collect();
        // What else is to be done about them is looked at next.
        let restored = missing.iter().map(|it| it.id.clone()).collect();
        self.mark_applied(&verbs);
        Ok(restored)
    }
}

/// What should be there because it was restored, and is not.
fn missing<'a>(index: &Index, groups: &'a [Group]) -> Vec<Missing<'a>> {
    let there: HashSet<&ConversationId> = index.entries.iter().map(|entry| &entry.id).collect();
    let mut missing = Vec::new();
    for Group { id, verbs } in groups.iter().filter(|group| !there.contains(&group.id)) {
        let wish = Wish::of(&verbs.iter().collect::<Vec<&Verb>>());
        if let Being::There(Change::Restore { member, before, .. }) = wish.being {
            let member = gate::pass(id, member, Models::Any).member;
            missing.push(Missing { id, member, before: before.as_ref(), verbs });
        }
    }
    missing
}

/// One edit for each place something goes to.
fn edits(index: &Index, missing: &[Missing<'_>]) -> Vec<Edit> {
    let starts: HashMap<&ConversationId, usize> =
        index.entries.iter().map(|entry| (&entry.id, entry.member.start)).collect();
    let mut places: Vec<(usize, String)> = Vec::new();
    let mut at_end: Vec<&str> = Vec::new();
    for it in missing {
        match it.before.and_then(|before| starts.get(before)) {
            Some(start) => places.push((*start, format!("{},\n  ", it.member))),
            None => at_end.push(&it.member),
        }
    }
    places.sort_by_key(|(start, _)| *start);
    let mut edits: Vec<Edit> = Vec::new();
    for (start, with) in places {
        match edits.last_mut().filter(|edit| edit.range.start == start) {
            Some(edit) => edit.with.push_str(&with),
            None => edits.push(Edit { range: start..start, with }),
        }
    }
    if !at_end.is_empty() {
        let all = at_end.join(",\n  ");
        edits.push(match index.entries.last() {
            Some(last) => {
                Edit { range: last.member.end..last.member.end, with: format!(",\n  {all}") }
            }
            None => Edit { range: index.object.clone(), with: format!("{{\n  {all}\n}}") },
        });
    }
    edits
}
