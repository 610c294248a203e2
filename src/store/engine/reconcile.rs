//! Reconciles the file with the journals: finishes what a crash interrupted, reapplies what others
//! overwrote, forgets what is confirmed.
//! Must not touch the changes a living process is making at the moment.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::chat::external_changes;
use crate::chat::{
    AnswerRecord, FileNotice, Fingerprint, Message, Role, Timestamp, TurnId, logged_change,
};

use crate::store::engine::Store;
use crate::store::engine::confirm::{self, ConfirmationClock, ConfirmationPlan};
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::StoreError;
use crate::store::file::identity::modified_at;
use crate::store::file::lock::LockSupport;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::replace;
use crate::store::records::record_text::Extent;
use crate::store::state::{Drafts, Durability, JournalEntry, JournalRecord, OpenTurn};

/// Shown where no lock keeps two programs apart.
const NO_LOCKS: &str = "The state folder does not support file locks. Run only one duologue at a \
                        time.";

/// The reason an answer ended early when its program died.
const INTERRUPTED: &str = "The program ended while this answer was arriving.";

/// The result of reading the file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// It is the version last read or written here.
    Unchanged,
    /// It is another one, with a notice about it where there is something to say.
    Changed(Option<FileNotice>),
}

impl Store {
    /// Recovers what dead processes left, and reconciles; for the start.
    ///
    /// # Errors
    /// When the private folder cannot be written.
    pub(super) fn recover(&mut self) -> Result<Option<FileNotice>, StoreError> {
        let held = match self.lock() {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(%error, "nothing could be recovered");
                let is_read_only =
                    matches!(error, StoreError::Io { .. } | StoreError::FolderNotMade { .. });
                return if is_read_only { Err(error) } else { Ok(None) };
            }
        };
        replace::remove_leftovers(self.paths.chats_folder(), &self.paths.temporary_prefix());
        self.take_over_journals();
        // Reading operations report an unreadable file.
        let notice = self.reconcile().ok().flatten();
        let no_locks = match held.support {
            LockSupport::Supported => None,
            LockSupport::Unsupported => Some(FileNotice::info(NO_LOCKS)),
        };
        Ok(FileNotice::join(notice.into_iter().chain(no_locks)))
    }

    /// Looks whether another program changed the file, and reapplies what it overwrote.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn refresh(&mut self, now: Timestamp) -> Result<RefreshOutcome, StoreError> {
        self.set_time(now);
        let is_seen = self.seen.read().is_last_seen(open_file::identity_on_disk(&self.paths)?);
        let is_same = is_seen && !self.has_changed_on_disk();
        let is_complete = is_same && !self.has_changes_to_reapply();
        if is_complete && self.plan_confirmation() == ConfirmationPlan::default() {
            return Ok(RefreshOutcome::Unchanged);
        }
        let _lock = self.lock()?;
        // Only in a version that was reconciled is every journaled change known to be there.
        if is_complete && !self.has_changed_on_disk() {
            self.confirm();
            return Ok(RefreshOutcome::Unchanged);
        }
        let replaced = self.replace_count;
        let notice = self.reconcile()?;
        if is_same && notice.is_none() && self.replace_count == replaced {
            return Ok(RefreshOutcome::Unchanged);
        }
        Ok(RefreshOutcome::Changed(notice))
    }

    /// Takes the notices about what was recovered while something else was done.
    pub fn take_notices(&mut self) -> Vec<FileNotice> {
        std::mem::take(&mut self.notices)
    }

    /// Reconciles before something else, which fails by itself where this does.
    pub(super) fn reconcile_or_log(&mut self) {
        match self.reconcile() {
            Ok(notice) => self.notices.extend(notice),
            Err(error) => tracing::warn!(%error, "the file could not be reconciled"),
        }
    }

    /// Reconciles if another program wrote the current version; not from the commits that
    /// reconciling makes itself.
    pub(super) fn reconcile_if_foreign(&mut self) {
        let Ok(on_disk) = open_file::identity_on_disk(&self.paths) else { return };
        if !self.is_reconciling && !self.seen.read().is_last_seen(on_disk) {
            self.reconcile_or_log();
        }
    }

    /// Returns a notice about what was reapplied and what others changed. The lock is held.
    fn reconcile(&mut self) -> Result<Option<FileNotice>, StoreError> {
        self.is_reconciling = true;
        let notice = self.reconcile_inner();
        self.is_reconciling = false;
        notice
    }

    fn reconcile_inner(&mut self) -> Result<Option<FileNotice>, StoreError> {
        let on_disk = open_file::identity_on_disk(&self.paths)?;
        let before = self.open_version.as_ref().filter(|version| version.identity() != on_disk);
        let rows = before.map(|version| version.index.rows());
        let mut notices = Vec::new();
        if !self.seen.read().is_last_seen(on_disk) {
            notices.extend(self.accept_foreign_version()?);
        }
        self.take_over_journals();
        let is_loss = !notices.is_empty();
        notices.extend(self.reapply_if_needed().map(FileNotice::info));
        self.confirm();
        // The notice about a loss already names what is missing.
        if let Some(before) = rows.filter(|_| !is_loss) {
            let now = self.list()?;
            notices.extend(external_changes::describe_changes(&before, &now).map(FileNotice::info));
        }
        Ok(FileNotice::join(notices))
    }

    /// Opens a version another program wrote, compares it with the one before and records it as seen.
    /// Returns a notice where something is lost.
    fn accept_foreign_version(&mut self) -> Result<Option<FileNotice>, StoreError> {
        let seen = self.seen.read();
        // Only a version that can be read counts as seen.
        let before = self.reopen()?;
        let loss = self.detect_loss(before.filter(|before| seen.is_last_seen(before.identity())));
        self.save_last_good(&seen);
        // The second name that this gives the file changes its identity.
        if let Some(OpenVersion { file, index, .. }) = &mut self.open_version
            && let Some(Ok(again)) = file.take().map(OpenFile::refresh_identity)
        {
            self.index_cache.save(&again, index);
            *file = Some(again);
        }
        let (identity, modified) = (self.open_identity(), modified_at(&self.paths.chats_file()));
        self.seen.update(|seen| {
            if seen.reapplied == Some(seen.foreign) {
                seen.quiet_since = seen.last_disturbed_at();
            }
            seen.foreign = seen.foreign.saturating_add(1);
            seen.foreign_at = modified;
            seen.set_last_seen(identity);
        });
        Ok(loss)
    }

    /// Takes over the journals of dead processes; their turns ended where they died.
    fn take_over_journals(&mut self) {
        let living: HashSet<TurnId> =
            self.journal.state().turns.iter().map(|open| open.turn.clone()).collect();
        if !self.journal.take_over_dead_logs() {
            return;
        }
        self.preserve_interrupted_removals();
        self.forget_sent_drafts(&living);
        for open in self.journal.state().turns.clone() {
            if living.contains(&open.turn) {
                continue;
            }
            // One that its server continues is collected there.
            let is_running = self.background_answers.has_answer(&open.turn);
            if is_running && !self.save_partial_answer(&open) {
                continue;
            }
            let is_cut =
                !open.partial_text.is_empty() && !is_running && !self.has_whole_answer(&open);
            let answer = is_cut.then(|| self.interrupted_answer(&open));
            self.log(&JournalRecord::TurnEnded { turn: open.turn, answer });
        }
        self.flush(Durability::Synced);
    }

    /// Forgets drafts of dead processes that were sent: a process may die between writing its question
    /// down and emptying the draft.
    fn forget_sent_drafts(&self, living: &HashSet<TurnId>) {
        let state = self.journal.state();
        let dead = state.turns.iter().filter(|open| !living.contains(&open.turn));
        let questions: HashMap<&Fingerprint, Option<&String>> =
            dead.filter_map(|open| Some((open.question.as_ref()?, open.typed.as_ref()))).collect();
        let changes = state.entries.iter().map(|entry| &entry.logged.change);
        let new = changes.flat_map(|change| {
            let messages = logged_change::new_messages(change).into_iter();
            messages.map(|message| (change.conversation(), message))
        });
        for (conversation, message) in new {
            if let Some(typed) = questions.get(&Fingerprint::of(message)) {
                let text = typed.unwrap_or(&message.text);
                Drafts::forget_sent(self.paths.state_folder(), conversation, text);
            }
        }
    }

    /// Whether the file has an answer that begins with what the journal has of it: the journal lost
    /// its end after the answer was stored.
    fn has_whole_answer(&mut self, open: &OpenTurn) -> bool {
        let Ok(conversation) = self.read_conversation(&open.conversation, Extent::Whole) else {
            return false;
        };
        let messages = &conversation.messages;
        let after_question = open.question.as_ref().map_or(0, |question| {
            let index = messages.iter().rposition(|it| Fingerprint::of(it) == *question);
            index.unwrap_or(messages.len())
        });
        let mut answers =
            messages.iter().skip(after_question).filter(|message| message.role == Role::Assistant);
        answers.any(|answer| answer.text.starts_with(&open.partial_text))
    }

    /// The journal entry that stores the partial answer of a process that died.
    fn interrupted_answer(&mut self, open: &OpenTurn) -> Box<JournalEntry> {
        let (now, text) = (self.now(), open.partial_text.clone());
        let record = AnswerRecord {
            ended_early: Some(INTERRUPTED.to_owned()),
            ..AnswerRecord::without_details(now, text.len())
        };
        self.save_answer_records(&open.conversation, std::slice::from_ref(&record));
        let sequence = self.reserve_sequence(1).start;
        let logged = self.new_answer_change(open, Message::answer(text, now, None), sequence);
        Box::new(JournalEntry::new(logged, Some(record)))
    }

    /// How long to wait until the changes made here are confirmed; `None` where there are none.
    #[must_use]
    pub fn confirmation_wait(&self) -> Option<Duration> {
        let is_waiting = !self.journal.state().entries.is_empty();
        is_waiting.then(|| Duration::from_secs(self.paths.stale_writer_window().unsigned_abs()))
    }

    fn plan_confirmation(&self) -> ConfirmationPlan {
        let entries = &self.journal.state().entries;
        if entries.is_empty() {
            return ConfirmationPlan::default();
        }
        let other_journals = || self.journal.other_states();
        confirm::plan_confirmation(entries, self.confirmation_clock(), other_journals)
    }

    pub(super) fn confirmation_clock(&self) -> ConfirmationClock {
        ConfirmationClock {
            now: self.now(),
            monotonic_now: self.monotonic_now,
            file_modified: self.foreign_write_time(),
            window: self.paths.stale_writer_window(),
        }
    }

    /// Settles the changes that are confirmed.
    fn confirm(&mut self) {
        let ConfirmationPlan { confirmed, restarted } = self.plan_confirmation();
        if !restarted.is_empty() {
            let ConfirmationClock { now, file_modified, .. } = self.confirmation_clock();
            let file = file_modified.unwrap_or_default();
            self.log(&JournalRecord::WaitRestarted { ids: restarted, since: now, file });
            self.flush(Durability::Written);
        }
        if !confirmed.is_empty() {
            self.last_good.renew_earlier(&self.paths.chats_file());
        }
        self.mark_settled(&confirmed);
        self.confirm_restored_versions();
        if let Err(error) = self.journal.compact() {
            tracing::warn!(%error, "the journal could not be compacted");
        }
    }

    /// When another program wrote the file, or something was reapplied, as far as known; else when it
    /// was last written.
    fn foreign_write_time(&self) -> Option<Timestamp> {
        let seen = self.seen.read();
        let on_disk = open_file::identity_on_disk(&self.paths);
        if on_disk.is_ok_and(|on_disk| seen.is_last_seen(on_disk)) {
            return seen.last_disturbed_at();
        }
        modified_at(&self.paths.chats_file())
    }
}
