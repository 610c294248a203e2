//! Forgets verbs that no old copy of the file can undo any more.
//! May not forget one while an older one on the same conversation is remembered anywhere: that one
//! alone would be done again, against what was wanted last.

use std::collections::{HashMap, HashSet};

use crate::chat::{Change, ConversationId, Timestamp, VerbId};

use super::super::journal::Durability;
use super::super::notes::{Doing, Entry, Step};
use super::super::settle::{self, Times, Wait};
use super::Store;

/// After how many seconds a verb is given up whose conversation never came back: thirty days.
const HOPELESS: i64 = 30 * 24 * 60 * 60;

/// What is to be done about the verbs of this program's journal.
#[derive(Debug, Default)]
struct Judged {
    /// Forgotten.
    over: Vec<VerbId>,
    /// They wait the whole time again.
    anew: Vec<VerbId>,
}

impl Store {
    /// Forgets what is settled.
    pub(super) fn settle(&mut self) {
        let (now, file) = (self.now(), self.foreign_time());
        let Judged { over, anew } = self.judge_verbs(now, file);
        if !anew.is_empty() {
            let file = file.unwrap_or_default();
            self.note(&Step::Waits { verbs: anew, since: now, file });
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
        let mut due: Vec<&Entry> = Vec::new();
        let mut stuck: HashSet<&ConversationId> = HashSet::new();
        let mut entries: Vec<&Entry> = self.journal.notes().entries.iter().collect();
        entries.sort_by_key(|entry| entry.verb.order);
        for entry in entries {
            let id = entry.verb.change.conversation();
            if now.seconds_since(entry.verb.applied.unwrap_or(entry.verb.at)) > HOPELESS {
                judged.over.push(entry.verb.id.clone());
                continue;
            }
            let Some(applied) = entry.verb.applied.filter(|_| entry.doing == Doing::Present) else {
                // A message that was never in the file takes nothing back that came later.
                if entry.verb.applied.is_some() || !brings_a_message(&entry.verb.change) {
                    stuck.insert(id);
                }
                continue;
            };
            let since = entry.since.unwrap_or(applied);
            let times = Times { since, file, ignored: entry.ignored };
            match settle::judge(times, now, self.place.wait()) {
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
            let is_free = |entry: &&Entry| {
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
