//! The changes of the shared file, and what each does to a list of conversations.

use serde::{Deserialize, Serialize};

use super::{Conversation, ConversationId, Message, MessageBlock, Role, Timestamp, Title, merge};
use crate::chat::replace_from;

/// One change, always applied to the file as it is at that moment. Serialized into the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A new, empty conversation at the end of the file.
    Create {
        /// Its key; an existing conversation with this key stays unchanged.
        id: ConversationId,
        /// The title it begins with.
        title: Title,
        /// The creation time, also the time of the last update.
        at: Timestamp,
    },
    /// Adds a message at the end of a conversation.
    Append {
        /// The key of the conversation.
        id: ConversationId,
        /// The message; an answer with a response id also moves `last_response_id`.
        message: Message,
    },
    /// Gives a conversation a new title.
    Rename {
        /// The key of the conversation.
        id: ConversationId,
        /// The title in its stored and its full form.
        title: Title,
        /// The new time of the last update.
        at: Timestamp,
    },
    /// Removes a conversation; its record goes to the trash.
    Delete {
        /// The key of the conversation.
        id: ConversationId,
    },
    /// Restores a removed conversation byte for byte; an existing one stays unchanged.
    Restore {
        /// The key of the conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// Its key and value, as they were in the file.
        member: String,
        /// The conversation that followed it in the file.
        before: Option<ConversationId>,
    },
    /// Inserts missing messages where their times put them.
    Insert {
        /// The key of the conversation.
        id: ConversationId,
        /// The messages, as stored.
        blocks: Vec<MessageBlock>,
    },
    /// Removes messages from a conversation; of equal ones, the last.
    RemoveMessages {
        /// The key of the conversation.
        id: ConversationId,
        /// The messages, as stored.
        messages: Vec<Message>,
    },
    /// Replaces the messages after the first `keep`; applied only while they are exactly `removed`.
    ReplaceFrom {
        /// The key of the conversation.
        id: ConversationId,
        /// The number of messages that stay.
        keep: usize,
        /// The messages that are replaced.
        removed: Vec<Message>,
        /// The messages that replace them.
        messages: Vec<Message>,
        /// The new time of the last update.
        at: Timestamp,
    },
}

impl Change {
    /// The changes that create a conversation with its first question, titled by its first line.
    #[must_use]
    pub fn start_conversation(id: ConversationId, question: Message) -> Vec<Self> {
        let (title, at) = (Title::from_question(&question.text), question.timestamp);
        vec![Self::Create { id: id.clone(), title, at }, Self::Append { id, message: question }]
    }

    /// The conversation the change is about.
    #[must_use]
    pub const fn conversation(&self) -> &ConversationId {
        match self {
            Self::Create { id, .. }
            | Self::Append { id, .. }
            | Self::Rename { id, .. }
            | Self::Delete { id }
            | Self::Restore { id, .. }
            | Self::Insert { id, .. }
            | Self::RemoveMessages { id, .. }
            | Self::ReplaceFrom { id, .. } => id,
        }
    }

    /// Applies the change to conversations in memory; a change of an unknown id does nothing.
    /// A restored conversation is empty here: only the store can read its record.
    pub fn apply_to(&self, conversations: &mut Vec<Conversation>) {
        match self {
            Self::Create { id, title, at } => {
                if conversations.iter().all(|conversation| conversation.id != *id) {
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
            Self::Delete { id } => conversations.retain(|conversation| conversation.id != *id),
            Self::Restore { id, title, before, .. } => {
                if conversations.iter().all(|conversation| conversation.id != *id) {
                    let end = conversations.len();
                    let index =
                        conversations.iter().position(|other| Some(&other.id) == before.as_ref());
                    let empty = Conversation::new(id.clone(), title.clone(), Timestamp::default());
                    conversations.insert(index.unwrap_or(end), empty);
                }
            }
            Self::Insert { id, blocks } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    merge::insert_blocks(conversation, blocks);
                }
            }
            Self::RemoveMessages { id, messages } => {
                if let Some(conversation) = find_conversation(conversations, id) {
                    replace_from::remove_messages(conversation, messages);
                }
            }
            Self::ReplaceFrom { id, keep, removed, messages, at } => {
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
    conversations.iter_mut().find(|conversation| conversation.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ResponseId;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn an_answer_without_a_response_id_does_not_move_last_response_id() {
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
    fn creating_an_existing_id_again_changes_nothing() {
        let id = ConversationId::new("a");
        let mut all = vec![Conversation::new(id.clone(), "first", at(1))];
        Change::Create { id, title: "second".into(), at: at(2) }.apply_to(&mut all);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].title, Title::from("first"));
    }
}
