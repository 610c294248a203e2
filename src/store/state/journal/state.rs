//! What is still open after the lines of a journal.
//! May not read or write files.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use crate::chat::{
    Change, ChangeBase, ChangeId, ConversationId, Fingerprint, LoggedChange, Message, Timestamp,
    TurnId,
};

use super::super::process_log::LogState;
use super::record::{JournalEntry, Record};

/// A turn under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTurn {
    /// The turn.
    pub turn: TurnId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Its question.
    pub question: Option<Fingerprint>,
    /// The conversation up to and with the question as it was sent, once the question was accepted.
    pub context: Option<Fingerprint>,
    /// What has come of the answer.
    pub partial_text: String,
}

impl OpenTurn {
    /// The verb that stores an answer to this turn's question, behind it.
    #[must_use]
    pub fn answer_change(&self, id: ChangeId, message: Message, at: Timestamp) -> LoggedChange {
        let change = Change::Append { id: self.conversation.clone(), message };
        let seen = ChangeBase { behind: self.question.clone(), ..ChangeBase::default() };
        LoggedChange { seen: Some(seen), ..LoggedChange::new(id, change, at) }
    }
}

/// What is still open after the lines of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalState {
    /// Verbs that are not settled, in the order they were meant; only a
    /// record adds or removes one.
    pub entries: Vec<JournalEntry>,
    /// Turns that have not ended.
    pub turns: Vec<OpenTurn>,
    /// Where each verb stands among them: an import brings thousands.
    positions: HashMap<ChangeId, usize>,
    /// The highest place of any verb so far.
    highest_sequence: u64,
}

impl LogState for JournalState {
    type Line = Record;

    fn apply(&mut self, line: Record) {
        match line {
            // Copied from a journal that could not be removed any more.
            Record::TurnBegun { turn, .. } if self.turn_mut(&turn).is_some() => {}
            Record::TurnBegun { turn, conversation, question } => {
                let (context, grown) = (None, String::new());
                self.turns.push(OpenTurn {
                    turn,
                    conversation,
                    question,
                    context,
                    partial_text: grown,
                });
            }
            Record::TurnAccepted { turn, question, context } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.question = Some(question);
                    open.context = Some(context);
                }
            }
            Record::Intended(entry) => self.insert(*entry),
            Record::Based { verb, seen, order } => {
                self.highest_sequence = self.highest_sequence.max(order);
                if let Some(entry) = self.entry_mut(&verb) {
                    entry.verb.seen = Some(seen);
                    entry.verb.order = order.max(entry.verb.order);
                }
            }
            Record::Applied { verbs, at } => self.for_each_entry(&verbs, |entry| {
                entry.verb.applied = Some(at);
                entry.since = None;
                entry.ignored = None;
            }),
            Record::WaitRestarted { verbs, since, file } => self.for_each_entry(&verbs, |entry| {
                entry.since = Some(since);
                entry.ignored = Some(file);
            }),
            Record::Settled { verbs } => {
                let verbs: HashSet<ChangeId> = verbs.into_iter().collect();
                self.entries.retain(|entry| !verbs.contains(&entry.verb.id));
                let ids = self.entries.iter().map(|entry| entry.verb.id.clone());
                self.positions = ids.enumerate().map(|(place, id)| (id, place)).collect();
            }
            Record::AnswerDelta { turn, text } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.partial_text.push_str(&text);
                }
            }
            Record::AnswerReplaced { turn, text } => {
                if let Some(open) = self.turn_mut(&turn) {
                    open.partial_text = text;
                }
            }
            Record::TurnEnded { turn, answer } => {
                self.turns.retain(|open| open.turn != turn);
                if let Some(entry) = answer {
                    self.insert(*entry);
                }
            }
        }
    }

    fn lines(&self) -> Vec<Record> {
        let entries = self.entries.iter().map(|entry| Record::Intended(Box::new(entry.clone())));
        let mut lines: Vec<Record> = entries.collect();
        for open in self.turns.iter().cloned() {
            let OpenTurn { turn, conversation, question, context, partial_text: grown } = open;
            let accepted = question.clone().zip(context);
            lines.push(Record::TurnBegun { turn: turn.clone(), conversation, question });
            lines.extend(accepted.map(|(question, context)| Record::TurnAccepted {
                turn: turn.clone(),
                question,
                context,
            }));
            lines.push(Record::AnswerReplaced { turn, text: grown });
        }
        lines
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.turns.is_empty()
    }
}

impl JournalState {
    /// The highest place any verb has had among everybody's.
    #[must_use]
    pub const fn highest_sequence(&self) -> u64 {
        self.highest_sequence
    }

    /// The entry of a verb.
    pub fn entry_mut(&mut self, verb: &ChangeId) -> Option<&mut JournalEntry> {
        self.entries.get_mut(*self.positions.get(verb)?)
    }

    fn turn_mut(&mut self, turn: &TurnId) -> Option<&mut OpenTurn> {
        self.turns.iter_mut().find(|open| open.turn == *turn)
    }

    /// The same verb may stand in two journals after a crash between copying and removing one.
    fn insert(&mut self, entry: JournalEntry) {
        self.highest_sequence = self.highest_sequence.max(entry.verb.order);
        let place = self.entries.len();
        if let Slot::Vacant(slot) = self.positions.entry(entry.verb.id.clone()) {
            slot.insert(place);
            self.entries.push(entry);
        }
    }

    fn for_each_entry(&mut self, verbs: &[ChangeId], mut change: impl FnMut(&mut JournalEntry)) {
        for verb in verbs {
            if let Some(entry) = self.entry_mut(verb) {
                change(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::process_log::{encode, replay};
    use super::*;

    fn lines(records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            encode(record, &mut bytes).unwrap();
        }
        bytes
    }

    fn read(bytes: &[u8]) -> JournalState {
        replay(bytes)
    }

    fn begun() -> Record {
        let conversation = ConversationId::new("c");
        Record::TurnBegun { turn: TurnId::new("t"), conversation, question: None }
    }

    fn delta(text: &str) -> Record {
        Record::AnswerDelta { turn: TurnId::new("t"), text: text.into() }
    }

    fn verb(name: &str) -> JournalEntry {
        let message = Message::question(name, Timestamp::from_seconds(1));
        let change = Change::Append { id: ConversationId::new("c"), message };
        JournalEntry::new(
            LoggedChange::new(ChangeId::new(name), change, Timestamp::from_seconds(1)),
            None,
        )
    }

    #[test]
    fn a_journal_cut_at_any_byte_still_tells_everything_before_the_cut() {
        let bytes =
            lines(&[begun(), delta("Hel"), delta("lo"), Record::Intended(Box::new(verb("v")))]);
        let mut longest = 0;
        for cut in 0..=bytes.len() {
            let journal = read(&bytes[..cut]);
            let grown = journal.turns.first().map_or(0, |turn| turn.partial_text.len());
            assert!(grown >= longest && grown <= 5);
            longest = longest.max(grown);
        }
        let journal = read(&bytes);
        assert_eq!(journal.turns[0].partial_text, "Hello");
        assert_eq!(journal.entries, [verb("v")]);
    }

    #[test]
    fn what_is_written_anew_says_the_same() {
        let mut seen = verb("seen");
        seen.verb.seen =
            Some(ChangeBase { title: Some("T".into()), times: vec![2], ..ChangeBase::default() });
        seen.verb.applied = Some(Timestamp::from_seconds(9));
        let at = Timestamp::from_seconds(20);
        let journal = read(&lines(&[
            begun(),
            delta("Hello"),
            Record::Intended(Box::new(seen)),
            Record::Intended(Box::new(verb("b"))),
            Record::Intended(Box::new(verb("over"))),
            Record::WaitRestarted { verbs: vec![ChangeId::new("seen")], since: at, file: at },
            Record::Settled { verbs: vec![ChangeId::new("over")] },
        ]));
        assert_eq!(journal.entries.len(), 2);
        assert_eq!(read(&lines(&journal.lines())), journal);
    }

    #[test]
    fn a_verb_is_found_after_others_are_over() {
        let mut journal = JournalState::default();
        for name in ["a", "b", "c"] {
            journal.apply(Record::Intended(Box::new(verb(name))));
        }
        journal.apply(Record::Settled { verbs: vec![ChangeId::new("a")] });
        let at = Timestamp::from_seconds(7);
        journal.apply(Record::Applied { verbs: vec![ChangeId::new("c"), ChangeId::new("a")], at });
        let applied: Vec<_> = journal.entries.iter().map(|entry| entry.verb.applied).collect();
        assert_eq!(applied, [None, Some(at)]);
        // Of one that is over nothing is left.
        journal.apply(Record::Intended(Box::new(verb("a"))));
        assert_eq!(journal.entries.len(), 3);
        assert_eq!(journal.entry_mut(&ChangeId::new("a")).unwrap().verb.applied, None);
    }

    #[test]
    fn a_verb_that_stands_in_two_journals_is_one() {
        let mut journal = read(&lines(&[Record::Intended(Box::new(verb("v")))]));
        journal.apply(Record::Intended(Box::new(verb("v"))));
        assert_eq!(journal.entries.len(), 1);
    }
}
