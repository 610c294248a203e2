//! The state that the records of a journal amount to: unsettled changes and open turns.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::chat::{ChangeId, ConversationId, Fingerprint, TurnId};

use super::super::process_log::LogState;
use super::record::{JournalEntry, JournalRecord};

/// A turn that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTurn {
    /// What its records name it by.
    pub turn: TurnId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Its question, where that is known.
    pub question: Option<Fingerprint>,
    /// What was typed for the question, where that is something else.
    pub typed: Option<String>,
    /// The fingerprint of the conversation that is sent, once the question was accepted.
    pub context: Option<Fingerprint>,
    /// The text of the answer that was journaled so far.
    pub partial_text: String,
}

impl OpenTurn {
    /// A turn of which nothing has come yet.
    #[must_use]
    pub const fn new(
        turn: TurnId,
        conversation: ConversationId,
        question: Option<Fingerprint>,
    ) -> Self {
        Self {
            turn,
            conversation,
            question,
            typed: None,
            context: None,
            partial_text: String::new(),
        }
    }

    /// The records that begin this turn and bring it where it is.
    #[must_use]
    pub fn into_records(self) -> Vec<JournalRecord> {
        let Self { turn, conversation, question, typed, context, partial_text: text } = self;
        let accepted = question.clone().zip(context).map(|(question, context)| {
            JournalRecord::TurnAccepted { turn: turn.clone(), question, context }
        });
        let replaced = JournalRecord::AnswerReplaced { turn: turn.clone(), text };
        let begun = JournalRecord::TurnBegun { turn, conversation, question, typed };
        [Some(begun), accepted, Some(replaced)].into_iter().flatten().collect()
    }
}

/// The unsettled changes and open turns of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalState {
    /// Changes that are not settled, in the order in which they were logged; only a record adds or
    /// removes one.
    pub entries: Vec<JournalEntry>,
    /// Turns that have not ended.
    pub turns: Vec<OpenTurn>,
    /// The position of each change in `entries`: an import brings thousands.
    positions: HashMap<ChangeId, usize>,
    /// The highest sequence number so far.
    highest_sequence: u64,
}

impl LogState for JournalState {
    type LogLine = JournalRecord;

    fn apply(&mut self, line: JournalRecord) {
        match line {
            // A journal that was taken over could not be removed.
            JournalRecord::TurnBegun { turn, .. } if self.turn_mut(&turn).is_some() => {}
            JournalRecord::TurnBegun { turn, conversation, question, typed } => {
                let open = OpenTurn::new(turn, conversation, question);
                self.turns.push(OpenTurn { typed, ..open });
            }
            JournalRecord::TurnAccepted { turn, question, context } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.question = Some(question);
                    open.context = Some(context);
                }
            }
            JournalRecord::Intended(entry) => self.insert(*entry),
            JournalRecord::Based { id, base, sequence } => {
                self.highest_sequence = self.highest_sequence.max(sequence);
                if let Some(entry) = self.entry_mut(&id) {
                    entry.logged.base = Some(base);
                    entry.logged.sequence = sequence.max(entry.logged.sequence);
                }
            }
            JournalRecord::Applied { ids, at } => self.for_each_entry(&ids, |entry| {
                entry.logged.applied = Some(at);
                entry.waiting_since = None;
                entry.ignored_file_time = None;
            }),
            JournalRecord::WaitRestarted { ids, since, file } => {
                self.for_each_entry(&ids, |entry| {
                    entry.waiting_since = Some(since);
                    entry.ignored_file_time = Some(file);
                });
            }
            JournalRecord::Settled { ids } => {
                let ids: HashSet<ChangeId> = ids.into_iter().collect();
                self.entries.retain(|entry| !ids.contains(&entry.logged.id));
                let left = self.entries.iter().map(|entry| entry.logged.id.clone());
                self.positions = left.enumerate().map(|(position, id)| (id, position)).collect();
            }
            JournalRecord::AnswerDelta { turn, text } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.partial_text.push_str(&text);
                }
            }
            JournalRecord::AnswerReplaced { turn, text } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.partial_text = text;
                }
            }
            JournalRecord::TurnEnded { turn, answer } => {
                self.turns.retain(|open| open.turn != turn);
                if let Some(entry) = answer {
                    self.insert(*entry);
                }
            }
        }
    }

    fn lines(&self) -> Vec<JournalRecord> {
        let entries =
            self.entries.iter().map(|entry| JournalRecord::Intended(Box::new(entry.clone())));
        let mut lines: Vec<JournalRecord> = entries.collect();
        lines.extend(self.turns.iter().cloned().flat_map(OpenTurn::into_records));
        lines
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.turns.is_empty()
    }
}

impl JournalState {
    /// The highest sequence number of any change, settled ones included.
    #[must_use]
    pub const fn highest_sequence(&self) -> u64 {
        self.highest_sequence
    }

    /// The entry of a change.
    pub fn entry_mut(&mut self, id: &ChangeId) -> Option<&mut JournalEntry> {
        self.entries.get_mut(*self.positions.get(id)?)
    }

    /// The conversations of some changes, each once.
    #[must_use]
    pub fn conversations_with(
        &self,
        which: impl Fn(&JournalEntry) -> bool,
    ) -> BTreeSet<ConversationId> {
        let entries = self.entries.iter().filter(|entry| which(entry));
        entries.map(|entry| entry.logged.change.conversation().clone()).collect()
    }

    fn turn_mut(&mut self, turn: &TurnId) -> Option<&mut OpenTurn> {
        self.turns.iter_mut().find(|open| open.turn == *turn)
    }

    /// Adds an entry, unless it is there: after a crash the same change can be in two journals.
    fn insert(&mut self, entry: JournalEntry) {
        self.highest_sequence = self.highest_sequence.max(entry.logged.sequence);
        let position = self.entries.len();
        if let Slot::Vacant(slot) = self.positions.entry(entry.logged.id.clone()) {
            slot.insert(position);
            self.entries.push(entry);
        }
    }

    fn for_each_entry(&mut self, ids: &[ChangeId], mut update: impl FnMut(&mut JournalEntry)) {
        for id in ids {
            if let Some(entry) = self.entry_mut(id) {
                update(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::log_file::encode;
    use super::super::super::process_log::replay;
    use super::*;
    use crate::chat::{Change, ChangeBase, LoggedChange, Message, Timestamp};

    fn lines(records: &[JournalRecord]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            encode(record, &mut bytes).unwrap();
        }
        bytes
    }

    fn read(bytes: &[u8]) -> JournalState {
        replay(bytes)
    }

    fn begun() -> JournalRecord {
        let (turn, conversation) = (TurnId::new("t"), ConversationId::new("c"));
        JournalRecord::TurnBegun { turn, conversation, question: None, typed: None }
    }

    fn delta(text: &str) -> JournalRecord {
        JournalRecord::AnswerDelta { turn: TurnId::new("t"), text: text.into() }
    }

    fn change(name: &str) -> JournalEntry {
        let message = Message::question(name, Timestamp::from_seconds(1));
        let change = Change::Append { id: ConversationId::new("c"), message };
        JournalEntry::new(
            LoggedChange::new(ChangeId::new(name), change, Timestamp::from_seconds(1)),
            None,
        )
    }

    #[test]
    fn a_journal_cut_at_any_byte_still_has_everything_before_the_cut() {
        let bytes = lines(&[
            begun(),
            delta("Hel"),
            delta("lo"),
            JournalRecord::Intended(Box::new(change("v"))),
        ]);
        let mut longest = 0;
        for cut in 0..=bytes.len() {
            let journal = read(&bytes[..cut]);
            let grown = journal.turns.first().map_or(0, |turn| turn.partial_text.len());
            assert!(grown >= longest && grown <= 5);
            longest = longest.max(grown);
        }
        let journal = read(&bytes);
        assert_eq!(journal.turns[0].partial_text, "Hello");
        assert_eq!(journal.entries, [change("v")]);
    }

    #[test]
    fn a_compacted_journal_amounts_to_the_same() {
        let mut based = change("based");
        based.logged.base =
            Some(ChangeBase { title: Some("T".into()), times: vec![2], ..ChangeBase::default() });
        based.logged.applied = Some(Timestamp::from_seconds(9));
        let at = Timestamp::from_seconds(20);
        let journal = read(&lines(&[
            begun(),
            delta("Hello"),
            JournalRecord::Intended(Box::new(based)),
            JournalRecord::Intended(Box::new(change("b"))),
            JournalRecord::Intended(Box::new(change("over"))),
            JournalRecord::WaitRestarted { ids: vec![ChangeId::new("based")], since: at, file: at },
            JournalRecord::Settled { ids: vec![ChangeId::new("over")] },
        ]));
        assert_eq!(journal.entries.len(), 2);
        assert_eq!(read(&lines(&journal.lines())), journal);
    }

    #[test]
    fn a_change_is_found_after_others_are_settled() {
        let mut journal = JournalState::default();
        for name in ["a", "b", "c"] {
            journal.apply(JournalRecord::Intended(Box::new(change(name))));
        }
        journal.apply(JournalRecord::Settled { ids: vec![ChangeId::new("a")] });
        let at = Timestamp::from_seconds(7);
        journal.apply(JournalRecord::Applied {
            ids: vec![ChangeId::new("c"), ChangeId::new("a")],
            at,
        });
        let applied: Vec<_> = journal.entries.iter().map(|entry| entry.logged.applied).collect();
        assert_eq!(applied, [None, Some(at)]);
        // A settled change leaves no trace.
        journal.apply(JournalRecord::Intended(Box::new(change("a"))));
        assert_eq!(journal.entries.len(), 3);
        assert_eq!(journal.entry_mut(&ChangeId::new("a")).unwrap().logged.applied, None);
    }

    #[test]
    fn a_change_in_two_journals_is_one() {
        let mut journal = read(&lines(&[JournalRecord::Intended(Box::new(change("v")))]));
        journal.apply(JournalRecord::Intended(Box::new(change("v"))));
        assert_eq!(journal.entries.len(), 1);
    }
}
