//! What a version of a conversation lacks that an earlier one had and no change of ours removed.

use std::collections::HashMap;

use super::{Conversation, Fingerprint, Message, MessageBlock, Timestamp, count, merge};
use crate::chat::desired::{Desired, Existence};

/// The amount of lost data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loss {
    /// Conversations that are missing as a whole.
    pub conversations: usize,
    /// Missing messages of conversations that still exist.
    pub messages: usize,
}

impl Loss {
    /// "it" or "them", for a sentence about what was lost.
    #[must_use]
    pub fn pronoun(self) -> &'static str {
        count::form(&self.conversations.saturating_add(self.messages), "it", "them")
    }

    /// Tells whether nothing is lost.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.conversations == 0 && self.messages == 0
    }

    /// Describes the amount in words, without a verb.
    #[must_use]
    pub fn describe(self) -> String {
        let conversations = count::some(self.conversations, "conversation");
        let messages = count::some(self.messages, "message");
        let parts: Vec<String> = conversations.into_iter().chain(messages).collect();
        parts.join(" and ")
    }
}

/// Finds the messages a conversation had and lacks now, as blocks. Messages that our changes removed
/// are not lost, and neither are those that will be reapplied.
#[must_use]
pub fn find_lost_messages(
    before: &Conversation,
    now: Option<&Conversation>,
    desired: &Desired<'_>,
) -> Vec<MessageBlock> {
    if matches!(desired.existence, Existence::Deleted { .. }) {
        return Vec::new();
    }
    let present = now.map_or(&[][..], |now| &now.messages);
    let mut excused: HashMap<Fingerprint, usize> = desired.removed.clone();
    for message in &desired.messages {
        let times = excused.entry(Fingerprint::of(message.message)).or_default();
        *times = times.saturating_add(1);
    }
    let blocks = merge::missing_blocks(present, &before.messages);
    if blocks.is_empty() {
        return blocks;
    }
    let mut retimed = count_retimed(&before.messages, present, &blocks);
    let mut is_lost = |message: &Message| {
        let known = excused.get_mut(&Fingerprint::of(message));
        match known.filter(|times| **times > 0).or_else(|| retimed.get_mut(&untimed(message))) {
            Some(times @ 1..) => {
                *times = times.saturating_sub(1);
                false
            }
            Some(0) | None => true,
        }
    };
    blocks
        .into_iter()
        .map(|MessageBlock { predecessor, messages }| MessageBlock {
            predecessor,
            messages: messages.into_iter().filter(|message| is_lost(message)).collect(),
        })
        .filter(|block| !block.messages.is_empty())
        .collect()
}

/// The fingerprint of a message without its time.
fn untimed(message: &Message) -> Fingerprint {
    Fingerprint::of(&Message { timestamp: Timestamp::default(), ..message.clone() })
}

/// Counts the messages that are present with another time, as after a repair of the file: they are not
/// lost.
fn count_retimed(
    before: &[Message],
    present: &[Message],
    missing: &[MessageBlock],
) -> HashMap<Fingerprint, usize> {
    let mut retimed: HashMap<Fingerprint, usize> = HashMap::new();
    for message in present.iter().chain(missing.iter().flat_map(|block| &block.messages)) {
        let times = retimed.entry(untimed(message)).or_default();
        *times = times.saturating_add(1);
    }
    for message in before {
        if let Some(times) = retimed.get_mut(&untimed(message)) {
            *times = times.saturating_sub(1);
        }
    }
    retimed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Change, ChangeBase, ChangeId, ConversationId, LoggedChange};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn chat(texts: &[&str]) -> Conversation {
        let mut chat = Conversation::new(ConversationId::new("c"), "T", at(0));
        chat.messages = texts.iter().map(|text| Message::question(*text, at(1))).collect();
        chat
    }

    fn logged(change: Change, before: &Conversation) -> LoggedChange {
        let base = Some(ChangeBase::of(&change, Some(before)));
        LoggedChange { base, ..LoggedChange::new(ChangeId::new("v"), change, at(1)) }
    }

    fn texts(blocks: &[MessageBlock]) -> Vec<&str> {
        blocks.iter().flat_map(|it| &it.messages).map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn messages_another_program_lost_are_found_and_our_removals_are_not() {
        let before = chat(&["a", "b", "c", "d"]);
        let now = chat(&["a"]);
        let id = before.id.clone();
        let none = Desired::default();
        assert_eq!(texts(&find_lost_messages(&before, Some(&now), &none)), ["b", "c", "d"]);
        assert_eq!(texts(&find_lost_messages(&before, None, &none)).len(), 4);
        // We removed c and d, and b is ours and will be reapplied.
        let append = Change::Append { id: id.clone(), message: before.messages[1].clone() };
        let removed = before.messages[2..].to_vec();
        let cut = Change::ReplaceFrom {
            id: id.clone(),
            keep: 2,
            removed,
            messages: Vec::new(),
            at: at(2),
        };
        let changes = [logged(append, &now), logged(cut, &before)];
        let changes: Vec<&LoggedChange> = changes.iter().collect();
        assert!(find_lost_messages(&before, Some(&now), &Desired::of(&changes)).is_empty());
        let gone = logged(Change::Delete { id }, &before);
        assert!(find_lost_messages(&before, None, &Desired::of(&[&gone])).is_empty());
    }
}
