//! The order in which verbs were done, over the journals of all terminals.
//! May not go by the clock: clocks jump, and two terminals share a second.
//!
//! Every verb gets a place of its own under the lock, at the moment it is done to the file, from a
//! count all terminals share. So a deletion and what took it back can never change places.

use std::ops::Range;

use crate::chat::LoggedChange;

use crate::store::engine::Store;
use crate::store::state::SeenState;
use crate::store::state::{JournalEntry, JournalState};

impl Store {
    /// Places for this many verbs, behind all there are. The lock is held.
    pub(super) fn reserve_sequence(&mut self, many: usize) -> Range<u64> {
        let last = self.last_sequence(&self.seen.read());
        self.seen.reserve(u64::try_from(many).unwrap_or(u64::MAX), last)
    }

    /// Places verbs would get now; they get their own when they are done.
    pub(super) fn predicted_sequence(&self) -> Range<u64> {
        self.last_sequence(&self.seen.read()).saturating_add(1)..u64::MAX
    }

    fn last_sequence(&self, line: &SeenState) -> u64 {
        let own = self.journal.state().highest_sequence();
        if line.order > 0 {
            return own.max(line.order);
        }
        // The ledger is lost: the journals know as well.
        let others = self.other_journals();
        others.iter().map(JournalState::highest_sequence).max().unwrap_or_default().max(own)
    }

    /// Everybody's verbs that are not settled, in the order they were done; of ours those that
    /// count, of others those that are in the file: what they are about to do is theirs.
    pub(super) fn changes_in_order(
        &self,
        counts: impl Fn(&JournalEntry) -> bool,
    ) -> Vec<LoggedChange> {
        let own = self.journal.state().entries.iter().filter(|entry| counts(entry));
        let own = own.map(|entry| entry.verb.clone());
        let others = self.other_journals().into_iter().flat_map(|notes| notes.entries);
        let others = others.map(|entry| entry.verb).filter(|verb| verb.applied.is_some());
        let mut verbs: Vec<LoggedChange> = own.chain(others).collect();
        verbs.sort_by_key(|verb| verb.order);
        verbs
    }

    pub(super) fn other_journals(&self) -> Vec<JournalState> {
        self.journal.other_states()
    }
}
