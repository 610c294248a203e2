//! Replaces the end of a conversation, or removes messages. Must not touch a conversation that changed
//! since the change was decided.

use crate::chat::{Conversation, Message, ResponseId, Role, Timestamp};

/// Whether a replacement was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceResult {
    /// The conversation was as expected and is changed.
    Applied,
    /// The conversation is different by now and stays unchanged.
    Conflict,
}

/// Replaces the messages after the first `keep`, if they are exactly `removed`.
pub fn replace_from(
    conversation: &mut Conversation,
    keep: usize,
    removed: &[Message],
    messages: &[Message],
    at: Timestamp,
) -> ReplaceResult {
    let tail = conversation.messages.get(keep..).unwrap_or_default();
    if keep > conversation.messages.len() || !Message::are_same(tail, removed) {
        return ReplaceResult::Conflict;
    }
    conversation.messages.truncate(keep);
    let recorded = conversation.last_response_id.take();
    conversation.last_response_id =
        last_response_id(messages).or_else(|| known_or_last_id(recorded, &conversation.messages));
    conversation.messages.extend_from_slice(messages);
    conversation.last_update = at;
    ReplaceResult::Applied
}

/// Removes messages; of equal ones, the last.
pub fn remove_messages(conversation: &mut Conversation, messages: &[Message]) {
    for index in positions_of(&conversation.messages, messages).into_iter().rev() {
        conversation.messages.remove(index);
    }
    conversation.last_response_id =
        known_or_last_id(conversation.last_response_id.take(), &conversation.messages);
}

/// Finds the indices of messages in `all`, ascending; of equal ones, the last.
#[must_use]
pub fn positions_of(all: &[Message], messages: &[Message]) -> Vec<usize> {
    let mut indices: Vec<usize> = Vec::new();
    for message in messages.iter().rev() {
        let found = all
            .iter()
            .enumerate()
            .rev()
            .find(|(index, other)| other.is_same(message) && !indices.contains(index));
        indices.extend(found.map(|(index, _)| index));
    }
    indices.sort_unstable();
    indices
}

/// The recorded id where a message still has it, else the last id of a message.
fn known_or_last_id(id: Option<ResponseId>, messages: &[Message]) -> Option<ResponseId> {
    let holds = |id: &ResponseId| messages.iter().any(|it| it.response_id.as_ref() == Some(id));
    id.filter(holds).or_else(|| last_response_id(messages))
}

fn last_response_id(messages: &[Message]) -> Option<ResponseId> {
    let mut answers = messages.iter().rev().filter(|message| message.role == Role::Assistant);
    answers.find_map(|message| message.response_id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn answer(text: &str) -> Message {
        Message::answer(text, at(1), Some(ResponseId::new(text)))
    }

    fn chat() -> Conversation {
        let mut chat = Conversation::new(ConversationId::new("c"), "T", at(1));
        let ask = |text| Message::question(text, at(1));
        chat.messages = vec![ask("q1"), answer("a1"), ask("q2"), answer("a2")];
        chat.last_response_id = Some(ResponseId::new("a2"));
        chat
    }

    #[test]
    fn an_edited_question_is_chained_from_the_last_remaining_answer() {
        let mut chat = chat();
        let removed = chat.messages[2..].to_vec();
        let edited = [Message::question("better", at(5))];
        assert_eq!(replace_from(&mut chat, 2, &removed, &edited, at(5)), ReplaceResult::Applied);
        assert_eq!(chat.messages.last().unwrap().text, "better");
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a1")));
        // Switching back restores the id of the branch's own answer.
        assert_eq!(replace_from(&mut chat, 2, &edited, &removed, at(6)), ReplaceResult::Applied);
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a2")));
        let all = chat.messages.clone();
        assert_eq!(replace_from(&mut chat, 0, &all, &[], at(7)), ReplaceResult::Applied);
        assert_eq!((chat.messages.len(), chat.last_response_id), (0, None));
    }

    #[test]
    fn a_conversation_continued_elsewhere_is_a_conflict() {
        let before = chat();
        let mut after = before.clone();
        let stale = &before.messages[2..3];
        assert_eq!(replace_from(&mut after, 2, stale, &[], at(5)), ReplaceResult::Conflict);
        assert_eq!(replace_from(&mut after, 9, &[], &[], at(5)), ReplaceResult::Conflict);
        assert_eq!(after, before);
    }

    #[test]
    fn of_equal_messages_the_last_is_removed() {
        let mut chat = chat();
        chat.messages.push(answer("a1"));
        remove_messages(&mut chat, &[answer("a1"), answer("a2")]);
        let texts: Vec<&str> = chat.messages.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["q1", "a1", "q2"]);
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a1")));
    }
}
