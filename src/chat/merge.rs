//! Merges two histories of a conversation: every message is kept. Must not remove or reorder anything
//! the file contains, because another program wrote it.

use serde::{Deserialize, Serialize};

use super::fingerprint::count_by_fingerprint;
use super::{Conversation, Fingerprint, Message, ResponseId, Role, Timestamp};

/// Consecutive messages: a question with its answers, or answers alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageBlock {
    /// The message that was directly before the first one, if any. Answers are inserted after it again.
    pub predecessor: Option<Fingerprint>,
    /// The messages, in order.
    pub messages: Vec<Message>,
}

/// Finds the messages of `ours` that `theirs` lacks, as blocks; equal messages are counted. This compares two
/// histories; `reapply` compares a history with changes, which do not say all messages around them.
#[must_use]
pub fn missing_blocks(theirs: &[Message], ours: &[Message]) -> Vec<MessageBlock> {
    let mut present = count_by_fingerprint(theirs);
    let mut missing = vec![false; ours.len()];
    // From the end: of several equal ones, the later ones count as present.
    for (message, missing) in ours.iter().zip(&mut missing).rev() {
        match present.get_mut(&Fingerprint::of(message)) {
            Some(left @ 1..) => *left = left.saturating_sub(1),
            Some(0) | None => *missing = true,
        }
    }
    let mut blocks: Vec<MessageBlock> = Vec::new();
    let mut previous: Option<(&Message, bool)> = None;
    for (message, missing) in ours.iter().zip(missing) {
        if missing {
            let joins = message.role != Role::User && previous.is_some_and(|(_, also)| also);
            match blocks.last_mut() {
                Some(block) if joins => block.messages.push(message.clone()),
                Some(_) | None => blocks.push(MessageBlock {
                    predecessor: previous.map(|(before, _)| Fingerprint::of(before)),
                    messages: vec![message.clone()],
                }),
            }
        }
        previous = Some((message, missing));
    }
    blocks
}

/// Finds the index where a block is inserted.
///
/// A question goes before the first question that is strictly later. An answer goes directly after the
/// message it followed, else before the first strictly later question. Of several equal questions an
/// answer goes after one that has no answer yet.
#[must_use]
pub fn insertion_index(messages: &[Message], block: &MessageBlock) -> usize {
    let Some(first) = block.messages.first() else {
        return messages.len();
    };
    let predecessor = block.predecessor.as_ref().filter(|_| first.role != Role::User);
    if let Some(index) = predecessor.and_then(|predecessor| position_after(messages, predecessor)) {
        return index.saturating_add(1);
    }
    let later =
        |message: &Message| message.role == Role::User && message.timestamp > first.timestamp;
    messages.iter().position(later).unwrap_or(messages.len())
}

/// The index of the last message equal to `predecessor` without an answer, else of the last equal one.
fn position_after(messages: &[Message], predecessor: &Fingerprint) -> Option<usize> {
    let is_behind = |index: &usize| {
        messages.get(*index).is_some_and(|message| Fingerprint::of(message) == *predecessor)
    };
    let indices: Vec<usize> = (0..messages.len()).filter(is_behind).collect();
    let is_free = |index: &&usize| {
        let next = messages.get(index.saturating_add(1));
        next.is_none_or(|next| next.role != Role::Assistant)
    };
    indices.iter().rev().find(is_free).or(indices.last()).copied()
}

/// Tells whether the answer a conversation is chained from was given without a message that is now
/// before it. `answer` has just been stored; `asked` is what was sent for it.
#[must_use]
pub fn is_chain_missing_messages(
    after: &Conversation,
    answer: &Message,
    asked: &AnswerBasis<'_>,
) -> bool {
    let chained = after.last_response_id.as_ref();
    let is_chained =
        |message: &Message| chained.is_some() && message.response_id.as_ref() == chained;
    let (Some(chained), Some(at)) = (
        after.messages.iter().rposition(is_chained),
        after.messages.iter().rposition(|message| message.is_same(answer)),
    ) else {
        return false;
    };
    if at != chained {
        // Messages after the answer that is chained from are sent again.
        return at < chained;
    }
    let before = after.messages.get(..at).unwrap_or_default();
    match (asked.context, asked.question) {
        (Some(context), _) => Fingerprint::of_context(after.earlier, before) != *context,
        (None, Some(question)) => before.last().map(Fingerprint::of).as_ref() != Some(question),
        (None, None) => false,
    }
}

/// What was sent for an answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnswerBasis<'a> {
    /// The question it answers.
    pub question: Option<&'a Fingerprint>,
    /// The conversation up to and with the question, as it was sent; `None` for a background answer of
    /// an earlier run.
    pub context: Option<&'a Fingerprint>,
}

/// Inserts blocks into a conversation and returns the indices of the inserted messages, sorted.
pub fn insert_blocks(conversation: &mut Conversation, blocks: &[MessageBlock]) -> Vec<usize> {
    let mut indices: Vec<usize> = Vec::new();
    for block in blocks {
        let at = insertion_index(&conversation.messages, block);
        let count = block.messages.len();
        conversation.messages.splice(at..at, block.messages.iter().cloned());
        for index in &mut indices {
            if *index >= at {
                *index = index.saturating_add(count);
            }
        }
        indices.extend(at..at.saturating_add(count));
    }
    let inserted = blocks.iter().flat_map(|block| &block.messages);
    let latest = inserted.map(|message| message.timestamp).max();
    conversation.last_update = latest.unwrap_or_default().max(conversation.last_update);
    conversation.last_response_id = latest_response_id(conversation);
    indices.sort_unstable();
    indices
}

/// The response id to chain from: the recorded one, unless a later answer has an id that is at least
/// as recent.
fn latest_response_id(conversation: &Conversation) -> Option<ResponseId> {
    let recorded = conversation.last_response_id.as_ref();
    let mut best: Option<(Timestamp, &ResponseId)> = None;
    let recorded_answer = recorded.and_then(|id| {
        conversation.messages.iter().find(|message| message.response_id.as_ref() == Some(id))
    });
    for message in conversation.messages.iter().filter(|it| it.role == Role::Assistant) {
        let Some(id) = &message.response_id else { continue };
        // Older answers may have been passed over on purpose; only later ones count.
        let counts = recorded_answer
            .is_none_or(|recorded_answer| message.timestamp >= recorded_answer.timestamp);
        if counts && best.is_none_or(|(time, _)| message.timestamp >= time) {
            best = Some((message.timestamp, id));
        }
    }
    best.map(|(_, id)| id).or(recorded).cloned()
}

/// Tells whether the answer a merged conversation is chained from was given without a message that is
/// now before it. `inserted` are the indices of the messages of `blocks`.
#[must_use]
pub fn has_diverged(merged: &Conversation, blocks: &[MessageBlock], inserted: &[usize]) -> bool {
    let Some(anchor) = merged.last_response_id.as_ref().and_then(|id| {
        merged.messages.iter().rposition(|message| message.response_id.as_ref() == Some(id))
    }) else {
        return false;
    };
    if !inserted.contains(&anchor) {
        return inserted.first().is_some_and(|first| *first < anchor);
    }
    // The answer is ours: it was given with what preceded each block then, and nothing else.
    blocks.iter().filter_map(|block| Some((block, block.messages.first()?))).any(
        |(block, first)| {
            let at = merged.messages.iter().rposition(|message| message.is_same(first));
            let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| merged.messages.get(at));
            at.is_some_and(|at| at <= anchor) && before.map(Fingerprint::of) != block.predecessor
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn ask(text: &str, time: i64) -> Message {
        Message::question(text, at(time))
    }

    fn say(text: &str, time: i64) -> Message {
        Message::answer(text, at(time), Some(ResponseId::new(format!("resp_{text}"))))
    }

    fn chat(messages: &[Message]) -> Conversation {
        let mut chat = Conversation::new(ConversationId::new("c"), "T", at(0));
        chat.messages = messages.to_vec();
        chat.last_response_id = messages.iter().rev().find_map(|it| it.response_id.clone());
        chat
    }

    fn merged(theirs: &[Message], ours: &[Message]) -> (Vec<String>, Conversation, bool) {
        let mut chat = chat(theirs);
        let blocks = missing_blocks(theirs, ours);
        let inserted = insert_blocks(&mut chat, &blocks);
        let diverged = has_diverged(&chat, &blocks, &inserted);
        (chat.messages.iter().map(|it| it.text.clone()).collect(), chat, diverged)
    }

    #[test]
    fn a_turn_a_stale_writer_erased_is_appended_and_can_be_chained_from() {
        let old = [ask("q1", 1), say("a1", 2)];
        let ours = [&old[..], &[ask("q2", 3), say("a2", 4)]].concat();
        let (texts, chat, diverged) = merged(&old, &ours);
        assert_eq!(texts, ["q1", "a1", "q2", "a2"]);
        assert_eq!(chat.last_response_id, Some(ResponseId::new("resp_a2")));
        assert!(!diverged);
    }

    #[test]
    fn a_turn_goes_before_the_first_later_question_and_after_one_of_the_same_time() {
        let base = [ask("q1", 1), say("a1", 2)];
        let web = [&base[..], &[ask("w", 5), say("wa", 6)]].concat();
        // Messages after the answer that is chained from are replayed; those before it are unknown to it.
        for (time, wanted, unknown) in [
            (4, ["q1", "a1", "ours", "answer", "w", "wa"], true),
            (5, ["q1", "a1", "w", "wa", "ours", "answer"], false),
            (9, ["q1", "a1", "w", "wa", "ours", "answer"], true),
        ] {
            let ours = [&base[..], &[ask("ours", time), say("answer", time)]].concat();
            let (texts, chat, diverged) = merged(&web, &ours);
            assert_eq!(texts, wanted, "at {time}");
            let later = if time >= 6 { "resp_answer" } else { "resp_wa" };
            assert_eq!(chat.last_response_id, Some(ResponseId::new(later)), "at {time}");
            assert_eq!(diverged, unknown, "at {time}");
        }
    }

    #[test]
    fn a_missing_answer_is_inserted_directly_after_its_question() {
        let web = [ask("q1", 1), ask("w", 2), say("wa", 3)];
        let (texts, ..) = merged(&web, &[ask("q1", 1), say("a1", 9)]);
        assert_eq!(texts, ["q1", "a1", "w", "wa"]);
        // Where the question is missing, the time of the answer decides.
        let block = MessageBlock { predecessor: None, messages: vec![say("lost", 2)] };
        assert_eq!(insertion_index(&[ask("q", 1), ask("w", 2), ask("x", 3)], &block), 2);
    }

    #[test]
    fn an_unanswered_question_after_the_last_answer_is_no_divergence() {
        let old = [ask("q1", 1), say("a1", 2)];
        let (_, _, diverged) = merged(&old, &[&old[..], &[ask("q2", 3)]].concat());
        assert!(!diverged);
    }

    #[test]
    fn equal_messages_are_counted() {
        let twice = [ask("again", 1), ask("again", 1)];
        assert_eq!(merged(&twice[..1], &twice).0, ["again", "again"]);
        assert_eq!(merged(&twice, &twice[..1]).0, ["again", "again"]);
    }

    fn history() -> impl Strategy<Value = Vec<Message>> {
        let message = (0_u8..3, 0_u8..4, 0_i64..6).prop_map(|(kind, text, time)| match kind {
            0 => ask(&format!("q{text}"), time),
            1 => say(&format!("a{text}"), time),
            _ => Message::answer(format!("p{text}"), at(time), None),
        });
        prop::collection::vec(message, 0..9)
    }

    proptest! {
        #[test]
        fn merging_keeps_every_message_and_the_order_of_the_file(
            theirs in history(), ours in history()
        ) {
            let (_, chat, _) = merged(&theirs, &ours);
            let all = count_by_fingerprint(&chat.messages);
            for (side, name) in [(&theirs, "theirs"), (&ours, "ours")] {
                for (message, times) in count_by_fingerprint(side) {
                    prop_assert!(all[&message] >= times, "{} lost one", name);
                }
            }
            for (message, times) in &all {
                let most = |side| count_by_fingerprint(side).get(message).copied().unwrap_or(0);
                prop_assert_eq!(*times, most(&theirs).max(most(&ours)));
            }
            let mut rest = chat.messages.iter();
            for message in &theirs {
                prop_assert!(rest.any(|it| it.is_same(message)), "the order changed");
            }
        }

        #[test]
        fn merging_is_idempotent(theirs in history(), ours in history()) {
            let (_, chat, _) = merged(&theirs, &ours);
            prop_assert!(missing_blocks(&chat.messages, &ours).is_empty());
        }
    }
}
