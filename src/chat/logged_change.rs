//! A verb as the journal keeps it: what was meant, and what the file showed just before.
//! May not decide whether it is still there; that is healing's.

use serde::{Deserialize, Serialize};

use crate::chat::{Change, ChangeId, Conversation, Fingerprint, Message, Timestamp};

/// One verb of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedChange {
    /// Its id: the same verb in two journals is one.
    pub id: ChangeId,
    /// What it does.
    pub change: Change,
    /// When it was meant.
    pub at: Timestamp,
    /// Its place among everybody's verbs: higher than that of any verb done before it. Times would
    /// not do: clocks jump, and two terminals share a second.
    pub order: u64,
    /// What the file showed just before it was applied; unset until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<ChangeBase>,
    /// When it was last written to the shared file; unset until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Timestamp>,
    /// Whether it may still take something away again.
    #[serde(skip)]
    pub redo: Redo,
}

/// Whether a verb may still be done again where it takes something away or gives another title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redo {
    /// What undid it may have been an old copy.
    #[default]
    Allowed,
    /// What undid it was written by somebody who must have seen it: that was meant. What the verb
    /// brought still belongs there, as it may have been lost in between.
    Superseded,
}

impl LoggedChange {
    /// A verb that is meant and not done yet.
    #[must_use]
    pub const fn new(id: ChangeId, change: Change, at: Timestamp) -> Self {
        Self { id, change, at, order: 0, seen: None, applied: None, redo: Redo::Allowed }
    }
}

/// What of the file must be known to do a verb again in the right place, or to leave it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeBase {
    /// The title then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The message the first new one was put behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<Fingerprint>,
    /// For each new message, how many equal ones there are with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<usize>,
    /// Every message of a conversation that was deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Fingerprint>,
}

impl ChangeBase {
    /// What is to be remembered of a conversation before a verb changes it.
    #[must_use]
    pub fn of(change: &Change, before: Option<&Conversation>) -> Self {
        let Some(before) = before else {
            return Self { times: occurrences(&[], &new_messages(change)), ..Self::default() };
        };
        let mut seen = Self { title: Some(before.title.clone()), ..Self::default() };
        let stays = match change {
            Change::ReplaceTail { keep, .. } => before.messages.get(..*keep).unwrap_or_default(),
            Change::Delete { .. } => {
                seen.held = before.messages.iter().map(Fingerprint::of).collect();
                return seen;
            }
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::Withdraw { .. } => &before.messages,
        };
        seen.times = occurrences(stays, &new_messages(change));
        if !seen.times.is_empty() {
            seen.behind = stays.last().map(Fingerprint::of);
        }
        seen
    }
}

/// The messages a verb brings.
#[must_use]
pub fn new_messages(change: &Change) -> Vec<&Message> {
    match change {
        Change::Append { message, .. } => vec![message],
        Change::Insert { blocks, .. } => blocks.iter().flat_map(|it| &it.messages).collect(),
        Change::ReplaceTail { messages, .. } => messages.iter().collect(),
        Change::Create { .. }
        | Change::Rename { .. }
        | Change::Delete { .. }
        | Change::Restore { .. }
        | Change::Withdraw { .. } => Vec::new(),
    }
}

fn occurrences(stays: &[Message], new: &[&Message]) -> Vec<usize> {
    let earlier = |place: usize, message: &Message| {
        let among_new = new.iter().take(place).filter(|it| it.is_same(message)).count();
        stays.iter().filter(|it| it.is_same(message)).count().saturating_add(among_new)
    };
    let counted = new.iter().enumerate();
    counted.map(|(place, message)| earlier(place, message).saturating_add(1)).collect()
}
