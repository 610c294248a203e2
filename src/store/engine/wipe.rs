//! Somebody wrote a version over the file that lacks what the last one had: that one is kept.
//! May not bring anything back by itself, except what the user had brought back once.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::chat::loss::{self, Loss};
use crate::chat::wish::{Being, Wish};
use crate::chat::{Block, Change, Conversation, ConversationId, Verb, merge};

use crate::store::engine::throwing::of_member;
use crate::store::engine::{Known, Store};
use crate::store::file::error::StoreError;
use crate::store::file::stale_writer::{self, Times, Wait};
use crate::store::file::version::{self, Snapshot};
use crate::store::index::{Entry, Index};
use crate::store::records::read;
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// What is said where nothing is left to compare with.
const IN_PLACE: &str = "Another program wrote into the shared file instead of replacing it; what it \
                        held before could not be kept.";

/// What is said where there is no second name and the file is too long to be copied every time.
const NOT_KEPT: &str = "The state folder is on another disk and the shared file is large: what \
                        another program's save loses cannot be brought back here.";

/// A conversation of an earlier version that the file lacks, or that lacks messages.
#[derive(Debug)]
pub(super) enum Lack {
    /// All of it.
    Conversation(usize),
    /// These messages.
    Messages(ConversationId, Vec<Block>),
}

impl Store {
    /// Compares the version seen last with the one that has just been read, and keeps it where
    /// something is lost. Tells the line about it. The lock is held; nothing has been written yet.
    pub(super) fn check_for_loss(&self, last: Option<Known>) -> Option<String> {
        let now = self.known.as_ref()?;
        let last = last.filter(|last| last.snapshot.as_ref().is_none_or(Snapshot::is_whole));
        if last.is_none() && self.is_overwritten_in_place() {
            return Some(IN_PLACE.to_owned());
        }
        let last = last.or_else(|| Known::from_file(self.kept.path()).ok())?;
        let verbs = self.verbs_in_order(|_| true);
        let lacks = match lacking(&last, now, &verbs) {
            Ok(lacks) => lacks,
            Err(error) => {
                tracing::warn!(%error, "the version seen last could not be compared");
                return None;
            }
        };
        let coming: Vec<Known> = self
            .brought_back()
            .iter()
            .filter_map(|(number, _)| Known::from_file(&self.trash.version(*number)).ok())
            .collect();
        let mut loss = Loss::default();
        for lack in lacks {
            if coming.iter().any(|version| version.has(&last, &lack)) {
                continue;
            }
            match lack {
                Lack::Conversation(_) => loss.conversations = loss.conversations.saturating_add(1),
                Lack::Messages(_, blocks) => {
                    let many: usize = blocks.iter().map(|block| block.messages.len()).sum();
                    loss.messages = loss.messages.saturating_add(many);
                }
            }
        }
        if loss.is_none() {
            return None;
        }
        let words = loss.words();
        let kept = self.keep_lost(&last, &words);
        let said = format!("Lost elsewhere: {words}");
        Some(match kept {
            Ok(()) => format!("{said}. u in the list or `duologue undo` restores."),
            Err(error) => format!("{said}. The version before could not be kept: {error}."),
        })
    }

    /// Whether somebody wrote into the file of which only another name is kept.
    fn is_overwritten_in_place(&self) -> bool {
        let (line, file) = (self.ledger.read(), self.place.file());
        let now = self.known.as_ref().and_then(Known::version);
        line.version.is_some() && self.kept.is_name_of(&file) && !line.has_text_of(now)
    }

    /// A line where the file cannot be kept aside.
    pub(super) fn not_kept(&self) -> Option<String> {
        let on_disk = version::on_disk(&self.place).ok().flatten();
        let seen = on_disk.is_some() && self.ledger.read().knows(on_disk);
        (seen && !self.kept.exists()).then(|| NOT_KEPT.to_owned())
    }

    /// Moves the version to the trash.
    fn keep_lost(&self, last: &Known, words: &str) -> io::Result<()> {
        let Some(snapshot) = &last.snapshot else { return Ok(()) };
        // What is kept may be a version that came after it by now.
        if !snapshot.version().is_text_of(self.kept.path()) {
            snapshot.copy_to(self.kept.path())?;
        }
        let what = Removed::Overwritten { line: words.to_owned(), restored: None };
        self.trash.put_version(self.kept.path(), &self.thrown(what, Actor::User)).map(|_| ())
    }

    /// Versions the user brought back that an old copy of somebody's may still undo.
    fn brought_back(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.versions();
        all.retain(|(_, thrown)| {
            matches!(thrown.what, Removed::Overwritten { restored: Some(_), .. })
        });
        all
    }

    /// Brings back again what the user had brought back; tells whether anything was missing.
    pub(super) fn bring_back_again(&mut self) -> bool {
        let mut missing = false;
        for (number, mut thrown) in self.brought_back() {
            match self.bring_back(number) {
                Ok(brought) if !brought.any => {}
                Ok(_) => {
                    missing = true;
                    if let Removed::Overwritten { restored, .. } = &mut thrown.what {
                        *restored = Some(self.now());
                    }
                    if let Err(error) = self.trash.change(number, &thrown) {
                        tracing::warn!(%error, "the trash could not be written");
                    }
                }
                Err(error) => tracing::warn!(%error, "a version could not be brought back yet"),
            }
        }
        missing
    }

    /// Forgets versions that were brought back and are safe.
    pub(super) fn settle_versions(&self) {
        let file = self.foreign_time();
        for (number, thrown) in self.brought_back() {
            let Removed::Overwritten { restored: Some(since), .. } = thrown.what else { continue };
            let times = Times { since, file, ignored: None };
            if stale_writer::judge(times, self.now(), self.place.wait()) == Wait::Over {
                self.trash.remove(number);
            }
        }
    }
}

impl Known {
    /// A version in a file of its own.
    pub(super) fn from_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let index = Index::read_file(&file).map_err(|_| io::Error::other("it cannot be read"))?;
        Ok(Self { snapshot: Some(Snapshot::of(file)?), table: index.into() })
    }

    /// A conversation of this version, whether or not it still is the file.
    pub(super) fn conversation(&self, entry: &Entry) -> io::Result<Conversation> {
        let text = self.text(entry.value.clone())?;
        Ok(read::conversation(&text, &entry.id, 0..text.len()))
    }

    /// Whether this version has what `last` had and the file lacks.
    fn has(&self, last: &Self, lack: &Lack) -> bool {
        let (id, missing) = match lack {
            Lack::Conversation(at) => {
                let entry = last.table.index().entries.get(*at);
                let chat = entry.and_then(|entry| last.conversation(entry).ok());
                let Some(chat) = chat else { return false };
                (chat.id, chat.messages)
            }
            Lack::Messages(id, blocks) => {
                (id.clone(), blocks.iter().flat_map(|it| it.messages.clone()).collect())
            }
        };
        let entry = self.table.entry(&id);
        let here = entry.and_then(|entry| self.conversation(&entry).ok());
        here.is_some_and(|here| merge::missing_blocks(&here.messages, &missing).is_empty())
    }

    /// A stretch of this version.
    pub(super) fn text(&self, range: std::ops::Range<usize>) -> io::Result<String> {
        let snapshot = self.snapshot.as_ref().ok_or(io::ErrorKind::NotFound)?;
        String::from_utf8(snapshot.bytes(range)?).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// The records that count, by id.
    pub(super) fn by_id(&self) -> HashMap<&ConversationId, &Entry> {
        self.table.index().entries.iter().map(|entry| (&entry.id, entry)).collect()
    }
}

/// What `now` lacks of what `last` had. Records that look the same are not read.
pub(super) fn lacking(last: &Known, now: &Known, verbs: &[Verb]) -> io::Result<Vec<Lack>> {
    let there = now.by_id();
    let counting = last.by_id();
    let mut about: HashMap<&ConversationId, Vec<&Verb>> = HashMap::new();
    for verb in verbs {
        about.entry(verb.change.conversation()).or_default().push(verb);
    }
    let mut lacks = Vec::new();
    for (place, entry) in last.table.index().entries.iter().enumerate() {
        let counts = counting.get(&entry.id).is_some_and(|it| it.member == entry.member);
        let same = there.get(&entry.id).is_some_and(|now| looks_same(entry, now));
        if !counts || same {
            continue;
        }
        let wish = about.get(&entry.id).map(|verbs| Wish::of(verbs)).unwrap_or_default();
        let before = last.conversation(entry)?;
        let after = there.get(&entry.id).map(|entry| now.conversation(entry)).transpose()?;
        let blocks = match (&after, &wish.being) {
            // Healing brings it as it was brought in.
            (None, Being::There(Change::Restore { member, .. })) => {
                loss::lost(&before, of_member(member).as_ref(), &wish)
            }
            (after, _) => loss::lost(&before, after.as_ref(), &wish),
        };
        let gone = after.is_none() && matches!(wish.being, Being::Unsaid);
        if gone || (after.is_none() && !blocks.is_empty()) {
            lacks.push(Lack::Conversation(place));
        } else if !blocks.is_empty() {
            lacks.push(Lack::Messages(entry.id.clone(), blocks));
        }
    }
    Ok(lacks)
}

/// Whether two records say the same as far as can be told without reading them.
fn looks_same(a: &Entry, b: &Entry) -> bool {
    a.summary == b.summary && a.member.len() == b.member.len()
}

/// The error of a step on the file.
pub(super) fn failed(store: &Store, did: &'static str, error: io::Error) -> StoreError {
    StoreError::io(did, &store.place.file(), error)
}
