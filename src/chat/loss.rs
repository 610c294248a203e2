//! What a version of a conversation lacks that an earlier one had and nobody here took away.
//! May not read files; versions arrive as conversations.

use std::collections::HashMap;

use super::wish::{Being, Wish};
use super::{Block, Conversation, Fingerprint, Message, merge};

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
    pub const fn is_none(self) -> bool {
        self.conversations == 0 && self.messages == 0
    }

    /// How much it is, in words.
    #[must_use]
    pub fn words(self) -> String {
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
pub fn lost(before: &Conversation, now: Option<&Conversation>, wish: &Wish<'_>) -> Vec<Block> {
    if matches!(wish.being, Being::Gone { .. }) {
        return Vec::new();
    }
    let there = now.map_or(&[][..], |now| &now.messages);
    let mut excused: HashMap<Fingerprint, usize> = wish.unwanted.clone();
    for wanted in &wish.wanted {
        let times = excused.entry(Fingerprint::of(wanted.message)).or_default();
        *times = times.saturating_add(1);
    }
    let mut is_lost = |message: &Message| match excused.get_mut(&Fingerprint::of(message)) {
        Some(times @ 1..) => {
            *times = times.saturating_sub(1);
            false
        }
        Some(0) | None => true,
    };
    let blocks = merge::missing_blocks(there, &before.messages).into_iter();
    blocks
        .map(|Block { behind, messages }| Block {
            behind,
            messages: messages.into_iter().filter(|message| is_lost(message)).collect(),
        })
        .filter(|block| !block.messages.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Change, ConversationId, Seen, Timestamp, Verb, VerbId};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn chat(texts: &[&str]) -> Conversation {
        let mut chat = Conversation::new(ConversationId::new("c"), "T", at(0));
        chat.messages = texts.iter().map(|text| Message::question(*text, at(1))).collect();
        chat
    }

    fn verb(change: Change, before: &Conversation) -> Verb {
        let seen = Some(Seen::of(&change, Some(before)));
        Verb { seen, ..Verb::new(VerbId::new("v"), change, at(1)) }
    }

    fn texts(blocks: &[Block]) -> Vec<&str> {
        blocks.iter().flat_map(|it| &it.messages).map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn what_others_lost_is_found_and_what_we_did_is_no_loss() {
        let before = chat(&["a", "b", "c", "d"]);
        let now = chat(&["a"]);
        let id = before.id.clone();
        let none = Wish::default();
        assert_eq!(texts(&lost(&before, Some(&now), &none)), ["b", "c", "d"]);
        assert_eq!(texts(&lost(&before, None, &none)).len(), 4);
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
        let verbs: Vec<&Verb> = verbs.iter().collect();
        assert!(lost(&before, Some(&now), &Wish::of(&verbs)).is_empty());
        let gone = verb(Change::Delete { id }, &before);
        assert!(lost(&before, None, &Wish::of(&[&gone])).is_empty());
    }
}
