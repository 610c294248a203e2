//! A scroll position by message and byte, so that it is found again at another screen width.

use serde::{Deserialize, Serialize};

use crate::chat::{Message, Timestamp};

/// A position in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrollAnchor {
    /// The index of the message.
    pub message: usize,
    /// The time of the message, which finds it again after others were inserted before it.
    pub at: Timestamp,
    /// The byte of its displayed text at the start of the first line on screen.
    pub byte: usize,
}

impl ScrollAnchor {
    /// Finds the index its message has now.
    #[must_use]
    pub fn find_message<'a>(&self, messages: impl Iterator<Item = &'a Message>) -> Option<usize> {
        let same = messages.enumerate().filter(|(_, message)| message.timestamp == self.at);
        same.map(|(position, _)| position).min_by_key(|it| it.abs_diff(self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_follows_its_message_when_others_are_inserted_before_it() {
        let at = Timestamp::from_seconds;
        let messages: Vec<Message> =
            [1, 2, 2, 3].map(|second| Message::question("q", at(second))).to_vec();
        let find = |message, second| {
            ScrollAnchor { message, at: at(second), byte: 0 }.find_message(messages.iter())
        };
        assert_eq!((find(2, 2), find(0, 3), find(1, 1)), (Some(2), Some(3), Some(0)));
        assert_eq!(find(1, 9), None, "the message is gone");
    }
}
