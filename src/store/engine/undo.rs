//! Taking things back: what was deleted, edited, healed or written over by somebody.
//! May not destroy anything on the way: where what was done cannot be undone, both are kept.
//!
//! - What the user did himself, and what another program lost, comes first; what this program did
//!   by itself can be taken back by its number, or when nothing else is left.
//! - "Is back" is said only where something came back, and only then its entry goes.

use crate::chat::{Block, Change, ConversationId, Fingerprint, Message, Role, Timestamp, merge};

use crate::store::engine::throwing::of_member;
use crate::store::engine::{Applied, Store, TRIES};
use crate::store::file::error::StoreError;
use crate::store::records::sanitize;
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// One thing that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// Its number; later ones have higher numbers.
    pub number: TrashNumber,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in one line.
    pub line: String,
}

/// What came of taking something back; with a line about it.
enum Taken {
    /// The file has it again.
    Back(String),
    /// There was nothing to do; why.
    Nothing(String),
}

impl Taken {
    /// Adds a sentence about what came back.
    fn noting(self, note: &str) -> Self {
        match self {
            Self::Back(line) => Self::Back(line + note),
            Self::Nothing(why) => Self::Nothing(why),
        }
    }
}

impl Store {
    /// What can be taken back, in the order in which that is done: the user's own acts and what
    /// others lost first, the latest first.
    #[must_use]
    pub fn undoable(&self) -> Vec<Undoable> {
        let all = self.in_order_of_undoing().into_iter();
        all.map(|(number, TrashEntry { at, what, .. })| Undoable { number, at, line: line(&what) })
            .collect()
    }

    fn in_order_of_undoing(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.all();
        all.retain(|(_, thrown)| !is_back(thrown));
        all.reverse();
        all.sort_by_key(|(_, thrown)| thrown.by == Actor::Program);
        all
    }

    /// Takes the first of what can be taken back, or the one with that number; tells what was
    /// done, or `None` where there is nothing.
    ///
    /// # Errors
    /// When it could not be written, or nothing has that number.
    pub fn undo(&mut self, wanted: Option<TrashNumber>) -> Result<Option<String>, StoreError> {
        let _held = self.lock()?;
        self.reconcile_quietly();
        let mut all = self.in_order_of_undoing();
        if let Some(wanted) = wanted {
            all.retain(|(number, _)| wanted == *number);
            if all.is_empty() {
                return Err(StoreError::NothingToUndo(wanted.0));
            }
        }
        // The first that cannot be taken back any more is said, and the next one is.
        let mut said = None;
        for (number, thrown) in all {
            match self.take_one_back(number, thrown)? {
                Taken::Back(line) => {
                    return Ok(Some(said.map_or(line.clone(), |why| format!("{why} {line}"))));
                }
                Taken::Nothing(why) => said = said.or(Some(why)),
            }
        }
        Ok(said)
    }

    fn take_one_back(
        &mut self,
        number: TrashNumber,
        thrown: TrashEntry,
    ) -> Result<Taken, StoreError> {
        let taken = match thrown.what {
            Removed::Deleted { id, member, behind, before, .. } => {
                let (member, title, note) = self.admit(&id, &member)?;
                let before = self.old_place(&behind, &before)?;
                self.undelete(&id, &title, &member, before.as_ref())?.noting(&note)
            }
            Removed::Edited { id, title, .. } | Removed::TakenOut { id, title, .. }
                if self.before(&id)?.is_none() =>
            {
                Taken::Nothing(format!("\"{title}\" is not there any more."))
            }
            Removed::Edited { id, title, keep, removed, messages } => {
                self.undo_edit(&id, &title, keep, removed, &messages)?
            }
            Removed::TakenOut { id, title, blocks } => self.put_in_again(&id, &title, blocks)?,
            Removed::Healed { changes, .. } => self.unheal(&changes)?,
            Removed::Overwritten { line, .. } => {
                let note = sanitize::sentence(self.bring_back(number)?.repaired);
                let restored = Some(self.now());
                let what = Removed::Overwritten { line: line.clone(), restored };
                let kept = self.trash.change(number, &TrashEntry { what, ..thrown });
                kept.map_err(|error| StoreError::io("written", self.trash.folder(), error))?;
                return Ok(Taken::Back(format!("{line}: back.{note}")));
            }
        };
        if matches!(taken, Taken::Back(_)) {
            self.trash.remove(number);
            // What came in meanwhile and found no place has one again.
            self.reconcile_quietly();
        }
        Ok(taken)
    }

    /// A deleted conversation comes back as it was; where it is there again, what it lacks of it.
    fn undelete(
        &mut self,
        id: &ConversationId,
        title: &str,
        member: &str,
        before: Option<&ConversationId>,
    ) -> Result<Taken, StoreError> {
        for _ in 0..TRIES {
            if let Some(there) = self.before(id)? {
                let kept = of_member(member).map(|kept| kept.messages).unwrap_or_default();
                let lacking = merge::missing_blocks(&there.messages, &kept);
                return self.put_in_again(id, &there.title, lacking);
            }
            let change = Change::Restore {
                id: id.clone(),
                title: title.to_owned(),
                member: member.to_owned(),
                before: before.cloned(),
            };
            if self.perform(&[change], Actor::Program)? == Applied::Changed {
                return Ok(Taken::Back(format!("\"{title}\" is back.")));
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }

    /// Messages that were in a conversation and are not.
    fn put_in_again(
        &mut self,
        id: &ConversationId,
        title: &str,
        blocks: Vec<Block>,
    ) -> Result<Taken, StoreError> {
        let there = self.read_conversation(id)?.messages;
        let all: Vec<Message> = blocks.iter().flat_map(|block| block.messages.clone()).collect();
        let missing = merge::missing_blocks(&there, &all);
        let many: usize = missing.iter().map(|block| block.messages.len()).sum();
        // Whole, they know best what they stood behind.
        let blocks = if many == all.len() { blocks } else { missing };
        let change = Change::Insert { id: id.clone(), blocks };
        if many == 0 || self.perform(&[change], Actor::Program)? == Applied::Same {
            return Ok(Taken::Nothing(format!("\"{title}\" is there, with everything it had.")));
        }
        Ok(Taken::Back(match many {
            1 => format!("\"{title}\" is there; 1 message it had is back."),
            many => format!("\"{title}\" is there; {many} messages it had are back."),
        }))
    }

    /// What healing did is undone, as far as it is still there.
    fn unheal(&mut self, changes: &[Change]) -> Result<Taken, StoreError> {
        let mut any = false;
        for change in changes {
            if let Change::Restore { id, title, member, before } = change {
                let (member, ..) = self.admit(id, member)?;
                let taken = self.undelete(id, title, &member, before.as_ref())?;
                any |= matches!(taken, Taken::Back(_));
            } else if self.before(change.conversation())?.is_some() {
                any |=
                    self.perform(std::slice::from_ref(change), Actor::Program)? == Applied::Changed;
            }
        }
        Ok(if any {
            Taken::Back("What had been done again is undone.".to_owned())
        } else {
            Taken::Nothing("What had been done again is undone already.".to_owned())
        })
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

    /// What stood there comes back in the place of what came and the answer that got; where that is
    /// not all there is, it is put in beside everything else.
    fn undo_edit(
        &mut self,
        id: &ConversationId,
        title: &str,
        keep: usize,
        removed: Vec<Message>,
        came: &[Message],
    ) -> Result<Taken, StoreError> {
        let chat = self.read_conversation(id)?;
        let tail = chat.messages.get(keep..).unwrap_or_default();
        // An answer that was asked for again gives way to the one before; both are kept.
        let was_answer = came.is_empty() && is_answer(removed.first());
        let is_another_answer = was_answer && is_answer(tail.first());
        let behind = tail.get(came.len()..).unwrap_or_default();
        let fits = keep <= chat.messages.len()
            && came.len() <= tail.len()
            && came.iter().zip(tail).all(|(came, there)| came.is_same(there))
            && behind.iter().all(|message| message.role != Role::User)
            && (!came.is_empty() || tail.is_empty() || is_another_answer);
        let id = id.clone();
        let (change, said) = if fits {
            let (tail, at) = (tail.to_vec(), self.now());
            let change = Change::ReplaceTail { id, keep, removed: tail, messages: removed, at };
            let said = if was_answer {
                format!("The answer before in \"{title}\" is back.")
            } else {
                format!("The edit in \"{title}\" is taken back.")
            };
            (change, said)
        } else {
            // What came back by itself is not put in twice.
            let missing = merge::missing_blocks(&chat.messages, &removed);
            let many: usize = missing.iter().map(|block| block.messages.len()).sum();
            if many == 0 {
                return Ok(Taken::Nothing(format!("What stood in \"{title}\" is there.")));
            }
            let behind = keep.checked_sub(1).and_then(|at| chat.messages.get(at));
            let whole = Block { behind: behind.map(Fingerprint::of), messages: removed };
            let blocks = if many == whole.messages.len() { vec![whole] } else { missing };
            let said = format!("What stood in \"{title}\" is back beside what came after it.");
            (Change::Insert { id, blocks }, said)
        };
        Ok(match self.perform(&[change], Actor::Program)? {
            Applied::Changed => Taken::Back(said),
            Applied::Same => Taken::Nothing(format!("What stood in \"{title}\" is there.")),
        })
    }
}

fn is_answer(message: Option<&Message>) -> bool {
    message.is_some_and(|message| message.role == Role::Assistant)
}

/// A version that was brought back stays until that is safe, but cannot be brought back again.
const fn is_back(thrown: &TrashEntry) -> bool {
    matches!(thrown.what, Removed::Overwritten { restored: Some(_), .. })
}

fn line(what: &Removed) -> String {
    match what {
        Removed::Deleted { title, .. } => format!("\"{title}\" was deleted"),
        Removed::Edited { title, removed, .. } => match removed.len() {
            1 => format!("1 message of \"{title}\" was replaced"),
            many => format!("{many} messages of \"{title}\" were replaced"),
        },
        Removed::TakenOut { title, blocks, .. } => {
            match blocks.iter().map(|block| block.messages.len()).sum() {
                1_usize => format!("1 message of \"{title}\" was taken out"),
                many => format!("{many} messages of \"{title}\" were taken out"),
            }
        }
        Removed::Healed { line, .. } => line.trim_end_matches('.').to_owned(),
        Removed::Overwritten { line, .. } => format!("{line} lost to another program's save"),
    }
}
