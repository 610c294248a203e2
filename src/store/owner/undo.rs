//! Taking things back: what was deleted, edited, healed or written over by somebody.
//! May not destroy anything on the way: where what was done cannot be undone, both are kept.

use crate::chat::{Block, Change, Conversation, ConversationId, Fingerprint, Message, Timestamp};

use super::super::branches::Branches;
use super::super::error::StoreError;
use super::super::index::Entry;
use super::super::trash::{Number, Thrown, What};
use super::{Store, TRIES};

/// How many neighbours on either side tell where a conversation stood.
const NEIGHBOURS: usize = 50;

/// One thing that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// Its number; later ones have higher numbers.
    pub number: Number,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in one line.
    pub line: String,
}

impl Store {
    /// What can be taken back, the latest first.
    #[must_use]
    pub fn undoable(&self) -> Vec<Undoable> {
        let mut all: Vec<Undoable> = self
            .trash
            .all()
            .into_iter()
            .filter(|(_, thrown)| !is_back(thrown))
            .map(|(number, Thrown { at, what })| Undoable { number, at, line: line(&what) })
            .collect();
        all.reverse();
        all
    }

    /// Takes the latest thing back, or the one with that number; tells what was done, or `None`
    /// where there is nothing.
    ///
    /// # Errors
    /// When it could not be written, or nothing has that number.
    pub fn undo(&mut self, wanted: Option<Number>) -> Result<Option<String>, StoreError> {
        let _held = self.lock()?;
        self.reconcile_quietly();
        let mut all = self.trash.all();
        all.retain(|(number, thrown)| {
            wanted.is_none_or(|wanted| wanted == *number) && !is_back(thrown)
        });
        let Some((number, thrown)) = all.pop() else {
            return match wanted {
                Some(Number(number)) => Err(StoreError::NothingToUndo(number)),
                None => Ok(None),
            };
        };
        let done = match thrown.what {
            What::Deleted { id, title, member, behind, before } => {
                let said = format!("\"{title}\" is back.");
                let before = self.old_place(&behind, &before)?;
                self.perform(&Change::Restore { id, title, member, before })?;
                said
            }
            What::Edited { id, title, keep, removed, messages } => {
                self.undo_edit(&id, keep, removed, &messages)?;
                format!("The edit in \"{title}\" is taken back.")
            }
            What::Healed { changes, .. } => {
                for change in &changes {
                    self.throw_away(change)?;
                    self.perform(change)?;
                }
                "What had been put back is taken out again.".to_owned()
            }
            What::Overwritten { line, .. } => {
                self.bring_back(number)?;
                let restored = Some(self.now());
                let what = What::Overwritten { line: line.clone(), restored };
                let kept = self.trash.change(number, &Thrown { at: thrown.at, what });
                kept.map_err(|error| StoreError::io("written", self.trash.folder(), error))?;
                return Ok(Some(format!("{line}: back.")));
            }
        };
        self.trash.remove(number);
        Ok(Some(done))
    }

    /// Before which conversation one stood that was deleted, as far as its neighbours are there.
    fn old_place(
        &mut self,
        behind: &[ConversationId],
        before: &[ConversationId],
    ) -> Result<Option<ConversationId>, StoreError> {
        let entries = &self.look()?.table.index().entries;
        let there = |id: &&ConversationId| entries.iter().any(|entry| entry.id == **id);
        if let Some(next) = before.iter().find(there) {
            return Ok(Some(next.clone()));
        }
        let place = |id: &ConversationId| entries.iter().rposition(|entry| entry.id == *id);
        let last = behind.iter().find_map(place);
        let next = match (last, behind) {
            (Some(last), _) => entries.get(last.saturating_add(1)),
            (None, []) => entries.first(),
            (None, _) => None,
        };
        Ok(next.map(|entry| entry.id.clone()))
    }

    /// What stood there comes back in the place of what came; where that is not there any more, it
    /// is put in beside everything else.
    fn undo_edit(
        &mut self,
        id: &ConversationId,
        keep: usize,
        removed: Vec<Message>,
        came: &[Message],
    ) -> Result<(), StoreError> {
        let chat = self.conversation(id)?;
        let tail = chat.messages.get(keep..).unwrap_or_default();
        let fits = came.len() <= tail.len()
            && came.iter().zip(tail).all(|(came, there)| came.is_same(there))
            && keep <= chat.messages.len()
            && (!came.is_empty() || tail.is_empty());
        let id = id.clone();
        let change = if fits {
            let at = self.now();
            Change::ReplaceTail { id, keep, removed: tail.to_vec(), messages: removed, at }
        } else {
            let behind = keep.checked_sub(1).and_then(|at| chat.messages.get(at));
            let blocks = vec![Block { behind: behind.map(Fingerprint::of), messages: removed }];
            Change::Insert { id, blocks }
        };
        self.perform(&change).map(|_| ())
    }

    /// Puts what a verb takes away into the trash, before it does.
    pub(super) fn throw_away(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::Delete { id } => self.throw_conversation(id),
            Change::ReplaceTail { id, keep, removed, messages, .. } if !removed.is_empty() => {
                // Going over to another line that is kept anyway takes nothing away.
                let branches = Branches::of(&self.place).read(id);
                let known = branches.iter().any(|branch| {
                    branch.messages.first().zip(messages.first()).is_some_and(|(a, b)| a.is_same(b))
                });
                if known {
                    return Ok(());
                }
                let Some(Conversation { title, .. }) = self.before(id)? else {
                    return Ok(());
                };
                self.throw(What::Edited {
                    id: id.clone(),
                    title,
                    keep: *keep,
                    removed: removed.clone(),
                    messages: messages.clone(),
                })
            }
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::Withdraw { .. }
            | Change::ReplaceTail { .. } => Ok(()),
        }
    }

    pub(super) fn throw(&self, what: What) -> Result<(), StoreError> {
        let thrown = Thrown { at: self.now(), what };
        let put = self.trash.put(&thrown).map(|_| ());
        put.map_err(|error| StoreError::io("written", self.trash.folder(), error))
    }

    fn throw_conversation(&mut self, id: &ConversationId) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = &self.known else { continue };
            let entries = &known.table.index().entries;
            let place = entries.iter().rposition(|entry| entry.id == *id);
            let Some((place, entry)) = place.and_then(|at| Some((at, entries.get(at)?))) else {
                return Ok(());
            };
            let Some(member) = self.member(known, entry)? else {
                self.distrust();
                continue;
            };
            return self.throw(What::Deleted {
                id: id.clone(),
                title: entry.summary.title.clone(),
                member,
                behind: ids(&mut entries.iter().take(place).rev()),
                before: ids(&mut entries.iter().skip(place.saturating_add(1))),
            });
        }
        Err(StoreError::Restless(self.place.file()))
    }
}

/// A few neighbours: some of them may be deleted as well.
fn ids(entries: &mut dyn Iterator<Item = &Entry>) -> Vec<ConversationId> {
    entries.take(NEIGHBOURS).map(|entry| entry.id.clone()).collect()
}

/// A version that was brought back stays until that is safe, but cannot be brought back again.
const fn is_back(thrown: &Thrown) -> bool {
    matches!(thrown.what, What::Overwritten { restored: Some(_), .. })
}

fn line(what: &What) -> String {
    match what {
        What::Deleted { title, .. } => format!("\"{title}\" was deleted"),
        What::Edited { title, removed, .. } => match removed.len() {
            1 => format!("1 message of \"{title}\" was replaced"),
            many => format!("{many} messages of \"{title}\" were replaced"),
        },
        What::Healed { line, .. } => line.trim_end_matches('.').to_owned(),
        What::Overwritten { line, .. } => format!("{line} lost to another program's save"),
    }
}
