//! Earlier versions of a conversation's end: saved when a question is edited or an answer is asked for
//! again, and switched back to at the same position.

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Message};

/// A saved version of a conversation's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The message before it; `None` where the branch was the whole conversation.
    pub predecessor: Option<Fingerprint>,
    /// The messages to the end, never empty. The first one identifies the branch among its alternatives.
    pub messages: Vec<Message>,
}

/// A position of the visible conversation that has alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// The index of the message with alternatives; one past the end where no message is visible there.
    pub position: usize,
    /// Which alternative is visible, counted from 1; 0 where none is.
    pub current: usize,
    /// The number of alternatives, the visible one included.
    pub alternatives: usize,
}

/// The direction of a switch between alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchDirection {
    /// To the previous alternative.
    Earlier,
    /// To the next alternative.
    Later,
}

/// Saves the messages that follow `predecessor`. A saved branch with the same first message is an older
/// state of the same branch: it is replaced, and the rest it had is saved where the two diverge.
pub fn save_branch(
    branches: &mut Vec<Branch>,
    predecessor: Option<&Message>,
    messages: &[Message],
) {
    let before = match find_branch_mut(branches, predecessor, messages) {
        Some(saved) => std::mem::replace(&mut saved.messages, messages.to_vec()),
        None => return push_branch(branches, predecessor, messages),
    };
    let common = common_prefix_len(&before, messages);
    let rest = before.get(common..).unwrap_or_default();
    save_unless_known(branches, last_of_first(messages, common), rest);
}

/// Saves a branch unless all of it is saved already.
fn save_unless_known(
    branches: &mut Vec<Branch>,
    predecessor: Option<&Message>,
    messages: &[Message],
) {
    let Some(saved) = find_branch_mut(branches, predecessor, messages) else {
        return push_branch(branches, predecessor, messages);
    };
    let common = common_prefix_len(&saved.messages, messages);
    let rest = messages.get(common..).unwrap_or_default();
    save_unless_known(branches, last_of_first(messages, common), rest);
}

/// Finds the saved branch after `predecessor` with the same first message.
fn find_branch_mut<'a>(
    branches: &'a mut [Branch],
    predecessor: Option<&Message>,
    messages: &[Message],
) -> Option<&'a mut Branch> {
    let first = messages.first()?;
    let predecessor = predecessor.map(Fingerprint::of);
    branches.iter_mut().find(|branch| {
        branch.predecessor == predecessor
            && branch.messages.first().is_some_and(|it| it.is_same(first))
    })
}

fn push_branch(branches: &mut Vec<Branch>, predecessor: Option<&Message>, messages: &[Message]) {
    if !messages.is_empty() {
        let predecessor = predecessor.map(Fingerprint::of);
        branches.push(Branch { predecessor, messages: messages.to_vec() });
    }
}

/// Counts the messages at the start that two branches share.
fn common_prefix_len(one: &[Message], other: &[Message]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one.is_same(other)).count()
}

/// The last of the first `count` messages.
fn last_of_first(messages: &[Message], count: usize) -> Option<&Message> {
    messages.get(count.checked_sub(1)?)
}

/// Finds every fork of the visible conversation, in order.
#[must_use]
pub fn forks<'a>(branches: &[Branch], visible: impl IntoIterator<Item = &'a Message>) -> Vec<Fork> {
    forks_from(branches, 0, None, visible)
}

/// Finds the forks of the visible conversation from index `first` on; `predecessor` is the message before it.
#[must_use]
pub fn forks_from<'a>(
    branches: &[Branch],
    first: usize,
    predecessor: Option<&Message>,
    visible: impl IntoIterator<Item = &'a Message>,
) -> Vec<Fork> {
    if branches.is_empty() {
        return Vec::new();
    }
    let mut visible = visible.into_iter();
    let mut predecessor = predecessor.map(Fingerprint::of);
    let mut found = Vec::new();
    for at in first.. {
        let message = visible.next();
        let alternatives = branches_after(branches, predecessor.as_ref());
        let index = message.and_then(|message| {
            alternatives
                .iter()
                .position(|way| way.messages.first().is_some_and(|it| it.is_same(message)))
        });
        let fork = match (message, index) {
            (_, Some(index)) => Fork {
                position: at,
                current: index.saturating_add(1),
                alternatives: alternatives.len(),
            },
            // The visible branch was never saved: it comes after the saved ones.
            (Some(_), None) => {
                let all = alternatives.len().saturating_add(1);
                Fork { position: at, current: all, alternatives: all }
            }
            (None, None) => Fork { position: at, current: 0, alternatives: alternatives.len() },
        };
        if fork.alternatives > usize::from(message.is_some()) {
            found.push(fork);
        }
        if message.is_none() {
            break;
        }
        predecessor = message.map(Fingerprint::of);
    }
    found
}

/// Returns the messages that switching at a fork makes visible; `None` beyond the first and the last
/// alternative. `predecessor` is the message before the fork.
#[must_use]
pub fn alternative<'a>(
    branches: &'a [Branch],
    predecessor: Option<&Message>,
    fork: Fork,
    direction: BranchDirection,
) -> Option<&'a [Message]> {
    let to = match (direction, fork.current) {
        // Nothing is visible there: the branch saved last comes back.
        (_, 0) => fork.alternatives,
        (BranchDirection::Earlier, current) => current.checked_sub(1)?,
        (BranchDirection::Later, current) => current.checked_add(1)?,
    };
    let alternatives = branches_after(branches, predecessor.map(Fingerprint::of).as_ref());
    alternatives.get(to.checked_sub(1)?).map(|branch| branch.messages.as_slice())
}

fn branches_after<'a>(
    branches: &'a [Branch],
    predecessor: Option<&Fingerprint>,
) -> Vec<&'a Branch> {
    branches.iter().filter(|branch| branch.predecessor.as_ref() == predecessor).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::{Conversation, ConversationId, Timestamp, replace_from};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// A conversation with its branches, changed as the program changes it.
    struct History {
        chat: Conversation,
        branches: Vec<Branch>,
        clock: i64,
        ever: Vec<Message>,
    }

    impl History {
        fn new() -> Self {
            let chat = Conversation::new(ConversationId::new("c"), "T", at(0));
            Self { chat, branches: Vec::new(), clock: 0, ever: Vec::new() }
        }

        fn append(&mut self) {
            self.clock += 1;
            let text = format!("m{}", self.clock);
            let message = if self.chat.is_unanswered() {
                Message::answer(text, at(self.clock), None)
            } else {
                Message::question(text, at(self.clock))
            };
            self.ever.push(message.clone());
            self.chat.messages.push(message);
        }

        fn replace(&mut self, keep: usize, with: &[Message]) {
            let removed = self.chat.messages[keep..].to_vec();
            let predecessor = self.predecessor(keep);
            save_branch(&mut self.branches, predecessor.as_ref(), &removed);
            replace_from::replace_from(&mut self.chat, keep, &removed, with, at(self.clock));
        }

        fn predecessor(&self, at: usize) -> Option<Message> {
            self.chat.messages[..at].last().cloned()
        }

        fn flip(&mut self, fork: Fork, direction: BranchDirection) -> bool {
            let found = alternative(
                &self.branches,
                self.predecessor(fork.position).as_ref(),
                fork,
                direction,
            );
            let Some(with) = found.map(<[Message]>::to_vec) else {
                return false;
            };
            self.replace(fork.position, &with);
            true
        }

        fn forks(&self) -> Vec<Fork> {
            forks(&self.branches, &self.chat.messages)
        }
    }

    #[test]
    fn an_edited_question_is_the_second_alternative_and_switching_restores_the_first() {
        let mut history = History::new();
        for _ in 0..4 {
            history.append();
        }
        let before = history.chat.messages.clone();
        let edited = Message::question("better", at(9));
        history.replace(2, &[edited]);
        assert_eq!(history.forks(), [Fork { position: 2, current: 2, alternatives: 2 }]);
        let fork = history.forks()[0];
        assert!(!history.flip(fork, BranchDirection::Later));
        assert!(history.flip(fork, BranchDirection::Earlier));
        assert_eq!(history.chat.messages, before);
        assert_eq!(history.forks(), [Fork { position: 2, current: 1, alternatives: 2 }]);
    }

    #[test]
    fn saving_an_older_state_of_a_branch_keeps_the_newer_messages() {
        let mut history = History::new();
        for _ in 0..3 {
            history.append();
        }
        let messages = history.chat.messages.clone();
        let mut branches = Vec::new();
        save_branch(&mut branches, None, &messages);
        // An older state of the same branch is saved.
        save_branch(&mut branches, None, &messages[..2]);
        assert_eq!(branches[0].messages, messages[..2]);
        assert_eq!(branches[1].messages, messages[2..]);
        save_branch(&mut branches, None, &messages);
        assert_eq!((branches.len(), &branches[0].messages), (2, &messages));
    }

    #[test]
    fn an_answer_replaced_by_nothing_can_be_restored() {
        let mut history = History::new();
        history.append();
        history.append();
        let before = history.chat.messages.clone();
        history.replace(1, &[]);
        assert_eq!(history.forks(), [Fork { position: 1, current: 0, alternatives: 1 }]);
        assert!(history.flip(history.forks()[0], BranchDirection::Earlier));
        assert_eq!(history.chat.messages, before);
    }

    proptest! {
        #[test]
        fn no_message_is_ever_lost_and_every_fork_is_valid(
            steps in prop::collection::vec((0_u8..5, any::<prop::sample::Index>()), 1..40)
        ) {
            let mut history = History::new();
            for (step, index) in steps {
                let forks = history.forks();
                match step {
                    0 | 1 => history.append(),
                    2 => {
                        let keep = index.index(history.chat.messages.len() + 1);
                        history.replace(keep, &[]);
                    }
                    _ if forks.is_empty() => {}
                    3 => { history.flip(forks[index.index(forks.len())], BranchDirection::Earlier); }
                    _ => { history.flip(forks[index.index(forks.len())], BranchDirection::Later); }
                }
                let kept = |message: &Message| {
                    history.chat.messages.contains(message)
                        || history.branches.iter().any(|it| it.messages.contains(message))
                };
                prop_assert!(history.ever.iter().all(kept));
                for fork in history.forks() {
                    prop_assert!(fork.current <= fork.alternatives);
                }
            }
        }

        #[test]
        fn switching_back_and_forth_changes_nothing(many in 2_usize..8, keep in 0_usize..8) {
            let mut history = History::new();
            for _ in 0..many {
                history.append();
            }
            let keep = keep.min(many - 1);
            history.replace(keep, &[]);
            history.append();
            let before = history.chat.messages.clone();
            let fork = history.forks()[0];
            prop_assert_eq!(fork.current, 2);
            prop_assert!(history.flip(fork, BranchDirection::Earlier));
            let fork = history.forks().into_iter().find(|it| it.position == keep).unwrap();
            prop_assert!(history.flip(fork, BranchDirection::Later));
            prop_assert_eq!(history.chat.messages, before);
        }
    }
}
