//! The one owner of a user's file: reads it, changes it by verbs, keeps turns safe on the way.
//! May not hold a snapshot to write back: every change starts from the file as it is then.

mod branches;
mod raw;
mod recover;
mod rewrite;
mod rows;
mod search;

use std::fs;
use std::io;
use std::path::Path;

use crate::chat::{
    AnswerRecord, Change, Conversation, ConversationId, Message, Summary, Timestamp, TurnId,
};

use super::error::StoreError;
use super::find::find;
use super::index::Index;
use super::journal::{Durability, Journal, Step};
use super::place::{Folder, Place};
use super::read;
use super::sidecar::Sidecar;
use super::trash::{Deleted, Trash};
use super::version::{self, Snapshot, Version};
use super::write::replace;

/// How often reading or changing starts again because somebody else changed the file meanwhile.
const TRIES: usize = 20;

/// A user's file and everything private beside it.
#[derive(Debug)]
pub struct Store {
    place: Place,
    journal: Journal,
    sidecar: Sidecar,
    trash: Trash,
    known: Option<Known>,
    /// Ends of turns that could not be written to the shared file yet.
    owed: Vec<Owed>,
    /// Conversations somebody else changed, until they are asked for.
    foreign: Vec<ConversationId>,
}

/// One version of the file, held open, and its table of contents; no snapshot where there is no
/// file.
#[derive(Debug)]
struct Known {
    snapshot: Option<Snapshot>,
    index: Index,
}

impl Known {
    fn version(&self) -> Option<Version> {
        self.snapshot.as_ref().map(Snapshot::version)
    }
}

/// An answer the journal holds and the shared file does not.
#[derive(Debug, Clone)]
struct Owed {
    turn: TurnId,
    conversation: ConversationId,
    answer: (Message, AnswerRecord),
}

/// A store, and what opening it put in order.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// One line about turns that an earlier run left unfinished, if there were any.
    pub recovered: Option<String>,
}

/// Whether a change did anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The file has changed.
    Changed,
    /// It was true already.
    Same,
}

impl Store {
    /// Opens a user's file and finishes what a crash left unfinished.
    ///
    /// # Errors
    /// When the private folder cannot be made, or the chats folder is not there. A shared file
    /// that cannot be read is no error here: reading it says so.
    pub fn open(place: Place, now: Timestamp) -> Result<Opened, StoreError> {
        let journals = place.state().join("journal");
        make_private(&journals).map_err(|error| StoreError::io("made", &journals, error))?;
        match place.folder() {
            Folder::Own => make_private(place.chats())
                .map_err(|error| StoreError::io("made", place.chats(), error))?,
            Folder::Shared if place.chats().is_dir() => {}
            Folder::Shared => return Err(StoreError::NoFolder(place.chats().to_path_buf())),
        }
        let journal = Journal::start(&journals)
            .map_err(|error| StoreError::io("written", &journals, error))?;
        let sidecar = Sidecar::of(&place);
        let trash = Trash::of(&place);
        trash.empty_old(now);
        let (owed, foreign) = (Vec::new(), Vec::new());
        let mut store = Self { place, journal, sidecar, trash, known: None, owed, foreign };
        if let Ok(_held) = store.lock() {
            replace::remove_leftovers(store.place.chats(), &store.place.temporary_prefix());
        }
        let recovered = store.finish_abandoned(&journals, now);
        Ok(Opened { store, recovered })
    }

    /// Where everything lies.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Every conversation in file order.
    ///
    /// # Errors
    /// When the file cannot be read or is not what it should be.
    pub fn list(&mut self) -> Result<Vec<Summary>, StoreError> {
        Ok(self.look()?.index.rows())
    }

    /// Whether the file is another version than the one last read or written here.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        let now = version::on_disk(&self.place).ok();
        now != self.known.as_ref().map(Known::version)
    }

    /// A conversation as the file has it.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn conversation(&mut self, id: &ConversationId) -> Result<Conversation, StoreError> {
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = &self.known else { continue };
            let unknown = || StoreError::Unknown(id.to_string());
            let entry = known.index.entry(id).ok_or_else(unknown)?;
            match self.value(known, entry)? {
                Some(text) => return Ok(read::conversation(&text, id, 0..text.len())),
                None => self.distrust(),
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }

    /// Answers of a conversation that ended early: position and reason.
    #[must_use]
    pub fn marks(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        self.sidecar.marks(conversation)
    }

    /// What is known of a conversation's answers, oldest first.
    #[must_use]
    pub fn records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        self.sidecar.records(conversation)
    }

    /// What is known of all answers, those of deleted conversations included.
    #[must_use]
    pub fn all_records(&self) -> Vec<AnswerRecord> {
        self.sidecar.all_records()
    }

    /// The conversation that `wanted` names: an id, the start of one, a title, a response id.
    ///
    /// # Errors
    /// When none fits or several do, or the file cannot be read.
    pub fn find(&mut self, wanted: &str) -> Result<ConversationId, StoreError> {
        let rows = self.list()?;
        match find(&rows, wanted) {
            Err(StoreError::Unknown(_)) if wanted.starts_with("resp_") => {
                self.find_response(&rows, wanted)
            }
            found => found,
        }
    }

    /// Does a verb. What is deleted goes to the trash first.
    ///
    /// # Errors
    /// When nothing could be changed; the file is as it was.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<Applied, StoreError> {
        let _held = self.lock()?;
        if let Change::Delete { id } = change {
            self.put_in_trash(id, now)?;
        }
        self.write(change)
    }

    /// Brings back what was deleted last; tells its title, or `None` where the trash is empty.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn undo(&mut self) -> Result<Option<String>, StoreError> {
        let Some((path, deleted)) = self.trash.last() else {
            return Ok(None);
        };
        let _held = self.lock()?;
        let Deleted { id, title, member, before, .. } = deleted;
        self.write(&Change::Restore { id, title: title.clone(), member, before })?;
        Trash::remove(&path);
        Ok(Some(title))
    }

    /// Makes a question safe: in the journal on disk, then in the shared file.
    ///
    /// # Errors
    /// When the question is in neither; then it belongs back to who typed it.
    pub fn begin_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let journal = self.place.state().join("journal");
        let begun = Step::Begun {
            turn: turn.clone(),
            conversation: conversation.clone(),
            changes: changes.to_vec(),
        };
        let noted = self.journal.add(&begun, Durability::Synced);
        let stored = noted
            .map_err(|error| StoreError::io("written", &journal, error))
            .and_then(|()| self.lock())
            .and_then(|_held| changes.iter().try_for_each(|it| self.write(it).map(|_| ())));
        if stored.is_err() {
            // A created conversation without its question would be a riddle to both programs.
            if let Some(created @ Change::Create { .. }) = changes.first() {
                let id = created.conversation().clone();
                let _ = self.write(&Change::Delete { id });
            }
            let dropped = Step::Dropped { turn: turn.clone() };
            if let Err(error) = self.journal.add(&dropped, Durability::Written) {
                tracing::warn!(%error, "the journal could not be written");
            }
        }
        stored
    }

    /// Writes down more of a growing answer; it reaches the disk with the next `flush`.
    pub fn grow_answer(&mut self, turn: &TurnId, text: &str) {
        self.note(&Step::Grew { turn: turn.clone(), text: text.to_owned() });
    }

    /// Writes down a growing answer that was replaced.
    pub fn replace_answer(&mut self, turn: &TurnId, text: &str) {
        self.note(&Step::Replaced { turn: turn.clone(), text: text.to_owned() });
    }

    /// Writes growing answers: given to the system, or down to the disk.
    pub fn flush(&mut self, durability: Durability) {
        if let Err(error) = self.journal.flush(durability) {
            tracing::warn!(%error, "the journal could not be written");
        }
    }

    /// Stores the end of a turn: in the journal on disk, then in the shared file.
    ///
    /// # Errors
    /// When the shared file could not be written. The journal holds the answer; it is written with
    /// the next change or at the next start.
    pub fn finish_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        answer: Option<(Message, AnswerRecord)>,
    ) -> Result<(), StoreError> {
        let ended = Step::Ended { turn: turn.clone(), answer: answer.clone().map(Box::new) };
        if let Err(error) = self.journal.add(&ended, Durability::Synced) {
            tracing::warn!(%error, "the journal could not be written");
        }
        if let Some(answer) = answer {
            let conversation = conversation.clone();
            self.owed.push(Owed { turn: turn.clone(), conversation, answer });
            return self.pay_owed();
        }
        self.note(&Step::Settled { turn: turn.clone() });
        self.flush(Durability::Written);
        Ok(())
    }

    /// Writes what the journal holds and the shared file does not.
    fn pay_owed(&mut self) -> Result<(), StoreError> {
        let _held = self.lock()?;
        while let Some(Owed { turn, conversation, answer: (message, record) }) =
            self.owed.first().cloned()
        {
            self.write(&Change::Append { id: conversation.clone(), message })?;
            self.owed.remove(0);
            self.remember(&conversation, &record);
            self.note(&Step::Settled { turn });
        }
        self.flush(Durability::Written);
        Ok(())
    }

    fn find_response(
        &mut self,
        rows: &[Summary],
        wanted: &str,
    ) -> Result<ConversationId, StoreError> {
        for row in rows {
            let holds_it = |conversation: &Conversation| {
                conversation.messages.iter().any(|message| {
                    message.response_id.as_ref().is_some_and(|id| id.as_str() == wanted)
                })
            };
            let in_sidecar =
                self.sidecar.records(&row.id).iter().any(|record| {
                    record.response_id.as_ref().is_some_and(|id| id.as_str() == wanted)
                });
            if in_sidecar || holds_it(&self.conversation(&row.id)?) {
                return Ok(row.id.clone());
            }
        }
        Err(StoreError::Unknown(wanted.to_owned()))
    }

    fn put_in_trash(&mut self, id: &ConversationId, now: Timestamp) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = &self.known else { continue };
            let entries = &known.index.entries;
            let place = entries.iter().rposition(|entry| entry.id == *id);
            let Some((place, entry)) = place.and_then(|at| Some((at, entries.get(at)?))) else {
                return Ok(());
            };
            let Some(member) = self.member(known, entry)? else {
                self.distrust();
                continue;
            };
            let deleted = Deleted {
                id: id.clone(),
                title: entry.summary.title.clone(),
                at: now,
                member,
                before: entries.get(place.saturating_add(1)).map(|next| next.id.clone()),
            };
            let trash = self.place.state().join("trash");
            return self
                .trash
                .put(&deleted)
                .map_err(|error| StoreError::io("written", &trash, error));
        }
        Err(StoreError::Restless(self.place.file()))
    }

    fn note(&mut self, step: &Step) {
        if let Err(error) = self.journal.note(step) {
            tracing::warn!(%error, "a line could not be added to the journal");
        }
    }

    fn remember(&self, conversation: &ConversationId, record: &AnswerRecord) {
        if let Err(error) = self.sidecar.add(conversation, record) {
            tracing::warn!(%error, "what is known about an answer could not be kept");
        }
    }
}

/// Makes a folder only its owner can enter; one that is there stays as it is.
fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
