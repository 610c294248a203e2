//! The end of a conversation gives way to other messages, or some of its messages are taken out.
//! May not change a conversation that is not as it was when the change was decided.

use crate::chat::{Conversation, Message, ResponseId, Role, Timestamp};

/// Whether a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceResult {
    /// The conversation was as expected, and the change is made.
    Applied,
    /// It is another one by now; nothing was changed.
    Conflict,
}

/// Replaces what stands behind the first `keep` messages, if that is exactly `removed`.
pub fn replace_from(
    conversation: &mut Conversation,
    keep: usize,
    removed: &[Message],
    messages: &[Message],
    at: Timestamp,
) -> ReplaceResult {
    let tail = conversation.messages.get(keep..).unwrap_or_default();
    let same = tail.len() == removed.len() && tail.iter().zip(removed).all(|(a, b)| a.is_same(b));
    if keep > conversation.messages.len() || !same {
        return ReplaceResult::Conflict;
    }
    conversation.messages.truncate(keep);
    let kept = conversation.last_response_id.take();
    conversation.last_response_id =
        last_response_id(messages).or_else(|| known_or_last_id(kept, &conversation.messages));
    conversation.messages.extend_from_slice(messages);
    conversation.last_update = at;
    ReplaceResult::Applied
}

/// Takes messages out: of equal ones, the last.
pub fn remove_messages(conversation: &mut Conversation, messages: &[Message]) {
    for place in positions_of(&conversation.messages, messages).into_iter().rev() {
        conversation.messages.remove(place);
    }
    conversation.last_response_id =
        known_or_last_id(conversation.last_response_id.take(), &conversation.messages);
}

/// Where the messages to be taken out stand, in ascending order.
#[must_use]
pub fn positions_of(all: &[Message], messages: &[Message]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for message in messages.iter().rev() {
        let found = all
            .iter()
            .enumerate()
            .rev()
            .find(|(place, known)| known.is_same(message) && !places.contains(place));
        places.extend(found.map(|(place, _)| place));
    }
    places.sort_unstable();
    places
}

/// The id on record where a message still has it, else the last one a message has.
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
    fn an_edited_question_is_chained_from_the_last_answer_that_is_left() {
        let mut chat = chat();
        let removed = chat.messages[2..].to_vec();
        let edited = [Message::question("better", at(5))];
        assert_eq!(replace_from(&mut chat, 2, &removed, &edited, at(5)), ReplaceResult::Applied);
        assert_eq!(chat.messages.last().unwrap().text, "better");
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a1")));
        // And back again: the branch brings its own answer.
        assert_eq!(replace_from(&mut chat, 2, &edited, &removed, at(6)), ReplaceResult::Applied);
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a2")));
        let all = chat.messages.clone();
        assert_eq!(replace_from(&mut chat, 0, &all, &[], at(7)), ReplaceResult::Applied);
        assert_eq!((chat.messages.len(), chat.last_response_id), (0, None));
    }

    #[test]
    fn a_conversation_that_went_on_elsewhere_is_left_alone() {
        let before = chat();
        let mut after = before.clone();
        let stale = &before.messages[2..3];
        assert_eq!(replace_from(&mut after, 2, stale, &[], at(5)), ReplaceResult::Conflict);
        assert_eq!(replace_from(&mut after, 9, &[], &[], at(5)), ReplaceResult::Conflict);
        assert_eq!(after, before);
    }

    #[test]
    fn of_two_equal_messages_the_last_is_taken_out() {
        let mut chat = chat();
        chat.messages.push(answer("a1"));
        remove_messages(&mut chat, &[answer("a1"), answer("a2")]);
        let texts: Vec<&str> = chat.messages.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["q1", "a1", "q2"]);
        assert_eq!(chat.last_response_id, Some(ResponseId::new("a1")));
    }
}
