//! What this process is about to do, on disk before it is done: questions, growing answers, ends.
//! May not touch the shared file.
//!
//! Each process appends to a file of its own and holds a lock on it while it lives. A file whose
//! lock can be taken belongs to a process that died; its turns are finished by whoever finds it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chat::{AnswerRecord, Change, ConversationId, Message, TurnId};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A question is about to be stored.
    Begun {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// The verbs that store it.
        changes: Vec<Change>,
    },
    /// The question could not be stored; it went back to the person who typed it.
    Dropped {
        /// The turn.
        turn: TurnId,
    },
    /// More of the answer came.
    Grew {
        /// The turn.
        turn: TurnId,
        /// What came.
        text: String,
    },
    /// The answer so far was replaced.
    Replaced {
        /// The turn.
        turn: TurnId,
        /// The whole answer so far.
        text: String,
    },
    /// The turn ended; with what there is to store, if anything.
    Ended {
        /// The turn.
        turn: TurnId,
        /// The answer.
        answer: Option<Box<(Message, AnswerRecord)>>,
    },
    /// Everything of the turn is in the shared file.
    Settled {
        /// The turn.
        turn: TurnId,
    },
}

/// Whether written lines must be on the disk before going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Given to the system: a crash of the program loses nothing.
    Written,
    /// On the disk: a power cut loses nothing.
    Synced,
}

/// A turn a dead process left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The turn.
    pub turn: TurnId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// The verbs that store the question.
    pub changes: Vec<Change>,
    /// What had come of the answer.
    pub grown: String,
    /// The end, where the process got that far; `Some(None)` ended without an answer.
    pub ended: Option<Option<Box<(Message, AnswerRecord)>>>,
}

/// This process's journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    waiting: Vec<u8>,
    open_turns: usize,
}

impl Journal {
    /// Starts a journal in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub fn start(folder: &Path) -> io::Result<Self> {
        loop {
            let path = folder.join(format!("{}.jsonl", Uuid::new_v4()));
            let file = private_file(&path)?;
            match file.try_lock() {
                // Somebody looking for dead journals was quicker; theirs now.
                Err(fs::TryLockError::WouldBlock) => {}
                Ok(()) | Err(fs::TryLockError::Error(_)) => {
                    return Ok(Self { path, file, waiting: Vec::new(), open_turns: 0 });
                }
            }
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// When it cannot be written. What could not be written is tried again with the next line.
    pub fn add(&mut self, step: &Step, durability: Durability) -> io::Result<()> {
        self.note(step)?;
        self.flush(durability)
    }

    /// Adds a line that may wait for the next `flush`.
    ///
    /// # Errors
    /// Never for lines of this program; the form is serde's.
    pub fn note(&mut self, step: &Step) -> io::Result<()> {
        match step {
            Step::Begun { .. } => self.open_turns = self.open_turns.saturating_add(1),
            Step::Dropped { .. } | Step::Settled { .. } => {
                self.open_turns = self.open_turns.saturating_sub(1);
            }
            Step::Grew { .. } | Step::Replaced { .. } | Step::Ended { .. } => {}
        }
        serde_json::to_writer(&mut self.waiting, step)?;
        self.waiting.push(b'\n');
        Ok(())
    }

    /// Writes the lines that wait, and empties a journal in which nothing is open any more.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self, durability: Durability) -> io::Result<()> {
        if !self.waiting.is_empty() {
            self.write_waiting()?;
        }
        if self.open_turns == 0 && self.file.stream_position()? > 0 {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        match durability {
            Durability::Written => Ok(()),
            Durability::Synced => self.file.sync_data(),
        }
    }

    /// A write that a full disk cut short is taken back, so that the next line begins a line.
    fn write_waiting(&mut self) -> io::Result<()> {
        let before = self.file.stream_position()?;
        if let Err(error) = self.file.write_all(&self.waiting) {
            let _ = self.file.set_len(before);
            let _ = self.file.seek(io::SeekFrom::Start(before));
            return Err(error);
        }
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for Journal {
    /// A journal without open turns has nothing to tell.
    fn drop(&mut self) {
        if self.flush(Durability::Written).is_ok() && self.open_turns == 0 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A journal whose process is gone; the lock is held until it is dropped.
#[derive(Debug)]
pub struct Abandoned {
    path: PathBuf,
    _file: File,
    /// Its unfinished turns, in the order they began.
    pub turns: Vec<Unfinished>,
}

impl Abandoned {
    /// Removes the journal: everything in it is in the shared file now.
    pub fn settle(self) {
        // Left there, it would only be settled again, which changes nothing.
        let _ = fs::remove_file(&self.path);
    }
}

/// The journals of dead processes in a folder. Those of living ones are left alone.
#[must_use]
pub fn abandoned(folder: &Path) -> Vec<Abandoned> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().filter_map(|entry| open_abandoned(entry.path())).collect()
}

fn open_abandoned(path: PathBuf) -> Option<Abandoned> {
    if path.extension().is_none_or(|ending| ending != "jsonl") {
        return None;
    }
    let mut file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
    file.try_lock().ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(Abandoned { turns: unfinished(&bytes), path, _file: file })
}

/// The turns a journal leaves open. A line cut short by a crash ends it; nothing follows it.
fn unfinished(bytes: &[u8]) -> Vec<Unfinished> {
    let mut order = Vec::new();
    let mut turns: BTreeMap<TurnId, Unfinished> = BTreeMap::new();
    let lines = bytes.split(|byte| *byte == b'\n');
    for step in lines.map_while(|line| serde_json::from_slice::<Step>(line).ok()) {
        match step {
            Step::Begun { turn, conversation, changes } => {
                order.push(turn.clone());
                let grown = String::new();
                let begun = Unfinished { turn, conversation, changes, grown, ended: None };
                turns.insert(begun.turn.clone(), begun);
            }
            Step::Grew { turn, text } => {
                if let Some(open) = turns.get_mut(&turn) {
                    open.grown.push_str(&text);
                }
            }
            Step::Replaced { turn, text } => {
                if let Some(open) = turns.get_mut(&turn) {
                    open.grown = text;
                }
            }
            Step::Ended { turn, answer } => {
                if let Some(open) = turns.get_mut(&turn) {
                    open.ended = Some(answer);
                }
            }
            Step::Dropped { turn } | Step::Settled { turn } => {
                turns.remove(&turn);
            }
        }
    }
    order.iter().filter_map(|turn| turns.remove(turn)).collect()
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().create_new(true).read(true).write(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create_new(true).read(true).write(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn begun(turn: &str) -> Step {
        let conversation = ConversationId::new("c");
        let message = Message::question("q", Timestamp::from_seconds(1));
        let changes = vec![Change::Append { id: conversation.clone(), message }];
        Step::Begun { turn: TurnId::new(turn), conversation, changes }
    }

    fn grew(turn: &str, text: &str) -> Step {
        Step::Grew { turn: TurnId::new(turn), text: text.into() }
    }

    fn lines(steps: &[Step]) -> Vec<u8> {
        steps
            .iter()
            .flat_map(|step| serde_json::to_vec(step).unwrap().into_iter().chain([b'\n']))
            .collect()
    }

    #[test]
    fn a_journal_cut_at_any_byte_still_tells_everything_before_the_cut() {
        let bytes = lines(&[begun("t"), grew("t", "Hel"), grew("t", "lo")]);
        let mut longest = 0;
        for cut in 0..=bytes.len() {
            let left = unfinished(&bytes[..cut]);
            let grown = left.first().map_or(0, |turn| turn.grown.len());
            assert!(grown >= longest && "Hello".len() >= grown);
            longest = longest.max(grown);
        }
        assert_eq!(unfinished(&bytes)[0].grown, "Hello");
    }

    #[test]
    fn the_journal_of_a_living_process_is_left_alone_and_a_dead_ones_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::start(folder.path()).unwrap();
        journal.add(&begun("t"), Durability::Synced).unwrap();
        assert!(abandoned(folder.path()).is_empty());
        drop(journal);
        let found = abandoned(folder.path());
        assert_eq!(found[0].turns[0].turn, TurnId::new("t"));
        for dead in found {
            dead.settle();
        }
        assert!(abandoned(folder.path()).is_empty());
    }

    #[test]
    fn settled_turns_leave_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::start(folder.path()).unwrap();
        journal.add(&begun("t"), Durability::Synced).unwrap();
        journal.add(&grew("t", "x"), Durability::Written).unwrap();
        journal.add(&Step::Settled { turn: TurnId::new("t") }, Durability::Written).unwrap();
        drop(journal);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
