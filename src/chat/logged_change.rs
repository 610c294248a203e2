//! A change as the journal stores it, with the state of the file just before it was applied.

use serde::{Deserialize, Serialize};

use crate::chat::{Change, ChangeId, Conversation, Fingerprint, Message, Timestamp};

/// One change made by a duologue process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedChange {
    /// The id; the same change in two journals counts once.
    pub id: ChangeId,
    /// The change of the file.
    pub change: Change,
    /// When the user asked for it.
    pub at: Timestamp,
    /// Its number among the changes of all processes, higher than that of every earlier one. Times do
    /// not order them: clocks jump, and two processes may write in the same second.
    pub sequence: u64,
    /// The state of the file just before it was applied; `None` until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<ChangeBase>,
    /// When it was last written to the shared file; `None` until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Timestamp>,
    /// Whether what it removes, or its title, may still be reapplied. The store decides that anew
    /// before each plan.
    #[serde(skip)]
    pub reapply: ReapplyRule,
}

/// Whether a change that removes something or sets a title may be reapplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReapplyRule {
    /// A stale writer may have undone it.
    #[default]
    Allowed,
    /// It was undone on purpose, by a writer that must have seen it. Messages it added are still
    /// reapplied, because they may have been lost in between.
    Forbidden,
}

impl LoggedChange {
    /// Creates a change that is not applied yet.
    #[must_use]
    pub const fn new(id: ChangeId, change: Change, at: Timestamp) -> Self {
        Self {
            id,
            change,
            at,
            sequence: 0,
            base: None,
            applied: None,
            reapply: ReapplyRule::Allowed,
        }
    }
}

/// The state of the file that decides where, and whether, a change is reapplied.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeBase {
    /// The title before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The message before the first new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<Fingerprint>,
    /// For each new message, the number of equal ones up to it, itself included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<usize>,
    /// Every message of a deleted conversation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Fingerprint>,
}

impl ChangeBase {
    /// Records what a conversation is before a change.
    #[must_use]
    pub fn of(change: &Change, before: Option<&Conversation>) -> Self {
        let Some(before) = before else {
            return Self { times: occurrences(&[], &new_messages(change)), ..Self::default() };
        };
        let mut base = Self { title: Some(before.title.stored().to_owned()), ..Self::default() };
        let kept = match change {
            Change::ReplaceFrom { keep, .. } => before.messages.get(..*keep).unwrap_or_default(),
            Change::Delete { .. } => {
                base.held = before.messages.iter().map(Fingerprint::of).collect();
                return base;
            }
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::RemoveMessages { .. } => &before.messages,
        };
        base.times = occurrences(kept, &new_messages(change));
        if !base.times.is_empty() {
            base.predecessor = kept.last().map(Fingerprint::of);
        }
        base
    }
}

/// Returns the messages a change adds.
#[must_use]
pub fn new_messages(change: &Change) -> Vec<&Message> {
    match change {
        Change::Append { message, .. } => vec![message],
        Change::Insert { blocks, .. } => blocks.iter().flat_map(|block| &block.messages).collect(),
        Change::ReplaceFrom { messages, .. } => messages.iter().collect(),
        Change::Create { .. }
        | Change::Rename { .. }
        | Change::Delete { .. }
        | Change::Restore { .. }
        | Change::RemoveMessages { .. } => Vec::new(),
    }
}

fn occurrences(kept: &[Message], new: &[&Message]) -> Vec<usize> {
    let earlier = |index: usize, message: &Message| {
        let among_new = new.iter().take(index).filter(|it| it.is_same(message)).count();
        kept.iter().filter(|it| it.is_same(message)).count().saturating_add(among_new)
    };
    let counted = new.iter().enumerate();
    counted.map(|(index, message)| earlier(index, message).saturating_add(1)).collect()
}
