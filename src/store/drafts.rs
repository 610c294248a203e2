//! Text being written, kept across restarts and crashes: a private file for each process.
//! May not touch the shared file; drafts are nobody else's.
//!
//! A process appends to its own file and holds a lock on it while it lives. A file whose lock can
//! be taken belongs to a process that ended; whoever starts next takes its drafts over.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chat::ConversationId;

use super::private::{has_name, make_folder};

/// Bytes a file may have beyond what is needed before it is written anew.
const SLACK: usize = 4 * 1024 * 1024;

/// The drafts of one process.
#[derive(Debug)]
pub struct Drafts {
    folder: PathBuf,
    kept: BTreeMap<Option<ConversationId>, String>,
    own: Option<Own>,
}

/// The file of a living process.
#[derive(Debug)]
struct Own {
    path: PathBuf,
    file: File,
    bytes: usize,
}

/// One line of a file; a later one replaces an earlier one about the same conversation.
#[derive(Serialize, Deserialize)]
struct Line {
    /// Nothing for a conversation that exists nowhere yet.
    conversation: Option<ConversationId>,
    /// Empty where the draft is gone.
    text: String,
}

/// What ended processes left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The newest draft of each conversation; `None` is the new one.
    pub drafts: Vec<(Option<ConversationId>, String)>,
    /// Older drafts of the same conversations, from other terminals.
    pub older: Vec<String>,
}

impl Drafts {
    /// The drafts kept in a folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.join("drafts"), kept: BTreeMap::new(), own: None }
    }

    /// Takes over what ended processes left behind. It is this process's before theirs is removed,
    /// and `keep_older` has kept the older drafts of the same conversations.
    ///
    /// # Errors
    /// When it cannot be written down; then everything stays where it was.
    pub fn take_over(
        &mut self,
        mut keep_older: impl FnMut(&str) -> io::Result<()>,
    ) -> io::Result<Found> {
        let mut left = left_behind(&self.folder);
        left.sort_by_key(|it| std::cmp::Reverse(it.changed));
        let mut found = Found::default();
        for draft in left.iter_mut().flat_map(|it| std::mem::take(&mut it.drafts)) {
            let known = found.drafts.iter().find(|(whose, _)| *whose == draft.0);
            match known {
                None => found.drafts.push(draft),
                Some((_, text)) if *text != draft.1 => found.older.push(draft.1),
                Some(_) => {}
            }
        }
        found.older.iter().try_for_each(|text| keep_older(text))?;
        for (whose, text) in &found.drafts {
            self.keep(whose.as_ref(), text)?;
        }
        for it in left.into_iter().filter(|it| it.is_ours) {
            // Left there, it would only be taken over again.
            let _ = fs::remove_file(&it.path);
        }
        Ok(found)
    }

    /// Keeps a draft; empty text forgets it.
    ///
    /// # Errors
    /// When the folder cannot be made or the file cannot be written.
    pub fn keep(&mut self, conversation: Option<&ConversationId>, text: &str) -> io::Result<()> {
        let whose = conversation.cloned();
        if self.kept.get(&whose).map_or("", String::as_str) == text {
            return Ok(());
        }
        let line = Line { conversation: whose.clone(), text: text.to_owned() };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        self.own()?.append(&bytes)?;
        if text.is_empty() {
            self.kept.remove(&whose);
        } else {
            self.kept.insert(whose, text.to_owned());
        }
        self.tidy()
    }

    fn own(&mut self) -> io::Result<&mut Own> {
        let own = match self.own.take() {
            Some(own) if has_name(&own.file, &own.path) => own,
            Some(_) => self.afresh()?,
            None => Own::start(&self.folder)?,
        };
        Ok(self.own.insert(own))
    }

    /// A new file with every draft in it.
    fn afresh(&self) -> io::Result<Own> {
        let mut fresh = Own::start(&self.folder)?;
        let mut bytes = Vec::new();
        for (conversation, text) in &self.kept {
            let line = Line { conversation: conversation.clone(), text: text.clone() };
            serde_json::to_writer(&mut bytes, &line)?;
            bytes.push(b'\n');
        }
        fresh.append(&bytes)?;
        Ok(fresh)
    }

    /// Drops a file nothing is left in, and writes one anew that holds mostly old lines.
    fn tidy(&mut self) -> io::Result<()> {
        let needed: usize = self.kept.values().map(String::len).sum();
        let too_long = |own: &Own| own.bytes > needed.saturating_mul(2).saturating_add(SLACK);
        if self.kept.is_empty() {
            if let Some(own) = self.own.take() {
                fs::remove_file(own.path)?;
            }
        } else if self.own.as_ref().is_some_and(too_long) {
            let fresh = self.afresh()?;
            if let Some(old) = self.own.replace(fresh) {
                fs::remove_file(old.path)?;
            }
        }
        Ok(())
    }
}

impl Own {
    fn start(folder: &Path) -> io::Result<Self> {
        make_folder(folder)?;
        loop {
            let path = folder.join(format!("{}.jsonl", Uuid::new_v4()));
            let file = private_file(&path)?;
            // Somebody looking for what was left behind may have been quicker: theirs, or removed.
            let theirs = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
            if !theirs && has_name(&file, &path) {
                return Ok(Self { path, file, bytes: 0 });
            }
        }
    }

    /// Adds lines; what a full disk cut short is taken back, so that the next line begins a line.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let before = self.file.stream_position()?;
        if let Err(error) = self.file.write_all(bytes).and_then(|()| self.file.sync_data()) {
            let _ = self.file.set_len(before);
            let _ = self.file.seek(io::SeekFrom::Start(before));
            return Err(error);
        }
        self.bytes = self.bytes.saturating_add(bytes.len());
        Ok(())
    }
}

/// The file of a process that ended; locked while it is looked at.
struct Left {
    path: PathBuf,
    changed: SystemTime,
    drafts: Vec<(Option<ConversationId>, String)>,
    /// Whether it may be removed: without locks nobody knows who is alive.
    is_ours: bool,
    _file: File,
}

fn left_behind(folder: &Path) -> Vec<Left> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().filter_map(|entry| open_left(entry.path())).collect()
}

fn open_left(path: PathBuf) -> Option<Left> {
    if path.extension().is_none_or(|ending| ending != "jsonl") {
        return None;
    }
    let mut file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
    let is_ours = match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::Error(_)) => false,
        Err(TryLockError::WouldBlock) => return None,
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let changed = file.metadata().and_then(|it| it.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    Some(Left { path, changed, drafts: drafts_in(&bytes), is_ours, _file: file })
}

/// The drafts of a file. A line cut short by a crash counts as never written.
fn drafts_in(bytes: &[u8]) -> Vec<(Option<ConversationId>, String)> {
    let mut drafts = BTreeMap::new();
    let lines = bytes.split(|byte| *byte == b'\n');
    for line in lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok()) {
        drafts.insert(line.conversation, line.text);
    }
    drafts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(drafts: &[(Option<&str>, &str)]) -> Vec<(Option<ConversationId>, String)> {
        let mut all: Vec<_> = drafts
            .iter()
            .map(|(whose, text)| (whose.map(ConversationId::new), (*text).to_owned()))
            .collect();
        all.sort();
        all
    }

    fn take_over(folder: &Path) -> (Drafts, Found) {
        let mut drafts = Drafts::in_folder(folder);
        let mut all = drafts.take_over(|_| Ok(())).unwrap();
        all.drafts.sort();
        (drafts, all)
    }

    #[test]
    fn a_draft_outlives_the_program_and_empty_text_forgets_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("not there yet");
        let id = ConversationId::new("a");
        let mut drafts = Drafts::in_folder(&below);
        drafts.keep(None, "for a new").unwrap();
        drafts.keep(Some(&id), "for a").unwrap();
        drafts.keep(None, "for a new one").unwrap();
        drop(drafts);
        let (mut again, all) = take_over(&below);
        assert_eq!(all.drafts, found(&[(None, "for a new one"), (Some("a"), "for a")]));
        again.keep(Some(&id), "").unwrap();
        drop(again);
        let (mut again, all) = take_over(&below);
        assert_eq!(all.drafts, found(&[(None, "for a new one")]));
        again.keep(None, "").unwrap();
        assert_eq!(fs::read_dir(below.join("drafts")).unwrap().count(), 0);
    }

    #[test]
    fn two_terminals_never_lose_each_others_drafts() {
        let folder = tempfile::tempdir().unwrap();
        let mut one = Drafts::in_folder(folder.path());
        one.keep(None, "from one").unwrap();
        let (mut two, all) = take_over(folder.path());
        assert_eq!(all, Found::default(), "one is alive");
        two.keep(None, "from two").unwrap();
        drop(one);
        drop(two);
        let (_three, all) = take_over(folder.path());
        let mut texts: Vec<String> = all.older.clone();
        texts.extend(all.drafts.into_iter().map(|(_, text)| text));
        texts.sort();
        assert_eq!(texts, ["from one", "from two"]);
    }

    #[test]
    fn an_older_draft_that_cannot_be_kept_stays_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["from one", "from two"] {
            Drafts::in_folder(folder.path()).keep(None, text).unwrap();
        }
        let mut drafts = Drafts::in_folder(folder.path());
        assert!(drafts.take_over(|_| Err(io::ErrorKind::StorageFull.into())).is_err());
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.older.len(), 1);
    }

    #[test]
    fn a_file_that_was_taken_away_is_written_anew_with_every_draft() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        let id = ConversationId::new("a");
        drafts.keep(Some(&id), "for a").unwrap();
        fs::remove_file(&drafts.own.as_ref().unwrap().path).unwrap();
        drafts.keep(None, "for a new one").unwrap();
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.drafts.len(), 2);
    }

    #[test]
    fn a_file_cut_at_any_byte_still_tells_the_last_whole_draft() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        drafts.keep(None, "first").unwrap();
        drafts.keep(None, "first, then more").unwrap();
        let path = drafts.own.as_ref().unwrap().path.clone();
        let bytes = fs::read(path).unwrap();
        let first_line = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        for cut in first_line..=bytes.len() {
            let text = &drafts_in(&bytes[..cut])[0].1;
            assert!(text == "first" || text == "first, then more", "{text}");
        }
    }

    #[test]
    fn a_long_evening_of_typing_does_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        let long = "x".repeat(SLACK / 4);
        for step in 0..12 {
            drafts.keep(None, &format!("{long}{step}")).unwrap();
        }
        let path = drafts.own.as_ref().unwrap().path.clone();
        assert!(fs::metadata(path).unwrap().len() < 2 * SLACK as u64);
        drop(drafts);
        assert!(take_over(folder.path()).1.drafts[0].1.ends_with("x11"));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_drafts() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        drafts.keep(None, "private").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&drafts.own.as_ref().unwrap().path), 0o600);
        assert_eq!(mode(&drafts.folder), 0o700);
    }
}
