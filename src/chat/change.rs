//! The verbs that change the shared file, and what each does to a list of conversations.
//! May not write anything: the store turns a verb into bytes.

use serde::{Deserialize, Serialize};

use super::{Conversation, ConversationId, Message, MessageBlock, Role, Timestamp, merge};
use crate::chat::replace_from;

/// One change, always applied to the file as it is at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Change {
    /// A new, empty conversation at the end of the file.
    Create {
        /// Its key; a conversation that already has it is left as it is.
        id: ConversationId,
        /// Its title, already by the web app's rule.
        title: String,
        /// Its creation time and last update.
        at: Timestamp,
    },
    /// One more message at the end of a conversation.
    Append {
        /// The conversation.
        id: ConversationId,
        /// The message; an answer with a response id also moves `last_response_id`.
        message: Message,
    },
    /// A new title.
    Rename {
        /// The conversation.
        id: ConversationId,
        /// The title, already by the web app's rule.
        title: String,
        /// The new last update.
        at: Timestamp,
    },
    /// The conversation goes away.
    Delete {
        /// The conversation.
        id: ConversationId,
    },
    /// A conversation comes back as it was, to the byte; one that is there is left as it is.
    Restore {
        /// The conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// Its key and value as they stood in the file.
        member: String,
        /// The conversation that stood behind it.
        before: Option<ConversationId>,
    },
    /// Messages that belong in a conversation and are missing go where their times say.
    Insert {
        /// The conversation.
        id: ConversationId,
        /// The messages.
        blocks: Vec<MessageBlock>,
    },
    /// Messages are taken out of a conversation: of equal ones, the last.
    Withdraw {
        /// The conversation.
        id: ConversationId,
        /// The messages.
        messages: Vec<Message>,
    },
    /// What stands behind the first messages gives way to others; done only while exactly
    /// `removed` stands there.
    ReplaceTail {
        /// The conversation.
        id: ConversationId,
        /// How many messages stay.
        keep: usize,
        /// What goes away.
        removed: Vec<Message>,
        /// What takes its place.
        messages: Vec<Message>,
        /// The new last update.
        at: Timestamp,
    },
}

impl Change {
    /// The conversation the verb is about.
    #[must_use]
    pub const fn conversation(&self) -> &ConversationId {
        match self {
            Self::Create { id, .. }
            | Self::Append { id, .. }
            | Self::Rename { id, .. }
            | Self::Delete { id }
            | Self::Restore { id, .. }
            | Self::Insert { id, .. }
            | Self::Withdraw { id, .. }
            | Self::ReplaceTail { id, .. } => id,
        }
    }

    /// Does the verb to conversations held in memory; a verb about an unknown id changes nothing.
    /// What a restored record holds is for the store to read; here it comes back empty.
    pub fn apply_to(&self, conversations: &mut Vec<Conversation>) {
        match self {
            Self::Create { id, title, at } => {
                if conversations.iter().all(|known| known.id != *id) {
                    conversations.push(Conversation::new(id.clone(), title.clone(), *at));
                }
            }
            Self::Append { id, message } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    conversation.last_update = message.timestamp;
                    if message.role == Role::Assistant && message.response_id.is_some() {
                        conversation.last_response_id.clone_from(&message.response_id);
                    }
                    conversation.messages.push(message.clone());
                }
            }
            Self::Rename { id, title, at } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    conversation.title.clone_from(title);
                    conversation.last_update = *at;
                }
            }
            Self::Delete { id } => conversations.retain(|known| known.id != *id),
            Self::Restore { id, title, before, .. } => {
                if conversations.iter().all(|known| known.id != *id) {
                    let end = conversations.len();
                    let place = conversations.iter().position(|it| Some(&it.id) == before.as_ref());
                    let empty = Conversation::new(id.clone(), title.clone(), Timestamp::default());
                    conversations.insert(place.unwrap_or(end), empty);
                }
            }
            Self::Insert { id, blocks } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    merge::insert_blocks(conversation, blocks);
                }
            }
            Self::Withdraw { id, messages } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    replace_from::remove_messages(conversation, messages);
                }
            }
            Self::ReplaceTail { id, keep, removed, messages, at } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    replace_from::replace_from(conversation, *keep, removed, messages, *at);
                }
            }
        }
    }
}

fn find_conversation<'a>(
    conversations: &'a mut [Conversation],
    id: &ConversationId,
) -> Option<&'a mut Conversation> {
    conversations.iter_mut().find(|known| known.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ResponseId;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn an_answer_without_a_response_id_leaves_the_chain_where_it_was() {
        let id = ConversationId::new("a");
        let mut all = Vec::new();
        Change::Create { id: id.clone(), title: "T".into(), at: at(1) }.apply_to(&mut all);
        let good = Message::answer("one", at(2), Some(ResponseId::new("resp_1")));
        Change::Append { id: id.clone(), message: good }.apply_to(&mut all);
        let stopped = Message::answer("half", at(3), None);
        Change::Append { id, message: stopped }.apply_to(&mut all);
        assert_eq!(all[0].last_response_id, Some(ResponseId::new("resp_1")));
        assert_eq!(all[0].last_update, at(3));
    }

    #[test]
    fn creating_a_known_id_again_keeps_what_is_there() {
        let id = ConversationId::new("a");
        let mut all = vec![Conversation::new(id.clone(), "first", at(1))];
        Change::Create { id, title: "second".into(), at: at(2) }.apply_to(&mut all);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].title, "first");
    }
}
