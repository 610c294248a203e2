//! The order in which verbs were done, over the journals of all terminals.
//! May not go by the clock: clocks jump, and two terminals share a second.
//!
//! Every verb gets a place of its own under the lock, at the moment it is done to the file, from a
//! count all terminals share. So a deletion and what took it back can never change places.

use std::ops::Range;

use crate::chat::Verb;

use crate::store::engine::Store;
use crate::store::state::SeenState;
use crate::store::state::{JournalEntry, JournalState};

impl Store {
    /// Places for this many verbs, behind all there are. The lock is held.
    pub(super) fn orders(&mut self, many: usize) -> Range<u64> {
        let last = self.last_order(&self.ledger.read());
        self.ledger.reserve(u64::try_from(many).unwrap_or(u64::MAX), last)
    }

    /// Places verbs would get now; they get their own when they are done.
    pub(super) fn likely_orders(&self) -> Range<u64> {
        self.last_order(&self.ledger.read()).saturating_add(1)..u64::MAX
    }

    fn last_order(&self, line: &SeenState) -> u64 {
        let own = self.journal.state().highest_order();
        if line.order > 0 {
            return own.max(line.order);
        }
        // The ledger is lost: the journals know as well.
        let others = self.journals_of_others();
        others.iter().map(JournalState::highest_order).max().unwrap_or_default().max(own)
    }

    /// Everybody's verbs that are not settled, in the order they were done; of ours those that
    /// count, of others those that are in the file: what they are about to do is theirs.
    pub(super) fn verbs_in_order(&self, counts: impl Fn(&JournalEntry) -> bool) -> Vec<Verb> {
        let own = self.journal.state().entries.iter().filter(|entry| counts(entry));
        let own = own.map(|entry| entry.verb.clone());
        let others = self.journals_of_others().into_iter().flat_map(|notes| notes.entries);
        let others = others.map(|entry| entry.verb).filter(|verb| verb.applied.is_some());
        let mut verbs: Vec<Verb> = own.chain(others).collect();
        verbs.sort_by_key(|verb| verb.order);
        verbs
    }

    pub(super) fn journals_of_others(&self) -> Vec<JournalState> {
        self.journal.others()
    }
}
