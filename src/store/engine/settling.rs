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

use crate::chat::{Change, ConversationId, Force, Timestamp, Verb, VerbId};

use crate::store::engine::Store;
use crate::store::file::stale_writer::{self, Times, Wait};
use crate::store::state::Durability;
use crate::store::state::monotonic_clock;
use crate::store::state::{ApplyState, JournalEntry, Record};

/// What is to be done about the verbs of this program's journal.
#[derive(Debug, Default)]
struct Judged {
    /// Forgotten.
    over: Vec<VerbId>,
    /// They wait the whole time again.
    anew: Vec<VerbId>,
}

impl Store {
    /// For how long what was done here waits to be settled, where there is any.
    #[must_use]
    pub fn waits_for(&self) -> Option<Duration> {
        let waits = !self.journal.state().entries.is_empty();
        waits.then(|| Duration::from_secs(self.place.wait().unsigned_abs()))
    }

    /// Whether there is anything to settle.
    pub(super) fn has_due(&self) -> bool {
        if self.journal.state().entries.is_empty() {
            return false;
        }
        let Judged { over, anew } = self.judge_verbs(self.now(), self.foreign_time());
        !over.is_empty() || !anew.is_empty()
    }

    /// Lets go of verbs whose time was up when somebody wrote the version that is there now: what
    /// they took away, or the title they gave, is not to be done again.
    pub(super) fn let_lapse(&self, verbs: &mut [Verb]) {
        let line = self.ledger.read();
        let Some(written) = line.foreign_at.map(|at| at.min(self.now())) else {
            return;
        };
        for verb in verbs {
            let since = verb.applied.max(line.quiet_since);
            let passed = since.map(|since| written.seconds_since(since));
            if verb.applied.is_some() && passed.is_some_and(|it| it >= self.place.wait()) {
                verb.force = Force::Lapsed;
            }
        }
    }

    /// Forgets what is settled.
    pub(super) fn settle(&mut self) {
        let (now, file) = (self.now(), self.foreign_time());
        let Judged { over, anew } = self.judge_verbs(now, file);
        if !anew.is_empty() {
            let file = file.unwrap_or_default();
            self.note(&Record::WaitRestarted { verbs: anew, since: now, file });
            self.flush(Durability::Written);
        }
        self.forget(&over);
        self.settle_versions();
        if let Err(error) = self.journal.compact() {
            tracing::warn!(%error, "the journal could not be made shorter");
        }
    }

    fn judge_verbs(&self, now: Timestamp, file: Option<Timestamp>) -> Judged {
        let mut judged = Judged::default();
        let mut due: Vec<&JournalEntry> = Vec::new();
        let mut stuck: HashSet<&ConversationId> = HashSet::new();
        let mut entries: Vec<&JournalEntry> = self.journal.state().entries.iter().collect();
        entries.sort_by_key(|entry| entry.verb.order);
        for entry in entries {
            let id = entry.verb.change.conversation();
            if monotonic_clock::is_hopeless(&entry.verb, self.age) {
                judged.over.push(entry.verb.id.clone());
                continue;
            }
            let Some(applied) = entry.verb.applied.filter(|_| entry.doing == ApplyState::Present)
            else {
                // A message that was never in the file takes nothing back that came later.
                if entry.verb.applied.is_some() || !brings_a_message(&entry.verb.change) {
                    stuck.insert(id);
                }
                continue;
            };
            let since = entry.since.unwrap_or(applied);
            let times = Times { since, file, ignored: entry.ignored };
            match stale_writer::judge(times, now, self.place.wait()) {
                Wait::Over if !stuck.contains(id) => due.push(entry),
                Wait::Anew => judged.anew.push(entry.verb.id.clone()),
                Wait::Over | Wait::GoesOn => {
                    stuck.insert(id);
                }
            }
        }
        // Other journals are read only where that can make a difference.
        if !due.is_empty() {
            let oldest = self.oldest_of_others();
            let is_free = |entry: &&JournalEntry| {
                let older = oldest.get(entry.verb.change.conversation());
                older.is_none_or(|older| *older > entry.verb.order)
            };
            let free = due.into_iter().filter(is_free);
            judged.over.extend(free.map(|entry| entry.verb.id.clone()));
        }
        judged
    }

    /// The place of the oldest verb on each conversation in the journals of other terminals.
    fn oldest_of_others(&self) -> HashMap<ConversationId, u64> {
        let mut oldest: HashMap<ConversationId, u64> = HashMap::new();
        for entry in self.journals_of_others().into_iter().flat_map(|notes| notes.entries) {
            if entry.verb.applied.is_some() {
                let id = entry.verb.change.conversation().clone();
                let known = oldest.entry(id).or_insert(entry.verb.order);
                *known = entry.verb.order.min(*known);
            }
        }
        oldest
    }
}

const fn brings_a_message(change: &Change) -> bool {
    matches!(change, Change::Append { .. } | Change::Insert { .. })
}
