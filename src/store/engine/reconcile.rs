//! Puts the file and our journals in order: what a crash left is finished, what others undid is
//! done again, what is safe is forgotten.
//! May not touch what a living process is doing right now.

use std::collections::HashSet;
use std::time::UNIX_EPOCH;

use uuid::Uuid;

use crate::chat::external_changes::{self, NoticeSeverity};
use crate::chat::{
    AnswerRecord, ChangeId, Fingerprint, Message, Role, Timestamp, TurnId, logged_change,
};

use crate::store::engine::background_answers::PartialAnswerLocation;
use crate::store::engine::{OpenVersion, ReconcileState, Store};
use crate::store::file::error::StoreError;
use crate::store::file::lock::LockSupport;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::replace;
use crate::store::state::{Drafts, Durability};
use crate::store::state::{JournalEntry, OpenTurn, Record};

/// What is said where terminals cannot keep out of each other's way.
const NO_LOCKS: &str = "The state folder has no file locks: use one duologue at a time.";

/// What is said where the private folder cannot be written.
const READ_ONLY: &str = "Conversations can be read, but not changed.";

/// What is said of an answer that was coming in when the program died.
const INTERRUPTED: &str = "The program ended while this answer was coming in.";

/// What another look at the file showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// It is the version last read or written here.
    Unchanged,
    /// It was another; with a line about it where there is something to say.
    Changed(Option<String>),
}

impl Store {
    /// Finishes what dead processes left and does again what others undid; for the start.
    pub(super) fn recover(&mut self) -> Option<String> {
        let held = match self.lock() {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(%error, "nothing could be put in order");
                let is_read_only = matches!(error, StoreError::Io { .. });
                return is_read_only.then(|| format!("{error} {READ_ONLY}"));
            }
        };
        replace::remove_leftovers(self.paths.chats_folder(), &self.paths.temporary_prefix());
        self.take_over_journals();
        // A file that cannot be read is no error here: reading it says so.
        let said = self.reconcile().ok().flatten();
        match held.support {
            LockSupport::Supported => said,
            LockSupport::Unsupported => Some(
                said.into_iter().fold(NO_LOCKS.to_owned(), |all, line| format!("{line} {all}")),
            ),
        }
    }

    /// Looks whether somebody else changed the file and does again what they undid.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn refresh(&mut self, now: Timestamp) -> Result<RefreshOutcome, StoreError> {
        self.set_time(now);
        let known = self.seen.read().is_last_seen(open_file::identity_on_disk(&self.paths)?);
        let same = known && !self.has_changed_on_disk();
        if same && !self.has_confirmations_due() {
            return Ok(RefreshOutcome::Unchanged);
        }
        let _held = self.lock()?;
        // Only in a version that was looked at is all that is remembered known to be there.
        if same && !self.has_changed_on_disk() {
            self.confirm();
            return Ok(RefreshOutcome::Unchanged);
        }
        self.reconcile().map(RefreshOutcome::Changed)
    }

    /// Lines about what was put in order on the way to something else.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// How much what was told since this was last asked matters.
    pub fn take_news_weight(&mut self) -> NoticeSeverity {
        std::mem::take(&mut self.news_weight)
    }

    /// The same on the way to something else, which will fail by itself where this does.
    pub(super) fn reconcile_or_log(&mut self) {
        match self.reconcile() {
            Ok(line) => self.notices.extend(line),
            Err(error) => tracing::warn!(%error, "the file could not be put in order"),
        }
    }

    /// The same where somebody else has written the version that is there; not while that is being
    /// done, as it commits changes of its own.
    pub(super) fn reconcile_if_foreign(&mut self) {
        let Ok(on_disk) = open_file::identity_on_disk(&self.paths) else { return };
        if self.activity == ReconcileState::Idle && !self.seen.read().is_last_seen(on_disk) {
            self.reconcile_or_log();
        }
    }

    /// Tells a line about what was done and what others changed. The lock is held.
    fn reconcile(&mut self) -> Result<Option<String>, StoreError> {
        self.activity = ReconcileState::Reconciling;
        let done = self.reconcile_inner();
        self.activity = ReconcileState::Idle;
        done
    }

    fn reconcile_inner(&mut self) -> Result<Option<String>, StoreError> {
        let on_disk = open_file::identity_on_disk(&self.paths)?;
        let known = self.open_version.as_ref().filter(|known| known.identity() != on_disk);
        let rows = known.map(|known| known.index.rows());
        let mut said = Vec::new();
        if !self.seen.read().is_last_seen(on_disk) {
            said.extend(self.accept_foreign_version()?);
            self.take_over_journals();
        }
        let is_loss = !said.is_empty();
        said.extend(self.reapply_if_needed());
        self.confirm();
        // What is gone has been told where it is a loss.
        if let Some(before) = rows.filter(|_| !is_loss) {
            said.extend(external_changes::describe_changes(
                &before,
                &self.open_current()?.index.rows(),
            ));
        }
        Ok((!said.is_empty()).then(|| said.join(" ")))
    }

    /// Reads a version somebody else wrote, compares it with the one before and notes it. Tells a
    /// line where something is lost.
    fn accept_foreign_version(&mut self) -> Result<Option<String>, StoreError> {
        let line = self.seen.read();
        let before = self.open_version.take();
        if let Err(error) = self.open_current() {
            // Only a version that can be read is worth noting.
            self.open_version = before;
            return Err(error);
        }
        if let Some(before) = &before
            && let Some(now) = self.open_version.take()
        {
            self.record_foreign_changes(before.index.unpacked(), now.index.unpacked());
            self.open_version = Some(now);
        }
        let said = self.detect_loss(before.filter(|before| line.is_last_seen(before.identity())));
        if said.is_some() {
            self.news_weight = NoticeSeverity::Loss;
        }
        self.last_good.save(&self.paths.chats_file());
        // A second name changes what the system tells about the file.
        if let Some(OpenVersion { file: snapshot, .. }) = &mut self.open_version
            && let Some(Ok(again)) = snapshot.take().map(OpenFile::refresh_identity)
        {
            *snapshot = Some(again);
        }
        let version = self.open_version.as_ref().and_then(OpenVersion::identity);
        self.seen.update(|seen| {
            if seen.healed == Some(seen.foreign) {
                seen.quiet_since = seen.last_disturbed_at();
            }
            seen.foreign = seen.foreign.saturating_add(1);
            seen.foreign_at = self.modified_at();
            seen.set_last_seen(version);
        });
        Ok(said)
    }

    /// Goes on with what dead processes left: their turns have ended where they died.
    fn take_over_journals(&mut self) {
        let turns = |store: &Self| store.journal.state().turns.clone();
        let living: HashSet<TurnId> = turns(self).into_iter().map(|open| open.turn).collect();
        self.journal.take_over_dead_logs();
        self.forget_sent_drafts(&living);
        for open in turns(self).into_iter().filter(|open| !living.contains(&open.turn)) {
            // What goes on at its server is collected, and stored when it is whole.
            let goes_on = self.background_answers.has_answer(&open.turn);
            if goes_on && self.save_partial_answer(&open) == PartialAnswerLocation::Journal {
                continue;
            }
            let cut = !open.partial_text.is_empty() && !goes_on && !self.has_whole_answer(&open);
            let answer = cut.then(|| self.interrupted_answer(&open));
            self.log(&Record::TurnEnded { turn: open.turn, answer });
        }
        self.flush(Durability::Synced);
    }

    /// Forgets drafts of dead processes that were sent: a process may die between writing its question
    /// down and emptying the draft.
    fn forget_sent_drafts(&self, living: &HashSet<TurnId>) {
        let state = self.journal.state();
        let dead = state.turns.iter().filter(|open| !living.contains(&open.turn));
        let questions: HashSet<&Fingerprint> =
            dead.filter_map(|open| open.question.as_ref()).collect();
        let changes = state.entries.iter().map(|entry| &entry.verb.change);
        let new = changes.flat_map(|change| {
            let messages = logged_change::new_messages(change).into_iter();
            messages.map(|message| (change.conversation(), message))
        });
        for (conversation, message) in new.filter(|it| questions.contains(&Fingerprint::of(it.1))) {
            Drafts::forget_sent(self.paths.state_folder(), conversation, &message.text);
        }
    }

    /// Whether the file has an answer that begins with what the journal has of it: the journal lost
    /// its end after the answer was stored.
    fn has_whole_answer(&mut self, open: &OpenTurn) -> bool {
        let Ok(conversation) = self.read_conversation(&open.conversation) else { return false };
        let messages = &conversation.messages;
        let behind = open.question.as_ref().map_or(0, |question| {
            let place = messages.iter().rposition(|it| Fingerprint::of(it) == *question);
            place.unwrap_or(messages.len())
        });
        let mut answers =
            messages.iter().skip(behind).filter(|message| message.role == Role::Assistant);
        answers.any(|answer| answer.text.starts_with(&open.partial_text))
    }

    /// What had come of an answer when its program ended.
    fn interrupted_answer(&mut self, open: &OpenTurn) -> Box<JournalEntry> {
        let (now, text) = (self.now(), open.partial_text.clone());
        let record = AnswerRecord {
            ended_early: Some(INTERRUPTED.to_owned()),
            ..AnswerRecord::bare(now, text.len())
        };
        self.save_answer_record(&open.conversation, &record);
        let id = ChangeId::new(Uuid::new_v4().to_string());
        let mut verb = open.answer_change(id, Message::answer(text, now, None), now);
        verb.order = self.reserve_sequence(1).start;
        Box::new(JournalEntry::new(verb, Some(record)))
    }

    /// When the file was last written by anybody else, as far as is known, or healed; else by
    /// anybody.
    pub(super) fn foreign_write_time(&self) -> Option<Timestamp> {
        let line = self.seen.read();
        let is_known = open_file::identity_on_disk(&self.paths)
            .is_ok_and(|version| line.is_last_seen(version));
        if is_known { line.last_disturbed_at() } else { self.modified_at() }
    }

    /// When the file was last written by anybody.
    fn modified_at(&self) -> Option<Timestamp> {
        let modified =
            std::fs::metadata(self.paths.chats_file()).and_then(|about| about.modified());
        let since = modified.ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?))
    }
}
