//! How often a query occurs in stored messages, so that only new ones are searched when it is asked again.

use std::sync::Arc;

use crate::chat::Message;
use crate::markdown::{self, Words};

/// The matches in the texts of a conversation's messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct CountedMessages {
    query: String,
    messages: Vec<(Arc<Message>, usize)>,
}

impl CountedMessages {
    /// Counts the matches in each message that is not at its place yet.
    pub(crate) fn update(&mut self, words: &Words, messages: &[Arc<Message>]) {
        if self.query != words.query() {
            words.query().clone_into(&mut self.query);
            self.messages.clear();
        }
        self.messages.truncate(messages.len());
        let count = |message: &Arc<Message>| {
            let found = markdown::find_matches(&message.text, (&message.role).into(), words);
            (Arc::clone(message), found.len())
        };
        for (known, message) in self.messages.iter_mut().zip(messages) {
            if !Arc::ptr_eq(&known.0, message) {
                *known = count(message);
            }
        }
        self.messages.extend(messages.iter().skip(self.messages.len()).map(count));
    }

    /// The number of matches in each message.
    pub(crate) fn counts(&self) -> impl Iterator<Item = usize> {
        self.messages.iter().map(|(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn only_messages_that_are_new_at_their_place_are_counted() {
        let message = |text: &str| Arc::new(Message::question(text, Timestamp::from_seconds(1)));
        let mut counted = CountedMessages::default();
        let counts = |it: &CountedMessages| it.counts().collect::<Vec<_>>();
        let mut messages = vec![message("a b a"), message("b")];
        counted.update(&Words::of("a"), &messages);
        assert_eq!(counts(&counted), [2, 0]);
        // A count that no text has shows whether a message was looked at.
        counted.messages[0].1 = 7;
        messages.push(message("a"));
        counted.update(&Words::of("a"), &messages);
        assert_eq!(counts(&counted), [7, 0, 1]);
        messages.remove(0);
        counted.update(&Words::of("a"), &messages);
        assert_eq!(counts(&counted), [0, 1]);
        counted.update(&Words::of("b"), &messages);
        assert_eq!(counts(&counted), [1, 0]);
    }
}
