//! What this process is about to do, on disk before it is done: verbs, growing answers, ends.
//! May not touch the shared file.
//!
//! Each process appends to a file of its own and holds a lock on it while it lives. A file whose
//! lock can be taken belongs to a process that died; whoever finds it goes on with it as its own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::notes::{Notes, Step};
use super::private::has_name;

/// A journal this long is written anew when that makes it much shorter.
const LONG: u64 = 1 << 20;

/// After how many seconds without a new line a journal counts as a dead process's where nothing
/// else tells: what a living one still holds is written down anew when it finds its file gone.
const QUIET: u64 = 10 * 60;

/// Whether written lines must be on the disk before going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Given to the system: a crash of the program loses nothing.
    Written,
    /// On the disk: a power cut loses nothing.
    Synced,
}

/// This process's journal.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: Option<Own>,
    waiting: Vec<u8>,
    /// What it says.
    notes: Notes,
}

/// The file, locked while it is open.
#[derive(Debug)]
struct Own {
    path: PathBuf,
    file: File,
    /// Whether its name is on the disk.
    is_named: bool,
}

impl Journal {
    /// The journal of this process in a folder; a file of its own once there is something to write.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let folder = folder.to_path_buf();
        Self { folder, file: None, waiting: Vec::new(), notes: Notes::default() }
    }

    /// Goes on with what dead processes left.
    pub fn adopt(&mut self) {
        let mut left = names(&self.folder);
        left.retain(|path| self.file.as_ref().is_none_or(|own| own.path != *path));
        for (own, notes) in left.into_iter().filter_map(take_over) {
            if notes.is_empty() {
                own.remove();
                continue;
            }
            if self.file.is_none() && self.notes.is_empty() {
                self.notes = notes;
                self.file = Some(own);
                continue;
            }
            let copied = notes.lines().iter().try_for_each(|step| self.note(step));
            match copied.and_then(|()| self.flush(Durability::Synced)) {
                Ok(()) => own.remove(),
                // It stays where it is and is found again.
                Err(error) => tracing::warn!(%error, "a journal could not be taken over"),
            }
        }
    }

    /// What it says.
    #[must_use]
    pub const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// What it says, to mark what is being done.
    pub const fn notes_mut(&mut self) -> &mut Notes {
        &mut self.notes
    }

    /// Whether everything added is in the file.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds lines.
    ///
    /// # Errors
    /// When they cannot be written. What could not be written is tried again with the next line.
    pub fn add(&mut self, steps: &[Step], durability: Durability) -> io::Result<()> {
        steps.iter().try_for_each(|step| self.note(step))?;
        self.flush(durability)
    }

    /// Adds a line that may wait for the next `flush`.
    ///
    /// # Errors
    /// Never for lines of this program; the form is serde's.
    pub fn note(&mut self, step: &Step) -> io::Result<()> {
        serde_json::to_writer(&mut self.waiting, step)?;
        self.waiting.push(b'\n');
        self.notes.take(step.clone());
        Ok(())
    }

    /// Writes the lines that wait, and empties a journal in which nothing is open any more.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self, durability: Durability) -> io::Result<()> {
        self.write_anew_where_removed()?;
        if self.waiting.is_empty() && self.file.is_none() {
            return Ok(());
        }
        if self.notes.is_empty() {
            self.waiting.clear();
            if let Some(own) = &mut self.file {
                own.file.set_len(0)?;
                own.file.rewind()?;
            }
        }
        let own = match &mut self.file {
            Some(own) => own,
            None => self.file.insert(Own::start(&self.folder)?),
        };
        if !self.waiting.is_empty() {
            own.write(&self.waiting)?;
            self.waiting.clear();
        }
        match durability {
            Durability::Written => Ok(()),
            Durability::Synced => own.sync(&self.folder),
        }
    }

    /// Where somebody removed the file, all it said waits for a new one.
    fn write_anew_where_removed(&mut self) -> io::Result<()> {
        if self.file.as_ref().is_none_or(|own| has_name(&own.file, &own.path)) {
            return Ok(());
        }
        self.file = None;
        self.waiting = bytes(&self.notes)?;
        Ok(())
    }

    /// Writes a long journal anew when most of it is about what is over.
    ///
    /// # Errors
    /// When it cannot be written; then the old one stands.
    pub fn compact(&mut self) -> io::Result<()> {
        let Some(own) = &mut self.file else {
            return Ok(());
        };
        let long = own.file.stream_position()?;
        if long < LONG || !self.waiting.is_empty() {
            return Ok(());
        }
        let bytes = bytes(&self.notes)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > long / 4 {
            return Ok(());
        }
        let mut new = Own::start(&self.folder)?;
        let renamed = new
            .write(&bytes)
            .and_then(|()| new.file.sync_all())
            .and_then(|()| fs::rename(&new.path, &own.path));
        if renamed.is_err() {
            new.remove();
            return renamed;
        }
        // The lock is on the new file, which has the old one's name from now on.
        own.file = new.file;
        sync_folder(&self.folder);
        Ok(())
    }
}

impl Drop for Journal {
    /// A journal in which nothing is open has nothing to tell.
    fn drop(&mut self) {
        if let Err(error) = self.flush(Durability::Written) {
            tracing::warn!(%error, "the journal could not be written");
            return;
        }
        if self.notes.is_empty()
            && let Some(own) = self.file.take()
        {
            own.remove();
        }
    }
}

impl Own {
    fn start(folder: &Path) -> io::Result<Self> {
        loop {
            let path = folder.join(format!("{}.jsonl", Uuid::new_v4()));
            let file = private_file(&path)?;
            // Somebody looking for dead journals may have been quicker: theirs now, or removed.
            let theirs = matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock));
            if !theirs && has_name(&file, &path) {
                return Ok(Self { path, file, is_named: false });
            }
        }
    }

    /// A write that a full disk cut short is taken back, so that the next line begins a line.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let before = self.file.stream_position()?;
        if let Err(error) = self.file.write_all(bytes) {
            let _ = self.file.set_len(before);
            let _ = self.file.seek(io::SeekFrom::Start(before));
            return Err(error);
        }
        Ok(())
    }

    /// Down to the disk, the first time the name as well.
    fn sync(&mut self, folder: &Path) -> io::Result<()> {
        self.file.sync_data()?;
        if !std::mem::replace(&mut self.is_named, true) {
            sync_folder(folder);
        }
        Ok(())
    }

    fn remove(self) {
        // Left there, it would only be read again, which changes nothing.
        let _ = fs::remove_file(&self.path);
    }
}

/// The lines of everything that is still needed.
fn bytes(notes: &Notes) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for step in notes.lines() {
        serde_json::to_writer(&mut bytes, &step)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Makes names in a folder outlive a power cut, where the system can.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// What the journals of other living processes say.
#[must_use]
pub fn of_others(folder: &Path, own: &Journal) -> Vec<Notes> {
    let ours = own.file.as_ref().map(|own| own.path.as_path());
    let others = names(folder).into_iter().filter(|path| Some(path.as_path()) != ours);
    others.filter_map(|path| Some(Notes::read(&fs::read(path).ok()?))).collect()
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    names.sort();
    names
}

/// Takes a journal over if its process is gone.
fn take_over(path: PathBuf) -> Option<(Own, Notes)> {
    let mut file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
    let written = file.metadata().and_then(|about| about.modified()).ok();
    let quiet = written.and_then(|at| at.elapsed().ok()).unwrap_or_default();
    if is_alive(&file.try_lock(), quiet) || !has_name(&file, &path) {
        return None;
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let notes = Notes::read(&bytes);
    // A line cut short by a crash says nothing; the next one must not become part of it.
    let whole =
        bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
    file.set_len(u64::try_from(whole).ok()?).ok()?;
    file.seek(io::SeekFrom::End(0)).ok()?;
    Some((Own { path, file, is_named: true }, notes))
}

/// Whether a journal's process lives. Where the file system has no locks, one that was written to
/// lately does.
const fn is_alive(tried: &Result<(), fs::TryLockError>, quiet: Duration) -> bool {
    match tried {
        Ok(()) => false,
        Err(fs::TryLockError::WouldBlock) => true,
        Err(fs::TryLockError::Error(_)) => quiet.as_secs() < QUIET,
    }
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
    use super::super::notes::Entry;
    use super::*;
    use crate::chat::{Change, ConversationId, Message, Timestamp, TurnId, Verb, VerbId};

    fn meant(name: &str, text: &str) -> Step {
        let message = Message::question(text, Timestamp::from_seconds(1));
        let change = Change::Append { id: ConversationId::new("c"), message };
        let verb = Verb::new(VerbId::new(name), change, Timestamp::from_seconds(1));
        Step::Meant(Box::new(Entry::new(verb, None)))
    }

    fn adopted(folder: &Path) -> Journal {
        let mut journal = Journal::new(folder);
        journal.adopt();
        journal
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn the_journal_of_a_living_process_is_left_alone_and_a_dead_ones_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let mut living = adopted(folder.path());
        living.add(&[meant("a", "a")], Durability::Synced).unwrap();
        let mut other = adopted(folder.path());
        assert!(other.notes().is_empty());
        assert_eq!(of_others(folder.path(), &other).len(), 1);
        other.add(&[meant("b", "b")], Durability::Written).unwrap();
        drop(living);
        // The dead one's lines are in the living one's now, and nowhere else.
        other.adopt();
        assert_eq!(other.notes().entries.len(), 2);
        assert_eq!(files(folder.path()), 1);
        drop(other);
        let again = adopted(folder.path());
        assert_eq!(again.notes().entries.len(), 2);
    }

    #[test]
    fn a_torn_line_is_cut_off_before_anything_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = adopted(folder.path());
        journal.add(&[meant("a", "a"), meant("b", "b")], Durability::Synced).unwrap();
        drop(journal);
        let path = names(folder.path()).remove(0);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        let mut journal = adopted(folder.path());
        assert_eq!(journal.notes().entries.len(), 1);
        journal.add(&[meant("c", "c")], Durability::Written).unwrap();
        drop(journal);
        assert_eq!(adopted(folder.path()).notes().entries.len(), 2);
    }

    #[test]
    fn what_is_over_leaves_no_file_behind_and_a_long_journal_gets_short() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = adopted(folder.path());
        assert_eq!(files(folder.path()), 0);
        let long = "x".repeat(2 << 20);
        journal.add(&[meant("a", &long), meant("b", "b")], Durability::Written).unwrap();
        journal.add(&[Step::Over { verbs: vec![VerbId::new("a")] }], Durability::Written).unwrap();
        journal.compact().unwrap();
        assert!(fs::metadata(names(folder.path()).remove(0)).unwrap().len() < 1000);
        journal.add(&[meant("c", "c")], Durability::Written).unwrap();
        assert!(adopted(folder.path()).notes().is_empty(), "the lock went with the old file");
        drop(journal);
        let mut journal = adopted(folder.path());
        assert_eq!(journal.notes().entries.len(), 2);
        let verbs = vec![VerbId::new("b"), VerbId::new("c")];
        journal.add(&[Step::Over { verbs }], Durability::Written).unwrap();
        drop(journal);
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn an_unfinished_turn_keeps_what_came() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = adopted(folder.path());
        let turn = TurnId::new("t");
        let conversation = ConversationId::new("c");
        let begun = Step::Begun { turn: turn.clone(), conversation, question: None };
        journal.add(&[begun, Step::Grew { turn, text: "x".into() }], Durability::Written).unwrap();
        drop(journal);
        assert_eq!(adopted(folder.path()).notes().turns[0].grown, "x");
    }

    #[test]
    fn a_journal_that_was_taken_away_is_written_anew_with_all_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = adopted(folder.path());
        journal.add(&[meant("a", "a")], Durability::Written).unwrap();
        for path in names(folder.path()) {
            fs::remove_file(path).unwrap();
        }
        journal.add(&[meant("b", "b")], Durability::Written).unwrap();
        drop(journal);
        let mut again = adopted(folder.path());
        let ids: Vec<_> = again.notes().entries.iter().map(|it| it.verb.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        // Of nothing, nothing is written.
        for path in names(folder.path()) {
            fs::remove_file(path).unwrap();
        }
        let verbs = vec![VerbId::new("a"), VerbId::new("b")];
        again.add(&[Step::Over { verbs }], Durability::Written).unwrap();
        drop(again);
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn without_locks_only_a_journal_nobody_writes_to_is_a_dead_ones() {
        let none = || Err(fs::TryLockError::Error(io::ErrorKind::Unsupported.into()));
        assert!(is_alive(&none(), Duration::from_secs(QUIET - 1)));
        assert!(!is_alive(&none(), Duration::from_secs(QUIET)));
        assert!(is_alive(&Err(fs::TryLockError::WouldBlock), Duration::from_secs(QUIET)));
        assert!(!is_alive(&Ok(()), Duration::ZERO));
    }
}
