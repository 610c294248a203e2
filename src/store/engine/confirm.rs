//! Decides which journaled changes are confirmed: no stale copy of the file can undo them any more.
//!
//! - A change is confirmed only while the version is still one that has been reconciled: a newer one
//!   may lack it.
//! - A change stays as long as an older one on the same conversation is in any journal: that one
//!   alone would be reapplied, against what was wanted last.
//! - If the file was not read in time, there may have been two foreign versions. Additions are reapplied then,
//!   since the first may have lost them; deletions and titles are not, since the second may have been
//!   intended.
//! - Reapplying anything restarts the wait of everything, for every terminal.

use std::collections::{HashMap, HashSet};

use crate::chat::{Change, ChangeId, ConversationId, LoggedChange, ReapplyRule, Timestamp};

use crate::store::file::stale_writer_window::{
    ConfirmationStatus, ConfirmationTimes, check_confirmation,
};
use crate::store::state::monotonic_clock;
use crate::store::state::{ApplyState, JournalEntry, JournalState, SeenState};

/// The times a decision depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConfirmationClock {
    pub now: Timestamp,
    /// The time that decides what is given up.
    pub monotonic_now: Timestamp,
    /// When another program wrote the file last, as far as known.
    pub file_modified: Option<Timestamp>,
    /// How long a stale writer may hold its copy, in seconds.
    pub window: i64,
}

/// What becomes of the changes in this program's journal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ConfirmationPlan {
    pub confirmed: Vec<ChangeId>,
    /// The clock jumped back: they wait the whole time again.
    pub restarted: Vec<ChangeId>,
}

/// Plans the confirmation of journaled changes. Other journals are read only where they can matter.
pub(super) fn plan_confirmation(
    entries: &[JournalEntry],
    clock: ConfirmationClock,
    other_journals: impl FnOnce() -> Vec<JournalState>,
) -> ConfirmationPlan {
    let mut plan = ConfirmationPlan::default();
    let mut due: Vec<&JournalEntry> = Vec::new();
    let mut waiting: HashSet<&ConversationId> = HashSet::new();
    let mut entries: Vec<&JournalEntry> = entries.iter().collect();
    entries.sort_by_key(|entry| entry.logged.sequence);
    for entry in entries {
        let id = entry.logged.change.conversation();
        if monotonic_clock::is_abandoned(&entry.logged, clock.monotonic_now) {
            plan.confirmed.push(entry.logged.id.clone());
            continue;
        }
        match status(entry, clock) {
            Some(ConfirmationStatus::Confirmed) if !waiting.contains(id) => due.push(entry),
            Some(ConfirmationStatus::Restart) => plan.restarted.push(entry.logged.id.clone()),
            // Restoring a message that was never in the file undoes no later change.
            None if entry.logged.applied.is_none() && is_message_addition(&entry.logged.change) => {
            }
            Some(ConfirmationStatus::Confirmed | ConfirmationStatus::Pending) | None => {
                waiting.insert(id);
            }
        }
    }
    if !due.is_empty() {
        let oldest = oldest_applied(other_journals());
        let is_oldest = |entry: &&JournalEntry| {
            let other = oldest.get(entry.logged.change.conversation());
            other.is_none_or(|other| *other > entry.logged.sequence)
        };
        plan.confirmed.extend(due.into_iter().filter(is_oldest).map(|it| it.logged.id.clone()));
    }
    plan
}

/// How long a change in the file has waited; `None` for one that is not known to be there.
fn status(entry: &JournalEntry, clock: ConfirmationClock) -> Option<ConfirmationStatus> {
    let applied = entry.logged.applied.filter(|_| entry.apply_state == ApplyState::Present)?;
    let times = ConfirmationTimes {
        since: entry.waiting_since.unwrap_or(applied),
        file_modified: clock.file_modified,
        ignored_file_time: entry.ignored_file_time,
    };
    Some(check_confirmation(times, clock.now, clock.window))
}

/// The sequence number of the oldest change on each conversation that other terminals applied.
fn oldest_applied(journals: Vec<JournalState>) -> HashMap<ConversationId, u64> {
    let mut oldest: HashMap<ConversationId, u64> = HashMap::new();
    let entries = journals.into_iter().flat_map(|journal| journal.entries);
    for entry in entries.filter(|entry| entry.logged.applied.is_some()) {
        let sequence = entry.logged.sequence;
        let first = oldest.entry(entry.logged.change.conversation().clone()).or_insert(sequence);
        *first = sequence.min(*first);
    }
    oldest
}

/// Marks changes whose wait was over when another program wrote the current version:
/// what they removed, or the title they gave, is not reapplied.
pub(super) fn forbid_reapplying(
    changes: &mut [LoggedChange],
    seen: &SeenState,
    clock: ConfirmationClock,
) {
    let Some(written) = seen.foreign_at.map(|at| at.min(clock.now)) else { return };
    for logged in changes {
        let since = logged.applied.max(seen.quiet_since);
        let waited = since.map(|since| written.seconds_since(since));
        if logged.applied.is_some() && waited.is_some_and(|waited| waited >= clock.window) {
            logged.reapply = ReapplyRule::Forbidden;
        }
    }
}

const fn is_message_addition(change: &Change) -> bool {
    matches!(change, Change::Append { .. } | Change::Insert { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Message;
    use crate::store::state::{JournalRecord, LogState};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn clock(now: i64) -> ConfirmationClock {
        let now = at(now);
        ConfirmationClock { now, monotonic_now: now, file_modified: None, window: 310 }
    }

    /// A message, or a deletion of conversation "c", applied at a time.
    fn entry(sequence: u64, change: Change, applied: Option<i64>) -> JournalEntry {
        let name = ChangeId::new(sequence.to_string());
        let logged = LoggedChange { sequence, ..LoggedChange::new(name, change, at(0)) };
        let logged = LoggedChange { applied: applied.map(at), ..logged };
        let state = if applied.is_some() { ApplyState::Present } else { ApplyState::Unknown };
        JournalEntry { apply_state: state, ..JournalEntry::new(logged, None) }
    }

    fn append(sequence: u64, applied: Option<i64>) -> JournalEntry {
        let message = Message::question("q", at(0));
        entry(sequence, Change::Append { id: ConversationId::new("c"), message }, applied)
    }

    fn delete(sequence: u64, applied: Option<i64>) -> JournalEntry {
        entry(sequence, Change::Delete { id: ConversationId::new("c") }, applied)
    }

    fn confirmed(entries: &[JournalEntry], now: i64, other: Option<JournalEntry>) -> Vec<String> {
        let mut journal = JournalState::default();
        if let Some(other) = other {
            journal.apply(JournalRecord::Intended(Box::new(other)));
        }
        let plan = plan_confirmation(entries, clock(now), || vec![journal]);
        plan.confirmed.iter().map(|id| id.as_str().to_owned()).collect()
    }

    #[test]
    fn a_change_is_confirmed_after_the_window_unless_an_older_one_still_waits() {
        type Case<'a> = (&'a [JournalEntry], i64, Option<JournalEntry>, &'a [&'a str]);
        let month = 31 * 24 * 60 * 60;
        let cases: [Case<'_>; 8] = [
            (&[append(1, Some(1000))], 1309, None, &[]),
            (&[append(1, Some(1000))], 1310, None, &["1"]),
            // One that was written again waits, and the later ones with it.
            (&[append(1, Some(1200)), append(2, Some(1000))], 1400, None, &[]),
            (&[delete(1, None), append(2, Some(1000))], 1400, None, &[]),
            (&[append(1, None), delete(2, Some(1000))], 1400, None, &["2"]),
            (&[append(2, Some(1000))], 1400, Some(append(1, Some(1000))), &[]),
            (&[append(2, Some(1000))], 1400, Some(append(3, Some(1000))), &["2"]),
            // A deletion that never took effect is dropped, a message is not.
            (&[delete(1, None), append(2, None)], month, None, &["1"]),
        ];
        for (entries, now, other, wanted) in cases {
            assert_eq!(confirmed(entries, now, other), wanted, "{entries:?} at {now}");
        }
    }

    #[test]
    fn a_clock_that_jumped_back_restarts_the_wait() {
        let plan = plan_confirmation(&[append(1, Some(1000))], clock(500), Vec::new);
        assert_eq!((plan.confirmed.len(), plan.restarted), (0, vec![ChangeId::new("1")]));
    }

    #[test]
    fn a_change_older_than_the_window_at_the_last_foreign_save_is_not_reapplied() {
        for (applied, quiet_since, wanted) in [
            (Some(1000), None, ReapplyRule::Forbidden),
            (Some(1001), None, ReapplyRule::Allowed),
            (Some(1000), Some(1100), ReapplyRule::Allowed),
            (None, Some(500), ReapplyRule::Allowed),
        ] {
            let seen = SeenState {
                foreign_at: Some(at(1310)),
                quiet_since: quiet_since.map(at),
                ..SeenState::default()
            };
            let mut changes = [delete(1, applied).logged];
            forbid_reapplying(&mut changes, &seen, clock(2000));
            assert_eq!(changes[0].reapply, wanted, "{applied:?} {quiet_since:?}");
        }
    }
}
