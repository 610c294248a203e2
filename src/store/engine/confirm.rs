//! Forgets verbs that no old copy of the file can undo any more.
//! May not forget one while an older one on the same conversation is remembered anywhere: that one
//! alone would be done again, against what was wanted last.
//!
//! - What has waited long enough is forgotten while the version is still the one it was seen in, and
//!   never because of a version that was not looked through yet: that one may lack it.
//! - Where nobody looked in time, two foreign versions may have passed. What was brought is then
//!   brought again, since the first of them may have lost it; what was taken away or renamed is
//!   not, since the second may have been meant.
//! - Doing something again makes everything wait anew, for every terminal.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::chat::{Change, ChangeId, ConversationId, LoggedChange, Redo, Timestamp};

use crate::store::engine::Store;
use crate::store::file::confirm::{self, ConfirmationStatus, ConfirmationTimes};
use crate::store::state::Durability;
use crate::store::state::monotonic_clock;
use crate::store::state::{ApplyState, JournalEntry, Record};

/// What is to be done about the verbs of this program's journal.
#[derive(Debug, Default)]
struct ConfirmationPlan {
    /// Forgotten.
    confirmed: Vec<ChangeId>,
    /// They wait the whole time again.
    restarted: Vec<ChangeId>,
}

impl Store {
    /// For how long what was done here waits to be settled, where there is any.
    #[must_use]
    pub fn confirmation_wait(&self) -> Option<Duration> {
        let waits = !self.journal.state().entries.is_empty();
        waits.then(|| Duration::from_secs(self.paths.stale_writer_window().unsigned_abs()))
    }

    /// Whether there is anything to settle.
    pub(super) fn has_confirmations_due(&self) -> bool {
        if self.journal.state().entries.is_empty() {
            return false;
        }
        let ConfirmationPlan { confirmed: over, restarted: anew } =
            self.plan_confirmation(self.now(), self.foreign_write_time());
        !over.is_empty() || !anew.is_empty()
    }

    /// Lets go of verbs whose time was up when somebody wrote the version that is there now: what
    /// they took away, or the title they gave, is not to be done again.
    pub(super) fn mark_superseded(&self, verbs: &mut [LoggedChange]) {
        let line = self.seen.read();
        let Some(written) = line.foreign_at.map(|at| at.min(self.now())) else {
            return;
        };
        for verb in verbs {
            let since = verb.applied.max(line.quiet_since);
            let passed = since.map(|since| written.seconds_since(since));
            if verb.applied.is_some()
                && passed.is_some_and(|it| it >= self.paths.stale_writer_window())
            {
                verb.redo = Redo::Superseded;
            }
        }
    }

    /// Forgets what is settled.
    pub(super) fn confirm(&mut self) {
        let (now, file) = (self.now(), self.foreign_write_time());
        let ConfirmationPlan { confirmed: over, restarted: anew } =
            self.plan_confirmation(now, file);
        if !anew.is_empty() {
            let file = file.unwrap_or_default();
            self.log(&Record::WaitRestarted { verbs: anew, since: now, file });
            self.flush(Durability::Written);
        }
        self.mark_settled(&over);
        self.confirm_restored_versions();
        if let Err(error) = self.journal.compact() {
            tracing::warn!(%error, "the journal could not be made shorter");
        }
    }

    fn plan_confirmation(&self, now: Timestamp, file: Option<Timestamp>) -> ConfirmationPlan {
        let mut judged = ConfirmationPlan::default();
        let mut due: Vec<&JournalEntry> = Vec::new();
        let mut stuck: HashSet<&ConversationId> = HashSet::new();
        let mut entries: Vec<&JournalEntry> = self.journal.state().entries.iter().collect();
        entries.sort_by_key(|entry| entry.verb.order);
        for entry in entries {
            let id = entry.verb.change.conversation();
            if monotonic_clock::is_abandoned(&entry.verb, self.monotonic_now) {
                judged.confirmed.push(entry.verb.id.clone());
                continue;
            }
            let Some(applied) =
                entry.verb.applied.filter(|_| entry.apply_state == ApplyState::Present)
            else {
                // A message that was never in the file takes nothing back that came later.
                if entry.verb.applied.is_some() || !is_message_addition(&entry.verb.change) {
                    stuck.insert(id);
                }
                continue;
            };
            let since = entry.since.unwrap_or(applied);
            let times =
                ConfirmationTimes { since, file_modified: file, ignored_file_time: entry.ignored };
            match confirm::check_confirmation(times, now, self.paths.stale_writer_window()) {
                ConfirmationStatus::Confirmed if !stuck.contains(id) => due.push(entry),
                ConfirmationStatus::Restart => judged.restarted.push(entry.verb.id.clone()),
                ConfirmationStatus::Confirmed | ConfirmationStatus::Pending => {
                    stuck.insert(id);
                }
            }
        }
        // Other journals are read only where that can make a difference.
        if !due.is_empty() {
            let oldest = self.oldest_in_other_journals();
            let is_free = |entry: &&JournalEntry| {
                let older = oldest.get(entry.verb.change.conversation());
                older.is_none_or(|older| *older > entry.verb.order)
            };
            let free = due.into_iter().filter(is_free);
            judged.confirmed.extend(free.map(|entry| entry.verb.id.clone()));
        }
        judged
    }

    /// The place of the oldest verb on each conversation in the journals of other terminals.
    fn oldest_in_other_journals(&self) -> HashMap<ConversationId, u64> {
        let mut oldest: HashMap<ConversationId, u64> = HashMap::new();
        for entry in self.other_journals().into_iter().flat_map(|notes| notes.entries) {
            if entry.verb.applied.is_some() {
                let id = entry.verb.change.conversation().clone();
                let known = oldest.entry(id).or_insert(entry.verb.order);
                *known = entry.verb.order.min(*known);
            }
        }
        oldest
    }
}

const fn is_message_addition(change: &Change) -> bool {
    matches!(change, Change::Append { .. } | Change::Insert { .. })
}
