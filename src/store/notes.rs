//! What a journal says, line by line, and what is still open after them.
//! May not read or write files.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::chat::{
    AnswerRecord, Change, ConversationId, Fingerprint, Message, Seen, Timestamp, TurnId, Verb,
    VerbId,
};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A turn begins; the verbs that store its question follow.
    Begun {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// Its question.
        question: Option<Fingerprint>,
    },
    /// The question of a turn is in the file, and this is the conversation that is sent with it.
    Accepted {
        /// The turn.
        turn: TurnId,
        /// The fingerprint of the conversation up to and with the question.
        context: Fingerprint,
    },
    /// A verb is about to be done.
    Meant(Box<Entry>),
    /// The file as it was just before the verb is applied to it.
    Aimed {
        /// The verb.
        verb: VerbId,
        /// What was seen.
        seen: Seen,
        /// The place of the verb among everybody's, as it is known only now.
        order: u64,
    },
    /// Verbs were written to the shared file.
    Applied {
        /// The verbs.
        verbs: Vec<VerbId>,
        /// When.
        at: Timestamp,
    },
    /// The clock jumped back: the wait until verbs are settled begins anew.
    Waits {
        /// The verbs.
        verbs: Vec<VerbId>,
        /// Since when they wait.
        since: Timestamp,
        /// The time of the file that lies in the future now and says nothing.
        file: Timestamp,
    },
    /// Nothing has to be done about these verbs any more.
    Over {
        /// The verbs.
        verbs: Vec<VerbId>,
    },
    /// More of the answer came.
    Grew {
        /// The turn.
        turn: TurnId,
        /// What came.
        text: String,
    },
    /// The answer so far was replaced.
    Replaced {
        /// The turn.
        turn: TurnId,
        /// The whole answer so far.
        text: String,
    },
    /// The turn ended; with the verb that stores its answer, if there is one.
    Ended {
        /// The turn.
        turn: TurnId,
        /// The verb.
        answer: Option<Box<Entry>>,
    },
}

/// A verb in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The verb.
    pub verb: Verb,
    /// What is known of the answer it stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<AnswerRecord>,
    /// Since when it waits, where that is not when it was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The time of the file that says nothing, because it lies in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<Timestamp>,
    /// Whether this program is doing it right now.
    #[serde(skip)]
    pub doing: Doing,
}

/// What this program knows about a verb at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doing {
    /// Whether it is in the file has to be looked at.
    #[default]
    Unknown,
    /// It is being done right now.
    InHand,
    /// It was in the file at the last look.
    Present,
}

impl Entry {
    /// A verb that is meant and not done yet.
    #[must_use]
    pub const fn new(verb: Verb, record: Option<AnswerRecord>) -> Self {
        Self { verb, record, since: None, ignored: None, doing: Doing::Unknown }
    }
}

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
    pub grown: String,
}

impl OpenTurn {
    /// The verb that stores an answer to this turn's question, behind it.
    #[must_use]
    pub fn answer(&self, id: VerbId, message: Message, at: Timestamp) -> Verb {
        let change = Change::Append { id: self.conversation.clone(), message };
        let seen = Seen { behind: self.question.clone(), ..Seen::default() };
        Verb { seen: Some(seen), ..Verb::new(id, change, at) }
    }
}

/// What is still open after the lines of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Verbs that are not settled, in the order they were meant; none is put in or taken out but by
    /// a step.
    pub entries: Vec<Entry>,
    /// Turns that have not ended.
    pub turns: Vec<OpenTurn>,
    /// Where each verb stands among them: an import brings thousands.
    places: HashMap<VerbId, usize>,
    /// The highest place of any verb so far.
    highest: u64,
}

impl Notes {
    /// Reads a journal. A line that cannot be read says nothing; the last may have been cut short.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut notes = Self::default();
        let lines = bytes.split(|byte| *byte == b'\n');
        for step in lines.filter_map(|line| serde_json::from_slice::<Step>(line).ok()) {
            notes.take(step);
        }
        notes
    }

    /// Takes one line in.
    pub fn take(&mut self, step: Step) {
        match step {
            // Copied from a journal that could not be removed any more.
            Step::Begun { turn, .. } if self.turn(&turn).is_some() => {}
            Step::Begun { turn, conversation, question } => {
                let (context, grown) = (None, String::new());
                self.turns.push(OpenTurn { turn, conversation, question, context, grown });
            }
            Step::Accepted { turn, context } => {
                if let Some(open) = self.turn(&turn) {
                    open.context = Some(context);
                }
            }
            Step::Meant(entry) => self.insert(*entry),
            Step::Aimed { verb, seen, order } => {
                self.highest = self.highest.max(order);
                if let Some(entry) = self.entry(&verb) {
                    entry.verb.seen = Some(seen);
                    entry.verb.order = order.max(entry.verb.order);
                }
            }
            Step::Applied { verbs, at } => self.each(&verbs, |entry| {
                entry.verb.applied = Some(at);
                entry.since = None;
                entry.ignored = None;
            }),
            Step::Waits { verbs, since, file } => self.each(&verbs, |entry| {
                entry.since = Some(since);
                entry.ignored = Some(file);
            }),
            Step::Over { verbs } => {
                let verbs: HashSet<VerbId> = verbs.into_iter().collect();
                self.entries.retain(|entry| !verbs.contains(&entry.verb.id));
                let ids = self.entries.iter().map(|entry| entry.verb.id.clone());
                self.places = ids.enumerate().map(|(place, id)| (id, place)).collect();
            }
            Step::Grew { turn, text } => {
                if let Some(open) = self.turn(&turn) {
                    open.grown.push_str(&text);
                }
            }
            Step::Replaced { turn, text } => {
                if let Some(open) = self.turn(&turn) {
                    open.grown = text;
                }
            }
            Step::Ended { turn, answer } => {
                self.turns.retain(|open| open.turn != turn);
                if let Some(entry) = answer {
                    self.insert(*entry);
                }
            }
        }
    }

    /// The highest place any verb has had among everybody's.
    #[must_use]
    pub const fn highest_order(&self) -> u64 {
        self.highest
    }

    /// Whether nothing is open.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.turns.is_empty()
    }

    /// The lines that say all of this, and nothing else.
    #[must_use]
    pub fn lines(&self) -> Vec<Step> {
        let entries = self.entries.iter().map(|entry| Step::Meant(Box::new(entry.clone())));
        let mut lines: Vec<Step> = entries.collect();
        for open in self.turns.iter().cloned() {
            let OpenTurn { turn, conversation, question, context, grown } = open;
            lines.push(Step::Begun { turn: turn.clone(), conversation, question });
            lines.extend(context.map(|context| Step::Accepted { turn: turn.clone(), context }));
            lines.push(Step::Replaced { turn, text: grown });
        }
        lines
    }

    /// The entry of a verb.
    pub fn entry(&mut self, verb: &VerbId) -> Option<&mut Entry> {
        self.entries.get_mut(*self.places.get(verb)?)
    }

    fn turn(&mut self, turn: &TurnId) -> Option<&mut OpenTurn> {
        self.turns.iter_mut().find(|open| open.turn == *turn)
    }

    /// The same verb may stand in two journals after a crash between copying and removing one.
    fn insert(&mut self, entry: Entry) {
        self.highest = self.highest.max(entry.verb.order);
        let place = self.entries.len();
        if let Slot::Vacant(slot) = self.places.entry(entry.verb.id.clone()) {
            slot.insert(place);
            self.entries.push(entry);
        }
    }

    fn each(&mut self, verbs: &[VerbId], mut change: impl FnMut(&mut Entry)) {
        for verb in verbs {
            if let Some(entry) = self.entry(verb) {
                change(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(steps: &[Step]) -> Vec<u8> {
        steps
            .iter()
            .flat_map(|step| serde_json::to_vec(step).unwrap().into_iter().chain([b'\n']))
            .collect()
    }

    fn begun() -> Step {
        let conversation = ConversationId::new("c");
        Step::Begun { turn: TurnId::new("t"), conversation, question: None }
    }

    fn grew(text: &str) -> Step {
        Step::Grew { turn: TurnId::new("t"), text: text.into() }
    }

    fn verb(name: &str) -> Entry {
        let message = Message::question(name, Timestamp::from_seconds(1));
        let change = Change::Append { id: ConversationId::new("c"), message };
        Entry::new(Verb::new(VerbId::new(name), change, Timestamp::from_seconds(1)), None)
    }

    #[test]
    fn a_journal_cut_at_any_byte_still_tells_everything_before_the_cut() {
        let bytes = lines(&[begun(), grew("Hel"), grew("lo"), Step::Meant(Box::new(verb("v")))]);
        let mut longest = 0;
        for cut in 0..=bytes.len() {
            let notes = Notes::read(&bytes[..cut]);
            let grown = notes.turns.first().map_or(0, |turn| turn.grown.len());
            assert!(grown >= longest && grown <= 5);
            longest = longest.max(grown);
        }
        let notes = Notes::read(&bytes);
        assert_eq!(notes.turns[0].grown, "Hello");
        assert_eq!(notes.entries, [verb("v")]);
    }

    #[test]
    fn what_is_written_anew_says_the_same() {
        let mut seen = verb("seen");
        seen.verb.seen = Some(Seen { title: Some("T".into()), times: vec![2], ..Seen::default() });
        seen.verb.applied = Some(Timestamp::from_seconds(9));
        let at = Timestamp::from_seconds(20);
        let notes = Notes::read(&lines(&[
            begun(),
            grew("Hello"),
            Step::Meant(Box::new(seen)),
            Step::Meant(Box::new(verb("b"))),
            Step::Meant(Box::new(verb("over"))),
            Step::Waits { verbs: vec![VerbId::new("seen")], since: at, file: at },
            Step::Over { verbs: vec![VerbId::new("over")] },
        ]));
        assert_eq!(notes.entries.len(), 2);
        assert_eq!(Notes::read(&lines(&notes.lines())), notes);
    }

    #[test]
    fn a_verb_is_found_after_others_are_over() {
        let mut notes = Notes::default();
        for name in ["a", "b", "c"] {
            notes.take(Step::Meant(Box::new(verb(name))));
        }
        notes.take(Step::Over { verbs: vec![VerbId::new("a")] });
        let at = Timestamp::from_seconds(7);
        notes.take(Step::Applied { verbs: vec![VerbId::new("c"), VerbId::new("a")], at });
        let applied: Vec<_> = notes.entries.iter().map(|entry| entry.verb.applied).collect();
        assert_eq!(applied, [None, Some(at)]);
        // Of one that is over nothing is left.
        notes.take(Step::Meant(Box::new(verb("a"))));
        assert_eq!(notes.entries.len(), 3);
        assert_eq!(notes.entry(&VerbId::new("a")).unwrap().verb.applied, None);
    }

    #[test]
    fn a_verb_that_stands_in_two_journals_is_one() {
        let mut notes = Notes::read(&lines(&[Step::Meant(Box::new(verb("v")))]));
        notes.take(Step::Meant(Box::new(verb("v"))));
        assert_eq!(notes.entries.len(), 1);
    }
}
