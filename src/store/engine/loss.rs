//! Somebody wrote a version over the file that lacks what the last one had: that one is kept.
//! May not bring anything back by itself, except what the user had brought back once.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::chat::desired::{Desired, Existence};
use crate::chat::loss::{self, Loss};
use crate::chat::{Change, Conversation, ConversationId, LoggedChange, MessageBlock, merge};

use crate::store::engine::trash_out::parse_member;
use crate::store::engine::{OpenVersion, Store};
use crate::store::file::confirm::{self, ConfirmationStatus, ConfirmationTimes};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::index::{Index, IndexEntry};
use crate::store::records::read;
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// What is said where nothing is left to compare with.
const OVERWRITTEN_IN_PLACE: &str = "Another program overwrote the shared file in place. The \
                                    previous content could not be kept.";

/// What is said where there is no second name and the file is too long to be copied every time.
const LAST_GOOD_UNAVAILABLE: &str = "The state folder is on another disk and the shared file is \
                                     large: what another program overwrites cannot be restored.";

/// A conversation of an earlier version that the file lacks, or that lacks messages.
#[derive(Debug)]
pub(super) enum MissingContent {
    /// All of it.
    Conversation(usize),
    /// These messages.
    Messages(ConversationId, Vec<MessageBlock>),
}

impl Store {
    /// Compares the version seen last with the one that has just been read, and keeps it where
    /// something is lost. Tells the line about it. The lock is held; nothing has been written yet.
    pub(super) fn detect_loss(&self, last: Option<OpenVersion>) -> Option<String> {
        let now = self.open_version.as_ref()?;
        let last =
            last.filter(|last| last.file.as_ref().is_none_or(OpenFile::is_content_unchanged));
        if last.is_none() && self.is_overwritten_in_place() {
            return Some(OVERWRITTEN_IN_PLACE.to_owned());
        }
        let last = last.or_else(|| OpenVersion::from_file(self.last_good.path()).ok())?;
        let verbs = self.changes_in_order(|_| true);
        let lacks = match missing_content(&last, now, &verbs) {
            Ok(lacks) => lacks,
            Err(error) => {
                tracing::warn!(%error, "the version seen last could not be compared");
                return None;
            }
        };
        let coming: Vec<OpenVersion> = self
            .restored_versions()
            .iter()
            .filter_map(|(number, _)| {
                OpenVersion::from_file(&self.trash.version_path(*number)).ok()
            })
            .collect();
        let mut loss = Loss::default();
        for lack in lacks {
            if coming.iter().any(|version| version.has_content(&last, &lack)) {
                continue;
            }
            match lack {
                MissingContent::Conversation(_) => {
                    loss.conversations = loss.conversations.saturating_add(1)
                }
                MissingContent::Messages(_, blocks) => {
                    let many: usize = blocks.iter().map(|block| block.messages.len()).sum();
                    loss.messages = loss.messages.saturating_add(many);
                }
            }
        }
        if loss.is_empty() {
            return None;
        }
        let words = loss.describe();
        let kept = self.save_lost_version(&last, &words);
        let said = format!("Another program overwrote {words}");
        Some(match kept {
            Ok(()) => format!("{said}. Use /undo or `duologue undo`."),
            Err(error) => format!("{said}. The previous version could not be kept: {error}."),
        })
    }

    /// Whether somebody wrote into the file of which only another name is kept.
    fn is_overwritten_in_place(&self) -> bool {
        let (line, file) = (self.seen.read(), self.paths.chats_file());
        let now = self.open_version.as_ref().and_then(OpenVersion::identity);
        line.version.is_some() && self.last_good.is_hard_link_of(&file) && !line.has_content_of(now)
    }

    /// A line where the file cannot be kept aside.
    pub(super) fn last_good_warning(&self) -> Option<String> {
        let on_disk = open_file::identity_on_disk(&self.paths).ok().flatten();
        let seen = on_disk.is_some() && self.seen.read().is_last_seen(on_disk);
        (seen && !self.last_good.exists()).then(|| LAST_GOOD_UNAVAILABLE.to_owned())
    }

    /// Moves the version to the trash.
    fn save_lost_version(&self, last: &OpenVersion, words: &str) -> io::Result<()> {
        let Some(snapshot) = &last.file else { return Ok(()) };
        // What is kept may be a version that came after it by now.
        if !snapshot.identity().has_content_of(self.last_good.path()) {
            snapshot.copy_to(self.last_good.path())?;
        }
        let what = Removed::Overwritten { line: words.to_owned(), restored: None };
        self.trash
            .put_version(self.last_good.path(), &self.trash_entry(what, Actor::User))
            .map(|_| ())
    }

    /// Versions the user brought back that an old copy of somebody's may still undo.
    fn restored_versions(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.version_entries();
        all.retain(|(_, thrown)| {
            matches!(thrown.what, Removed::Overwritten { restored: Some(_), .. })
        });
        all
    }

    /// Brings back again what the user had brought back; tells whether anything was missing.
    pub(super) fn restore_again(&mut self) -> bool {
        let mut missing = false;
        for (number, mut thrown) in self.restored_versions() {
            match self.restore_version(number) {
                Ok(brought) if !brought.was_missing => {}
                Ok(_) => {
                    missing = true;
                    if let Removed::Overwritten { restored, .. } = &mut thrown.what {
                        *restored = Some(self.now());
                    }
                    if let Err(error) = self.trash.write_entry(number, &thrown) {
                        tracing::warn!(%error, "the trash could not be written");
                    }
                }
                Err(error) => tracing::warn!(%error, "a version could not be brought back yet"),
            }
        }
        missing
    }

    /// Forgets versions that were brought back and are safe.
    pub(super) fn confirm_restored_versions(&self) {
        let file = self.foreign_write_time();
        for (number, thrown) in self.restored_versions() {
            let Removed::Overwritten { restored: Some(since), .. } = thrown.what else { continue };
            let times = ConfirmationTimes { since, file_modified: file, ignored_file_time: None };
            if confirm::check_confirmation(times, self.now(), self.paths.stale_writer_window())
                == ConfirmationStatus::Confirmed
            {
                self.trash.remove(number);
            }
        }
    }
}

impl OpenVersion {
    /// A version in a file of its own.
    pub(super) fn from_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let index = Index::read_file(&file).map_err(|_| io::Error::other("it cannot be read"))?;
        Ok(Self { file: Some(OpenFile::of(file)?), index: index.into() })
    }

    /// A conversation of this version, whether or not it still is the file.
    pub(super) fn conversation(&self, entry: &IndexEntry) -> io::Result<Conversation> {
        let text = self.read_text(entry.value.clone())?;
        Ok(read::conversation(&text, &entry.id, 0..text.len()))
    }

    /// Whether this version has what `last` had and the file lacks.
    fn has_content(&self, last: &Self, lack: &MissingContent) -> bool {
        let (id, missing) = match lack {
            MissingContent::Conversation(at) => {
                let entry = last.index.unpacked().entries.get(*at);
                let chat = entry.and_then(|entry| last.conversation(entry).ok());
                let Some(chat) = chat else { return false };
                (chat.id, chat.messages)
            }
            MissingContent::Messages(id, blocks) => {
                (id.clone(), blocks.iter().flat_map(|it| it.messages.clone()).collect())
            }
        };
        let entry = self.index.entry(&id);
        let here = entry.and_then(|entry| self.conversation(&entry).ok());
        here.is_some_and(|here| merge::missing_blocks(&here.messages, &missing).is_empty())
    }

    /// A stretch of this version.
    pub(super) fn read_text(&self, range: std::ops::Range<usize>) -> io::Result<String> {
        let snapshot = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        String::from_utf8(snapshot.read_range(range)?)
            .map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// The records that count, by id.
    pub(super) fn entries_by_id(&self) -> HashMap<&ConversationId, &IndexEntry> {
        self.index.unpacked().entries.iter().map(|entry| (&entry.id, entry)).collect()
    }
}

/// What `now` lacks of what `last` had. Records that look the same are not read.
pub(super) fn missing_content(
    last: &OpenVersion,
    now: &OpenVersion,
    verbs: &[LoggedChange],
) -> io::Result<Vec<MissingContent>> {
    let there = now.entries_by_id();
    let counting = last.entries_by_id();
    let mut about: HashMap<&ConversationId, Vec<&LoggedChange>> = HashMap::new();
    for verb in verbs {
        about.entry(verb.change.conversation()).or_default().push(verb);
    }
    let mut lacks = Vec::new();
    for (place, entry) in last.index.unpacked().entries.iter().enumerate() {
        let counts = counting.get(&entry.id).is_some_and(|it| it.member == entry.member);
        let same = there.get(&entry.id).is_some_and(|now| is_same_by_index(entry, now));
        if !counts || same {
            continue;
        }
        let wish = about.get(&entry.id).map(|verbs| Desired::of(verbs)).unwrap_or_default();
        let before = last.conversation(entry)?;
        let after = there.get(&entry.id).map(|entry| now.conversation(entry)).transpose()?;
        let blocks = match (&after, &wish.existence) {
            // Healing brings it as it was brought in.
            (None, Existence::Present(Change::Restore { member, .. })) => {
                loss::find_lost_messages(&before, parse_member(member).as_ref(), &wish)
            }
            (after, _) => loss::find_lost_messages(&before, after.as_ref(), &wish),
        };
        let gone = after.is_none() && matches!(wish.existence, Existence::Unspecified);
        if gone || (after.is_none() && !blocks.is_empty()) {
            lacks.push(MissingContent::Conversation(place));
        } else if !blocks.is_empty() {
            lacks.push(MissingContent::Messages(entry.id.clone(), blocks));
        }
    }
    Ok(lacks)
}

/// Whether two records say the same as far as can be told without reading them.
fn is_same_by_index(a: &IndexEntry, b: &IndexEntry) -> bool {
    a.summary == b.summary && a.member.len() == b.member.len()
}

/// The error of a step on the file.
pub(super) fn file_error(store: &Store, did: &'static str, error: io::Error) -> StoreError {
    StoreError::io(did, &store.paths.chats_file(), error)
}
