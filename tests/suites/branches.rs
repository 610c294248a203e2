//! Branches with the real store: edits, other answers, switching, undo and the web app's stale saves,
//! in any order, lose nothing.

use std::fs;

use duologue::chat::branch::{self, BranchDirection, Fork};
use duologue::chat::{Change, Conversation, ConversationId, Message, ResponseId, Timestamp};
use duologue::store::Store;
use proptest::prelude::*;

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id() -> ConversationId {
    ConversationId::new("a")
}

/// A conversation in a shared file, changed as the program does it.
struct BranchHarness {
    home: Home,
    store: Store,
    clock: i64,
    output: Vec<Message>,
}

impl BranchHarness {
    fn new() -> Self {
        let home = Home::new();
        let store = Store::open(store_paths(&home), at(1000)).unwrap().store;
        let mut harness = Self { home, store, clock: 1000, output: Vec::new() };
        harness.apply(&Change::Create { id: id(), title: "T".into(), at: at(1000) });
        harness
    }

    fn reopen(&mut self) {
        // The old one goes first: its journal is its own as long as it lives.
        let other = Home::new();
        let idle = Store::open(store_paths(&other), at(self.clock)).unwrap().store;
        drop(std::mem::replace(&mut self.store, idle));
        self.store = Store::open(store_paths(&self.home), at(self.clock)).unwrap().store;
    }

    fn apply(&mut self, change: &Change) {
        self.store.apply(change, at(self.clock)).unwrap();
    }

    fn chat(&mut self) -> Conversation {
        self.store.conversation(&id()).unwrap()
    }

    fn texts(&mut self) -> Vec<String> {
        self.chat().messages.iter().map(|message| message.text.clone()).collect()
    }

    fn message(&mut self, unanswered: bool) -> Message {
        self.clock += 1;
        let text = format!("m{}", self.clock);
        let message = if unanswered {
            let response = ResponseId::new(format!("resp_{}", self.clock));
            Message::answer(text, at(self.clock), Some(response))
        } else {
            Message::question(text, at(self.clock))
        };
        self.output.push(message.clone());
        message
    }

    fn say(&mut self) {
        let unanswered = self.chat().is_unanswered();
        let message = self.message(unanswered);
        self.apply(&Change::Append { id: id(), message });
    }

    fn replace(&mut self, keep: usize, messages: Vec<Message>) {
        let removed = self.chat().messages[keep..].to_vec();
        let at = at(self.clock);
        self.apply(&Change::ReplaceFrom { id: id(), keep, removed, messages, at });
    }

    fn forks(&mut self) -> Vec<Fork> {
        let branches = self.store.branches(&id());
        branch::forks(&branches, &self.chat().messages)
    }

    fn flip(&mut self, fork: Fork, flip: BranchDirection) {
        let chat = self.chat();
        let behind = fork.position.checked_sub(1).map(|index| &chat.messages[index]);
        let branches = self.store.branches(&id());
        if let Some(line) = branch::alternative(&branches, behind, fork, flip) {
            self.clock += 1;
            self.replace(fork.position, line.to_vec());
        }
    }

    fn is_kept(&mut self, message: &Message) -> bool {
        let visible = self.chat().messages.iter().any(|it| it.is_same(message));
        let branches = self.store.branches(&id());
        visible || branches.iter().any(|it| it.messages.iter().any(|it| it.is_same(message)))
    }

    /// The chain never goes on from an answer that is not on the visible line.
    fn is_chained_within(&mut self) -> bool {
        let chat = self.chat();
        chat.last_response_id.as_ref().is_none_or(|last| {
            chat.messages.iter().any(|message| message.response_id.as_ref() == Some(last))
        })
    }
}

#[test]
fn undoing_an_edit_restores_the_conversation() {
    let mut harness = BranchHarness::new();
    for _ in 0..4 {
        harness.say();
    }
    let before = harness.texts();
    let edited = harness.message(false);
    harness.replace(2, vec![edited]);
    harness.say();
    assert!(harness.store.undo(None).unwrap().is_undone());
    assert_eq!(harness.texts(), before);
    // And the edit can be flipped to.
    let fork = harness.forks()[0];
    harness.flip(fork, BranchDirection::Later);
    assert_eq!(harness.texts().len(), 4);
    assert_ne!(harness.texts(), before);
}

#[test]
fn the_chosen_branch_survives_a_stale_save_of_the_web_app() {
    let mut harness = BranchHarness::new();
    for _ in 0..4 {
        harness.say();
    }
    let stale = harness.home.text();
    let edited = harness.message(false);
    harness.replace(2, vec![edited]);
    harness.say();
    let new = harness.texts();
    let fork = harness.forks()[0];
    harness.flip(fork, BranchDirection::Earlier);
    let fork = harness.forks()[0];
    harness.flip(fork, BranchDirection::Later);
    assert_eq!(harness.texts(), new);
    fs::write(harness.home.file(), stale).unwrap();
    harness.store.refresh(at(harness.clock)).unwrap();
    assert_eq!(harness.texts(), new);
}

#[test]
fn a_replaced_branch_is_kept_in_the_private_folder() {
    let home = Home::new();
    let id = ConversationId::new("a/../b");
    let mut store = Store::open(store_paths(&home), at(1)).unwrap().store;
    let (question, answer) = (Message::question("q", at(1)), Message::answer("a", at(1), None));
    let changes = [
        Change::Create { id: id.clone(), title: "T".into(), at: at(1) },
        Change::Append { id: id.clone(), message: question.clone() },
        Change::Append { id: id.clone(), message: answer.clone() },
        Change::ReplaceFrom {
            id: id.clone(),
            keep: 1,
            removed: vec![answer.clone()],
            messages: Vec::new(),
            at: at(1),
        },
    ];
    for change in changes {
        store.apply(&change, at(1)).unwrap();
    }
    assert_eq!(store.conversation(&id).unwrap().messages, [question]);
    let branches = store.branches(&id);
    assert_eq!(branches.len(), 1);
    assert_eq!(branches[0].messages, [answer]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn no_message_is_lost_whatever_is_done(
        steps in prop::collection::vec((0_u8..9, any::<prop::sample::Index>()), 1..24)
    ) {
        let mut harness = BranchHarness::new();
        let mut stale = harness.home.text();
        // Undo may remove what was reapplied.
        let mut is_reapplied = false;
        for (step, index) in steps {
            let forks = harness.forks();
            match step {
                0 | 1 => harness.say(),
                2 => {
                    let keep = index.index(harness.chat().messages.len() + 1);
                    let edited = harness.message(false);
                    harness.replace(keep, vec![edited]);
                }
                3 => {
                    let keep = index.index(harness.chat().messages.len() + 1);
                    harness.replace(keep, Vec::new());
                }
                4 if !forks.is_empty() => harness.flip(forks[index.index(forks.len())], BranchDirection::Earlier),
                5 if !forks.is_empty() => harness.flip(forks[index.index(forks.len())], BranchDirection::Later),
                6 if !is_reapplied => { harness.store.undo(None).unwrap(); }
                7 => {
                    is_reapplied = true;
                    fs::write(harness.home.file(), &stale).unwrap();
                    harness.store.refresh(at(harness.clock)).unwrap();
                }
                8 => {
                    harness.reopen();
                    stale = harness.home.text();
                }
                _ => {}
            }
            let output = harness.output.clone();
            for message in &output {
                prop_assert!(harness.is_kept(message), "{} is lost", message.text);
            }
            prop_assert!(harness.is_chained_within());
        }
    }
}
