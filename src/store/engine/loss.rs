//! Detects that another program's save lost something, and saves the version that still has it.
//! Must not bring anything back by itself, except what the user had restored once.

use std::collections::HashMap;
use std::io;

use crate::chat::desired::{Desired, Existence};
use crate::chat::loss::{self, Loss};
use crate::chat::{
    Advice, Change, ConversationId, FileNotice, LoggedChange, MessageBlock, io_reason, merge,
};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::engine::trash::{message_count, parse_member};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::stale_writer_window::{
    ConfirmationStatus, ConfirmationTimes, check_confirmation,
};
use crate::store::index::IndexEntry;
use crate::store::json::stream::BUFFER_SIZE;
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// Shown where nothing is left to compare with.
const OVERWRITTEN_IN_PLACE: &str = "Another program overwrote the shared file in place. The \
                                    previous content could not be kept.";

/// Shown where the file can have no second name and is too long to be copied every time.
const LAST_GOOD_UNAVAILABLE: &str = "The state folder is on another disk and the shared file is \
                                     large: what another program overwrites cannot be restored.";

/// What the file lacks of an earlier version.
#[derive(Debug)]
pub(super) enum MissingContent {
    /// The whole conversation at this position of the earlier version.
    Conversation(usize),
    /// Messages of a conversation.
    Messages(ConversationId, Vec<MessageBlock>),
}

impl Store {
    /// Compares the version seen last with the open one, and keeps it where something is lost. Returns
    /// a notice about that. The lock is held, and nothing has been written yet.
    pub(super) fn detect_loss(&self, last: Option<OpenVersion>) -> Option<FileNotice> {
        let now = self.open_version.as_ref()?;
        let last =
            last.filter(|last| last.file.as_ref().is_none_or(OpenFile::is_content_unchanged));
        let is_in_place = last.is_none() && self.is_overwritten_in_place();
        let saved = if is_in_place { self.last_good.earlier_path() } else { self.last_good.path() };
        let Some(last) = last.or_else(|| OpenVersion::from_file(saved).ok()) else {
            return is_in_place.then(|| FileNotice::loss(OVERWRITTEN_IN_PLACE, Advice::None));
        };
        let missing = missing_content(&last, now, &self.changes_in_order(|_| true));
        let missing = missing
            .inspect_err(|error| {
                tracing::warn!(%error, "the version seen last could not be compared");
            })
            .ok()?;
        let loss = self.count_loss(&last, missing);
        if loss.is_empty() {
            return None;
        }
        let description = loss.describe();
        let line = match now.file {
            Some(_) => format!("Another program overwrote {description}"),
            None => format!("The chats file was removed, with {description}"),
        };
        Some(match self.save_lost_version(&last, &description) {
            Ok(()) => {
                let advice = Advice::RestoreOverwritten(loss.pronoun());
                FileNotice::loss(format!("{line}."), advice)
            }
            Err(error) => FileNotice::loss(
                format!("{line}. The previous version could not be kept: {}.", io_reason(&error)),
                Advice::None,
            ),
        })
    }

    /// Counts what is missing, without what restoring a version again brings back anyway.
    fn count_loss(&self, last: &OpenVersion, missing: Vec<MissingContent>) -> Loss {
        let restored: Vec<OpenVersion> = self
            .restored_versions()
            .into_iter()
            .filter_map(|(number, _)| OpenVersion::from_file(&self.trash.version_path(number)).ok())
            .collect();
        let mut loss = Loss::default();
        for missing in missing {
            if restored.iter().any(|version| version.has_content(last, &missing)) {
                continue;
            }
            match missing {
                MissingContent::Conversation(_) => {
                    loss.conversations = loss.conversations.saturating_add(1);
                }
                MissingContent::Messages(_, blocks) => {
                    loss.messages = loss.messages.saturating_add(message_count(&blocks));
                }
            }
        }
        loss
    }

    /// Returns whether another program wrote into the file in place, which changed the hard link too.
    fn is_overwritten_in_place(&self) -> bool {
        let (seen, file) = (self.seen.read(), self.paths.chats_file());
        seen.version.is_some()
            && self.last_good.is_hard_link_of(&file)
            && !seen.has_content_of(self.open_identity())
    }

    /// A line if no last good copy of the file can be kept.
    pub(super) fn last_good_warning(&self) -> Option<String> {
        let on_disk = open_file::identity_on_disk(&self.paths).ok().flatten();
        let is_seen = on_disk.is_some() && self.seen.read().is_last_seen(on_disk);
        (is_seen && !self.last_good.exists()).then(|| LAST_GOOD_UNAVAILABLE.to_owned())
    }

    fn save_lost_version(&self, last: &OpenVersion, description: &str) -> io::Result<()> {
        let Some(file) = &last.file else { return Ok(()) };
        // The last good copy may be of a later version by now.
        if !file.identity().has_content_of(self.last_good.path()) {
            file.copy_to(self.last_good.path())?;
        }
        let what = Removed::Overwritten { line: description.to_owned(), restored: None };
        let entry = self.trash_entry(what, Actor::User);
        let number = self.reserve_trash_number();
        self.trash.put_version(number, self.last_good.path(), &entry).map(drop)
    }

    /// Versions the user restored that a stale copy may still undo.
    fn restored_versions(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.version_entries();
        all.retain(|(_, entry)| entry.what.is_restored_version());
        all
    }

    /// Restores again what the user had restored; returns whether anything was missing.
    pub(super) fn restore_again(&mut self) -> bool {
        let mut was_missing = false;
        for (number, entry) in self.restored_versions() {
            match self.restore_version(number) {
                Ok(restored) if !restored.was_missing => {}
                Ok(_) => {
                    was_missing = true;
                    if let Err(error) = self.mark_restored(number, entry) {
                        tracing::warn!(%error, "the trash could not be written");
                    }
                }
                Err(error) => tracing::warn!(%error, "a version could not be restored again yet"),
            }
        }
        was_missing
    }

    /// Records that a version was just restored; it is kept until that is confirmed.
    pub(super) fn mark_restored(
        &self,
        number: TrashNumber,
        mut entry: TrashEntry,
    ) -> io::Result<()> {
        if let Removed::Overwritten { restored, .. } = &mut entry.what {
            *restored = Some(self.now());
        }
        self.trash.write_entry(number, &entry)
    }

    /// Removes restored versions that no stale copy can undo any more.
    pub(super) fn confirm_restored_versions(&self) {
        let clock = self.confirmation_clock();
        for (number, entry) in self.restored_versions() {
            let Removed::Overwritten { restored: Some(since), .. } = entry.what else { continue };
            let (file_modified, ignored_file_time) = (clock.file_modified, None);
            let times = ConfirmationTimes { since, file_modified, ignored_file_time };
            let status = check_confirmation(times, clock.now, clock.window);
            if status == ConfirmationStatus::Confirmed {
                self.trash.remove(number);
            }
        }
    }
}

impl OpenVersion {
    /// Whether the messages of a record here begin with the very bytes of those of a record in another
    /// version: then none of them is gone, and none need be read.
    fn begins_with(&self, here: &IndexEntry, other: &Self, there: &IndexEntry) -> io::Result<bool> {
        let (Some(file), Some(other), Some(mine), Some(list)) =
            (&self.file, &other.file, &here.message_list, &there.message_list)
        else {
            return Ok(false);
        };
        let (mut one, mut two) = (Vec::new(), Vec::new());
        // Without the bracket and the white space before it.
        let end = list.end.saturating_sub(1);
        other.read_into(end.saturating_sub(list.len().min(64))..end, &mut two)?;
        let space = two.len().saturating_sub(two.trim_ascii_end().len());
        let length = list.len().saturating_sub(1).saturating_sub(space);
        if length >= mine.len() {
            return Ok(false);
        }
        for from in (0..length).step_by(BUFFER_SIZE) {
            let to = from.saturating_add(BUFFER_SIZE).min(length);
            let at = |start: usize| start.saturating_add(from)..start.saturating_add(to);
            file.read_into(at(mine.start), &mut one)?;
            other.read_into(at(list.start), &mut two)?;
            if one != two {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether this version has what is missing of `last`.
    fn has_content(&self, last: &Self, missing: &MissingContent) -> bool {
        let (id, messages) = match missing {
            MissingContent::Conversation(position) => {
                let entry = last.entries().get(*position);
                let Some(chat) = entry.and_then(|entry| last.conversation(entry).ok()) else {
                    return false;
                };
                (chat.id, chat.messages)
            }
            MissingContent::Messages(id, blocks) => {
                (id.clone(), blocks.iter().flat_map(|block| block.messages.clone()).collect())
            }
        };
        let entry = self.index.entry(&id);
        let here = entry.and_then(|entry| self.conversation(entry).ok());
        here.is_some_and(|here| merge::missing_blocks(&here.messages, &messages).is_empty())
    }
}

/// What `now` lacks of `last` and no change of ours accounts for. Records that look the same are not
/// read.
pub(super) fn missing_content(
    last: &OpenVersion,
    now: &OpenVersion,
    changes: &[LoggedChange],
) -> Result<Vec<MissingContent>, StoreError> {
    let (current, counting) = (now.entries_by_id(), last.entries_by_id());
    let mut by_id: HashMap<&ConversationId, Vec<&LoggedChange>> = HashMap::new();
    for logged in changes {
        by_id.entry(logged.change.conversation()).or_default().push(logged);
    }
    let mut missing = Vec::new();
    for (position, entry) in last.entries().iter().enumerate() {
        let counts = counting.get(entry.id()).is_some_and(|it| it.member == entry.member);
        let is_same = current.get(entry.id()).is_some_and(|now| is_same_by_index(entry, now));
        if !counts || is_same {
            continue;
        }
        if let Some(after) = current.get(entry.id())
            && now.begins_with(after, last, entry).map_err(|error| now.read_error(error))?
        {
            continue;
        }
        let desired = by_id.get(entry.id()).map(|all| Desired::of(all)).unwrap_or_default();
        let before = last.conversation(entry)?;
        let after = current.get(entry.id()).map(|entry| now.conversation(entry)).transpose()?;
        let blocks = match (&after, &desired.existence) {
            // Reapplying restores it as it was imported or restored.
            (None, Existence::Present(Change::Restore { member, .. })) => {
                loss::find_lost_messages(&before, parse_member(member).as_ref(), &desired)
            }
            (after, _) => loss::find_lost_messages(&before, after.as_ref(), &desired),
        };
        let is_gone = after.is_none() && matches!(desired.existence, Existence::Unspecified);
        if is_gone || (after.is_none() && !blocks.is_empty()) {
            missing.push(MissingContent::Conversation(position));
        } else if !blocks.is_empty() {
            missing.push(MissingContent::Messages(entry.id().clone(), blocks));
        }
    }
    Ok(missing)
}

/// Returns whether two records have equal index entries.
fn is_same_by_index(a: &IndexEntry, b: &IndexEntry) -> bool {
    a.summary == b.summary && a.member.len() == b.member.len()
}
