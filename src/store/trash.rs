//! What can be taken back, for thirty days: deleted conversations to the byte, edits, what healing
//! did, and whole versions of the file that somebody wrote over.
//! May not decide what goes in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::chat::{Block, Change, ConversationId, Message, Timestamp};

use super::place::Place;
use super::private;

/// How long something can be brought back, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// One thing that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thrown {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// Who did it.
    pub by: By,
}

/// Who did what can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The user, or another program over his head: taken back first.
    User,
    /// Healing, or taking something back.
    Program,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A conversation was deleted.
    Deleted {
        /// Its key.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// Its member of the file, key and value, exactly as it was.
        member: String,
        /// Some that stood before it, the nearest first.
        behind: Vec<ConversationId>,
        /// Some that stood behind it, the nearest first.
        before: Vec<ConversationId>,
    },
    /// The end of a conversation gave way to something else.
    Edited {
        /// The conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// How many messages stayed.
        keep: usize,
        /// What went.
        removed: Vec<Message>,
        /// What came.
        messages: Vec<Message>,
    },
    /// Messages were taken out of a conversation.
    TakenOut {
        /// The conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// The messages, and behind which they stood.
        blocks: Vec<Block>,
    },
    /// Healing did something again that another program had undone.
    Healed {
        /// What takes it back.
        changes: Vec<Change>,
        /// What was done, for people.
        line: String,
    },
    /// Somebody wrote a version over the file that lacks what this one has.
    Overwritten {
        /// What it lacks, for people.
        line: String,
        /// When this version was brought back; it is kept until that is safe.
        restored: Option<Timestamp>,
    },
}

/// The name of a thing in the trash: later ones have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub u64);

/// The trash of one user.
#[derive(Debug)]
pub struct Trash {
    folder: PathBuf,
}

impl Trash {
    /// The trash beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { folder: place.state().join("trash") }
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts something in; it is on disk before this returns. Of what healing did only the last is
    /// kept.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be thrown away.
    pub fn put(&self, thrown: &Thrown) -> io::Result<Number> {
        private::replace(&self.next(), thrown)?;
        let number = self.last_number();
        if matches!(thrown.what, What::Healed { .. }) {
            for (older, it) in self.all() {
                if older != number && matches!(it.what, What::Healed { .. }) {
                    self.remove(older);
                }
            }
        }
        Ok(number)
    }

    /// Moves a version of the file in. It keeps its old name until its entry is there, where the
    /// file system has second names: a crash on the way leaves it where it is looked for.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn put_version(&self, version: &Path, thrown: &Thrown) -> io::Result<Number> {
        fs::create_dir_all(&self.folder)?;
        let Number(last) = self.last_number();
        let number = Number(last.saturating_add(1));
        // The entry comes last: without its version it would promise too much.
        let file = self.version(number);
        fs::hard_link(version, &file).or_else(|_| fs::rename(version, &file))?;
        private::replace(&self.path(number), thrown)?;
        let _ = fs::remove_file(version);
        make_private(&file);
        Ok(number)
    }

    /// Everything in it, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<(Number, Thrown)> {
        let all = self.numbers("json").into_iter().filter_map(|number| self.read(number));
        // One whose version is gone was being removed when the program ended.
        let is_whole = |(number, thrown): &(Number, Thrown)| {
            !matches!(thrown.what, What::Overwritten { .. }) || self.version(*number).exists()
        };
        all.filter(is_whole).collect()
    }

    /// The versions of the file in it; nothing else is read, which may be much.
    #[must_use]
    pub fn versions(&self) -> Vec<(Number, Thrown)> {
        self.numbers("version").into_iter().filter_map(|number| self.read(number)).collect()
    }

    fn read(&self, number: Number) -> Option<(Number, Thrown)> {
        Some((number, private::read(&self.path(number)).ok()??))
    }

    /// Writes an entry anew.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn change(&self, number: Number, thrown: &Thrown) -> io::Result<()> {
        private::replace(&self.path(number), thrown)
    }

    /// The version of the file that an entry is about.
    #[must_use]
    pub fn version(&self, number: Number) -> PathBuf {
        self.folder.join(format!("{:012}.version", number.0))
    }

    /// Gives versions an entry that have none: the program ended while they were put in.
    pub fn adopt(&self, now: Timestamp) {
        let known = self.numbers("json");
        for number in self.numbers("version").into_iter().filter(|it| !known.contains(it)) {
            let line = "a version of the file".to_owned();
            let what = What::Overwritten { line, restored: None };
            let thrown = Thrown { at: now, what, by: By::User };
            if let Err(error) = private::replace(&self.path(number), &thrown) {
                tracing::warn!(%error, "a version in the trash has no entry");
            }
        }
    }

    /// Forgets one that was brought back.
    pub fn remove(&self, number: Number) {
        // Left there, undo would find it is back already. The version first: without its entry it
        // would be taken for one whose entry is missing.
        let _ = fs::remove_file(self.version(number));
        let _ = fs::remove_file(self.path(number));
    }

    /// Forgets what happened over thirty days ago.
    pub fn empty_old(&self, now: Timestamp) {
        // What was written lately need not be read.
        let is_old = |number: &Number| {
            let written = fs::metadata(self.path(*number)).and_then(|about| about.modified()).ok();
            let since = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let at = since.and_then(|since| i64::try_from(since.as_secs()).ok());
            at.is_none_or(|at| now.seconds_since(Timestamp::from_seconds(at)) > KEPT)
        };
        for number in self.numbers("json").into_iter().filter(is_old) {
            if self.read(number).is_some_and(|(_, it)| now.seconds_since(it.at) > KEPT) {
                self.remove(number);
            }
        }
    }

    fn next(&self) -> PathBuf {
        let Number(last) = self.last_number();
        self.path(Number(last.saturating_add(1)))
    }

    fn last_number(&self) -> Number {
        let last = |ending| self.numbers(ending).last().copied().unwrap_or(Number(0));
        last("json").max(last("version"))
    }

    fn path(&self, number: Number) -> PathBuf {
        self.folder.join(format!("{:012}.json", number.0))
    }

    fn numbers(&self, of: &str) -> Vec<Number> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut numbers: Vec<Number> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == of))
            .filter_map(|path| Some(Number(path.file_stem()?.to_str()?.parse().ok()?)))
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

/// A version that has no other name any more is nobody else's to read.
#[cfg(unix)]
fn make_private(file: &Path) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if fs::metadata(file).is_ok_and(|about| about.nlink() == 1) {
        let _ = fs::set_permissions(file, fs::Permissions::from_mode(0o600));
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_a_crash_left_without_an_entry_gets_one_and_nothing_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let trash = Trash { folder: folder.path().join("trash") };
        fs::create_dir(&trash.folder).unwrap();
        let now = Timestamp::from_seconds(1);
        let what = || What::Overwritten { line: "1 conversation".into(), restored: None };
        fs::write(trash.version(Number(1)), "left").unwrap();
        let version = folder.path().join("last.json");
        fs::write(&version, "later").unwrap();
        let number =
            trash.put_version(&version, &Thrown { at: now, what: what(), by: By::User }).unwrap();
        assert_eq!((number, version.exists()), (Number(2), false));
        trash.adopt(now);
        let all: Vec<Number> = trash.all().into_iter().map(|(number, _)| number).collect();
        assert_eq!(all, [Number(1), Number(2)]);
        let text = |number| fs::read_to_string(trash.version(number)).unwrap();
        assert_eq!((text(Number(1)), text(Number(2))), ("left".into(), "later".into()));
        fs::remove_file(trash.version(Number(1))).unwrap();
        assert_eq!(trash.all().len(), 1, "it was being removed");
    }
}
