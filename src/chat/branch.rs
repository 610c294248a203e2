//! Earlier lines of a conversation: kept when a question is edited or an answer is asked for
//! again, and brought back on the same spot.
//! May not change the visible line; it only says what would stand there.

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Message};

/// A line that once stood behind a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The message it stood behind; `None` where it was the whole conversation.
    pub behind: Option<Fingerprint>,
    /// The line to its end, never empty. Its first message is its name.
    pub messages: Vec<Message>,
}

/// A place of the visible line where there is more than one way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// Position of the message that has alternatives; one past the end where none is there now.
    pub position: usize,
    /// Which of them is visible, counted from 1; 0 where none is.
    pub current: usize,
    /// How many there are.
    pub alternatives: usize,
}

/// Which way to flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchDirection {
    /// To the one before.
    Earlier,
    /// To the one behind.
    Later,
}

/// Keeps the line that stands behind a message. A line that begins with the same message is an
/// older state of the same one and gives way; what it had besides stays where the two part.
pub fn save_branch(branches: &mut Vec<Branch>, behind: Option<&Message>, line: &[Message]) {
    let before = match find_branch_mut(branches, behind, line) {
        Some(known) => std::mem::replace(&mut known.messages, line.to_vec()),
        None => return push_branch(branches, behind, line),
    };
    let common = common_prefix_len(&before, line);
    let rest = before.get(common..).unwrap_or_default();
    save_unless_known(branches, last_of_first(line, common), rest);
}

/// Keeps a line unless all of it is kept already.
fn save_unless_known(branches: &mut Vec<Branch>, behind: Option<&Message>, line: &[Message]) {
    let Some(known) = find_branch_mut(branches, behind, line) else {
        return push_branch(branches, behind, line);
    };
    let common = common_prefix_len(&known.messages, line);
    let rest = line.get(common..).unwrap_or_default();
    save_unless_known(branches, last_of_first(line, common), rest);
}

/// The branch behind a message that begins as a line does.
fn find_branch_mut<'a>(
    branches: &'a mut [Branch],
    behind: Option<&Message>,
    line: &[Message],
) -> Option<&'a mut Branch> {
    let first = line.first()?;
    let behind = behind.map(Fingerprint::of);
    branches.iter_mut().find(|branch| {
        branch.behind == behind && branch.messages.first().is_some_and(|it| it.is_same(first))
    })
}

fn push_branch(branches: &mut Vec<Branch>, behind: Option<&Message>, line: &[Message]) {
    if !line.is_empty() {
        let behind = behind.map(Fingerprint::of);
        branches.push(Branch { behind, messages: line.to_vec() });
    }
}

/// How many messages two lines begin with alike.
fn common_prefix_len(one: &[Message], other: &[Message]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one.is_same(other)).count()
}

/// The last of the first messages of a line.
fn last_of_first(line: &[Message], many: usize) -> Option<&Message> {
    line.get(many.checked_sub(1)?)
}

/// Every fork of the visible line, in order.
#[must_use]
pub fn forks<'a>(branches: &[Branch], visible: impl IntoIterator<Item = &'a Message>) -> Vec<Fork> {
    forks_from(branches, 0, None, visible)
}

/// The forks of the visible line from position `first` on, which stands behind a message.
#[must_use]
pub fn forks_from<'a>(
    branches: &[Branch],
    first: usize,
    behind: Option<&Message>,
    visible: impl IntoIterator<Item = &'a Message>,
) -> Vec<Fork> {
    if branches.is_empty() {
        return Vec::new();
    }
    let mut visible = visible.into_iter();
    let mut behind = behind.map(Fingerprint::of);
    let mut found = Vec::new();
    for at in first.. {
        let here = visible.next();
        let ways = branches_after(branches, behind.as_ref());
        let place = here.and_then(|here| {
            ways.iter().position(|way| way.messages.first().is_some_and(|it| it.is_same(here)))
        });
        let fork = match (here, place) {
            (_, Some(place)) => {
                Fork { position: at, current: place.saturating_add(1), alternatives: ways.len() }
            }
            // A line that was never left stands behind those that were.
            (Some(_), None) => {
                let all = ways.len().saturating_add(1);
                Fork { position: at, current: all, alternatives: all }
            }
            (None, None) => Fork { position: at, current: 0, alternatives: ways.len() },
        };
        if fork.alternatives > usize::from(here.is_some()) {
            found.push(fork);
        }
        if here.is_none() {
            break;
        }
        behind = here.map(Fingerprint::of);
    }
    found
}

/// The line that flipping at a fork, which stands behind a message, brings back; `None` at the
/// ends.
#[must_use]
pub fn alternative<'a>(
    branches: &'a [Branch],
    behind: Option<&Message>,
    fork: Fork,
    flip: BranchDirection,
) -> Option<&'a [Message]> {
    let to = match (flip, fork.current) {
        // With nothing in its place, the last line that was there comes back.
        (_, 0) => fork.alternatives,
        (BranchDirection::Earlier, current) => current.checked_sub(1)?,
        (BranchDirection::Later, current) => current.checked_add(1)?,
    };
    let ways = branches_after(branches, behind.map(Fingerprint::of).as_ref());
    ways.get(to.checked_sub(1)?).map(|branch| branch.messages.as_slice())
}

fn branches_after<'a>(branches: &'a [Branch], behind: Option<&Fingerprint>) -> Vec<&'a Branch> {
    branches.iter().filter(|branch| branch.behind.as_ref() == behind).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::{Conversation, ConversationId, Timestamp, replace_from};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// A conversation with its branches, changed as the program does it.
    struct Desk {
        chat: Conversation,
        branches: Vec<Branch>,
        clock: i64,
        ever: Vec<Message>,
    }

    impl Desk {
        fn new() -> Self {
            let chat = Conversation::new(ConversationId::new("c"), "T", at(0));
            Self { chat, branches: Vec::new(), clock: 0, ever: Vec::new() }
        }

        fn say(&mut self) {
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
            let behind = self.behind(keep);
            save_branch(&mut self.branches, behind.as_ref(), &removed);
            replace_from::replace_from(&mut self.chat, keep, &removed, with, at(self.clock));
        }

        fn behind(&self, at: usize) -> Option<Message> {
            self.chat.messages[..at].last().cloned()
        }

        fn flip(&mut self, fork: Fork, flip: BranchDirection) -> bool {
            let found =
                alternative(&self.branches, self.behind(fork.position).as_ref(), fork, flip);
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
    fn an_edited_question_is_the_second_of_two_and_flips_back_with_its_answer() {
        let mut desk = Desk::new();
        for _ in 0..4 {
            desk.say();
        }
        let before = desk.chat.messages.clone();
        let edited = Message::question("better", at(9));
        desk.replace(2, &[edited]);
        assert_eq!(desk.forks(), [Fork { position: 2, current: 2, alternatives: 2 }]);
        let fork = desk.forks()[0];
        assert!(!desk.flip(fork, BranchDirection::Later));
        assert!(desk.flip(fork, BranchDirection::Earlier));
        assert_eq!(desk.chat.messages, before);
        assert_eq!(desk.forks(), [Fork { position: 2, current: 1, alternatives: 2 }]);
    }

    #[test]
    fn an_older_state_of_a_line_takes_nothing_of_the_newer_one_away() {
        let mut desk = Desk::new();
        for _ in 0..3 {
            desk.say();
        }
        let line = desk.chat.messages.clone();
        let mut branches = Vec::new();
        save_branch(&mut branches, None, &line);
        // Somebody saved the line as it was a message ago.
        save_branch(&mut branches, None, &line[..2]);
        assert_eq!(branches[0].messages, line[..2]);
        assert_eq!(branches[1].messages, line[2..]);
        save_branch(&mut branches, None, &line);
        assert_eq!((branches.len(), &branches[0].messages), (2, &line));
    }

    #[test]
    fn an_answer_that_was_given_up_for_one_that_never_came_can_be_brought_back() {
        let mut desk = Desk::new();
        desk.say();
        desk.say();
        let before = desk.chat.messages.clone();
        desk.replace(1, &[]);
        assert_eq!(desk.forks(), [Fork { position: 1, current: 0, alternatives: 1 }]);
        assert!(desk.flip(desk.forks()[0], BranchDirection::Earlier));
        assert_eq!(desk.chat.messages, before);
    }

    proptest! {
        #[test]
        fn no_message_is_ever_lost_and_every_line_can_be_reached_again(
            steps in prop::collection::vec((0_u8..5, any::<prop::sample::Index>()), 1..40)
        ) {
            let mut desk = Desk::new();
            for (step, index) in steps {
                let forks = desk.forks();
                match step {
                    0 | 1 => desk.say(),
                    2 => {
                        let keep = index.index(desk.chat.messages.len() + 1);
                        desk.replace(keep, &[]);
                    }
                    _ if forks.is_empty() => {}
                    3 => { desk.flip(forks[index.index(forks.len())], BranchDirection::Earlier); }
                    _ => { desk.flip(forks[index.index(forks.len())], BranchDirection::Later); }
                }
                let kept = |message: &Message| {
                    desk.chat.messages.contains(message)
                        || desk.branches.iter().any(|it| it.messages.contains(message))
                };
                prop_assert!(desk.ever.iter().all(kept));
                for fork in desk.forks() {
                    prop_assert!(fork.current <= fork.alternatives);
                }
            }
        }

        #[test]
        fn flipping_there_and_back_is_as_if_nothing_had_happened(many in 2_usize..8, keep in 0_usize..8) {
            let mut desk = Desk::new();
            for _ in 0..many {
                desk.say();
            }
            let keep = keep.min(many - 1);
            desk.replace(keep, &[]);
            desk.say();
            let before = desk.chat.messages.clone();
            let fork = desk.forks()[0];
            prop_assert_eq!(fork.current, 2);
            prop_assert!(desk.flip(fork, BranchDirection::Earlier));
            let fork = desk.forks().into_iter().find(|it| it.position == keep).unwrap();
            prop_assert!(desk.flip(fork, BranchDirection::Later));
            prop_assert_eq!(desk.chat.messages, before);
        }
    }
}
