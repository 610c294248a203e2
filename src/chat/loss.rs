//! What a version of a conversation lacks that an earlier one had and nobody here took away.
//! May not read files; versions arrive as conversations.

use std::collections::HashMap;

use super::{Conversation, Fingerprint, Message, MessageBlock, Timestamp, merge};
use crate::chat::desired::{Desired, Existence};

/// How much is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loss {
    /// Whole conversations.
    pub conversations: usize,
    /// Messages of conversations that are still there.
    pub messages: usize,
}

impl Loss {
    /// Whether nothing is lost.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.conversations == 0 && self.messages == 0
    }

    /// How much it is, in words.
    #[must_use]
    pub fn describe(self) -> String {
        let many = |count: usize, one: &str, several: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {several}")),
        };
        let conversations = many(self.conversations, "conversation", "conversations");
        let messages = many(self.messages, "message", "messages");
        let parts: Vec<String> = conversations.into_iter().chain(messages).collect();
        parts.join(" and ")
    }
}

/// The messages a conversation had and lacks now, as blocks. What our verbs took away is not lost,
/// and neither is what healing puts back.
#[must_use]
pub fn find_lost_messages(
    before: &Conversation,
    now: Option<&Conversation>,
    wish: &Desired<'_>,
) -> Vec<MessageBlock> {
    if matches!(wish.existence, Existence::Deleted { .. }) {
        return Vec::new();
    }
    let there = now.map_or(&[][..], |now| &now.messages);
    let mut excused: HashMap<Fingerprint, usize> = wish.removed.clone();
    for wanted in &wish.messages {
        let times = excused.entry(Fingerprint::of(wanted.message)).or_default();
        *times = times.saturating_add(1);
    }
    let blocks = merge::missing_blocks(there, &before.messages);
    if blocks.is_empty() {
        return blocks;
    }
    let mut retimed = count_retimed(&before.messages, there, &blocks);
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
    let blocks = blocks.into_iter();
    blocks
        .map(|MessageBlock { behind, messages }| MessageBlock {
            behind,
            messages: messages.into_iter().filter(|message| is_lost(message)).collect(),
        })
        .filter(|block| !block.messages.is_empty())
        .collect()
}

/// What tells a message from others but its time.
fn untimed(message: &Message) -> Fingerprint {
    Fingerprint::of(&Message { timestamp: Timestamp::default(), ..message.clone() })
}

/// How many messages are there under another time, as after a repair of the file: they are not lost.
fn count_retimed(
    before: &[Message],
    there: &[Message],
    missing: &[MessageBlock],
) -> HashMap<Fingerprint, usize> {
    let mut retimed: HashMap<Fingerprint, usize> = HashMap::new();
    for message in there.iter().chain(missing.iter().flat_map(|block| &block.messages)) {
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

    fn verb(change: Change, before: &Conversation) -> LoggedChange {
        let seen = Some(ChangeBase::of(&change, Some(before)));
        LoggedChange { seen, ..LoggedChange::new(ChangeId::new("v"), change, at(1)) }
    }

    fn texts(blocks: &[MessageBlock]) -> Vec<&str> {
        blocks.iter().flat_map(|it| &it.messages).map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn what_others_lost_is_found_and_what_we_did_is_no_loss() {
        let before = chat(&["a", "b", "c", "d"]);
        let now = chat(&["a"]);
        let id = before.id.clone();
        let none = Desired::default();
        assert_eq!(texts(&find_lost_messages(&before, Some(&now), &none)), ["b", "c", "d"]);
        assert_eq!(texts(&find_lost_messages(&before, None, &none)).len(), 4);
        // We removed c and d, and b is ours and will be put back.
        let append = Change::Append { id: id.clone(), message: before.messages[1].clone() };
        let removed = before.messages[2..].to_vec();
        let cut = Change::ReplaceTail {
            id: id.clone(),
            keep: 2,
            removed,
            messages: Vec::new(),
            at: at(2),
        };
        let verbs = [verb(append, &now), verb(cut, &before)];
        let verbs: Vec<&LoggedChange> = verbs.iter().collect();
        assert!(find_lost_messages(&before, Some(&now), &Desired::of(&verbs)).is_empty());
        let gone = verb(Change::Delete { id }, &before);
        assert!(find_lost_messages(&before, None, &Desired::of(&[&gone])).is_empty());
    }
}
