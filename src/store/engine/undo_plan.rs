//! Decides which change undoes a removal from a conversation, and the line about it.
//! Must not remove anything else: in a conflict, both versions are kept.

use crate::chat::{
    Advice, Change, Conversation, ConversationId, Failure, FailureKind, Fingerprint, Message,
    MessageBlock, Role, Timestamp, Title, count, merge, title,
};

use crate::store::engine::trash::{message_count, parse_member};
use crate::store::index::IndexEntry;

/// Follows the sentence about an answer that took the place of one with later messages.
const KEPT_WITH_IT: &str =
    " The messages after the other answer are kept with it, as another version.";

/// How a removal is undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UndoPlan {
    /// By this change. The line is for when it has an effect, the failure for when it has none.
    Change(Change, String, Failure),
    /// Not at all, because there is nothing left to undo.
    Nothing(Failure),
}

/// Follows a sentence that says why something was not undone.
pub(super) const GOES_ON: &str = "The next undo goes to the change before it.";

/// Why something is not undone, and what to do about it.
pub(super) fn refusal(reason: &str, advice: impl Into<Advice>) -> Failure {
    Failure::new(FailureKind::Storage, format!("Not undone: {reason}"), advice)
}

/// The messages of a conversation that gave way to others.
pub(super) struct EditedMessages<'a> {
    pub title: &'a str,
    /// How many messages before them stayed.
    pub keep: usize,
    pub removed: &'a [Message],
    /// The messages that replaced them.
    pub messages: &'a [Message],
}

/// Restores a deleted conversation as it was; where it is there again, what it lacks.
pub(super) fn plan_undelete(
    restore: Change,
    title: &str,
    member: &str,
    current: Option<&Conversation>,
) -> UndoPlan {
    let Some(current) = current else {
        let line = format!("Restored the conversation \"{title}\".");
        return UndoPlan::Change(restore, line, all_there(title));
    };
    let messages = parse_member(member).map(|chat| chat.messages).unwrap_or_default();
    let missing = merge::missing_blocks(&current.messages, &messages);
    plan_reinsert(current, title, missing)
}

/// Puts messages back that were in a conversation and are not.
pub(super) fn plan_reinsert(
    current: &Conversation,
    title: &str,
    blocks: Vec<MessageBlock>,
) -> UndoPlan {
    let all: Vec<Message> = blocks.iter().flat_map(|block| block.messages.clone()).collect();
    let missing = merge::missing_blocks(&current.messages, &all);
    let count = message_count(&missing);
    let Some(restored) = count::some(count, "message") else {
        return UndoPlan::Nothing(all_there(title));
    };
    let line = format!("Restored {restored} in \"{title}\".");
    // Complete blocks have the best record of their positions.
    let blocks = if count == all.len() { blocks } else { missing };
    UndoPlan::Change(Change::Insert { id: current.id.clone(), blocks }, line, all_there(title))
}

fn all_there(title: &str) -> Failure {
    refusal(&format!("\"{title}\" already exists with all its messages."), Advice::None)
}

/// Gives a conversation its earlier title again; one that it got since stays.
pub(super) fn plan_title(
    current: &Conversation,
    before: &Title,
    given: &Title,
    at: Timestamp,
) -> UndoPlan {
    let [was, is] = [before, given].map(|title| title::in_sentence(title.text()));
    // Where its full title is not known, the stored one is all there is to compare.
    let is_given = current.title.stored() == given.stored()
        && [given.text(), given.stored()].contains(&current.title.text());
    if !is_given {
        let now = title::in_sentence(current.title.text());
        let reason = format!("\"{is}\" was renamed to \"{now}\" since.");
        let advice = format!("Rename the conversation to give it the title \"{was}\" again.");
        return UndoPlan::Nothing(refusal(&reason, advice));
    }
    let line = format!("Renamed \"{is}\" back to \"{was}\".");
    let change = Change::Rename { id: current.id.clone(), title: before.clone(), at };
    let nothing = refusal(&format!("the title is \"{was}\" already."), Advice::None);
    UndoPlan::Change(change, line, nothing)
}

/// Puts the removed messages in the place of what came and the answer that got; where more came since,
/// beside it. An answer cannot stand beside another one: what followed that gives way as well, which
/// is then another version.
pub(super) fn plan_edit(
    current: &Conversation,
    edit: &EditedMessages<'_>,
    now: Timestamp,
) -> UndoPlan {
    let EditedMessages { title, keep, removed, messages } = *edit;
    let reason = format!("the earlier messages of \"{title}\" are already there.");
    let nothing = refusal(&reason, Advice::None);
    let id = current.id.clone();
    // Messages that were restored by other means are not inserted twice.
    let missing = merge::missing_blocks(&current.messages, removed);
    let count = message_count(&missing);
    if count == 0 {
        return UndoPlan::Nothing(nothing);
    }
    if let Some(tail) = replaceable_tail(current, edit) {
        let mut line = if messages.is_empty() && is_answer(removed.first()) {
            format!("Restored the previous answer in \"{title}\".")
        } else {
            format!("Undid the edit in \"{title}\".")
        };
        if goes_on(tail.get(messages.len()..)) {
            line.push_str(KEPT_WITH_IT);
        }
        let (replaced, restored) = (tail.to_vec(), removed.to_vec());
        let change =
            Change::ReplaceFrom { id, keep, removed: replaced, messages: restored, at: now };
        return UndoPlan::Change(change, line, nothing);
    }
    let predecessor = keep.checked_sub(1).and_then(|at| current.messages.get(at));
    let predecessor = predecessor.map(Fingerprint::of);
    let whole = MessageBlock { predecessor, messages: removed.to_vec() };
    let blocks = if count == removed.len() { vec![whole] } else { missing };
    let line = format!("Restored the earlier messages of \"{title}\" next to the later ones.");
    UndoPlan::Change(Change::Insert { id, blocks }, line, nothing)
}

/// The end of a conversation, if it is an edit's replacement and at most an answer to it.
fn replaceable_tail<'a>(
    current: &'a Conversation,
    EditedMessages { keep, removed, messages, .. }: &EditedMessages<'_>,
) -> Option<&'a [Message]> {
    let tail = current.messages.get(*keep..)?;
    let after = tail.get(messages.len()..)?;
    // Another answer is replaced by the one before; both are kept.
    let is_another_answer = is_answer(removed.first()) && is_answer(tail.first());
    let fits = messages.iter().zip(tail).all(|(came, current)| came.is_same(current))
        && (is_another_answer || !goes_on(Some(after)))
        && (!messages.is_empty() || tail.is_empty() || is_another_answer);
    fits.then_some(tail)
}

/// Whether there is a question among messages.
fn goes_on(messages: Option<&[Message]>) -> bool {
    messages.is_some_and(|all| all.iter().any(|message| message.role == Role::User))
}

fn is_answer(message: Option<&Message>) -> bool {
    message.is_some_and(|message| message.role == Role::Assistant)
}

/// The conversation before which a deleted one goes, as far as its neighbours are still there.
pub(super) fn original_position(
    entries: &[IndexEntry],
    predecessors: &[ConversationId],
    before: &[ConversationId],
) -> Option<ConversationId> {
    let is_there = |id: &&ConversationId| entries.iter().any(|entry| *entry.id() == **id);
    if let Some(next) = before.iter().find(is_there) {
        return Some(next.clone());
    }
    let position = |id: &ConversationId| entries.iter().rposition(|entry| *entry.id() == *id);
    let next = match (predecessors.iter().find_map(position), predecessors) {
        (Some(last), _) => entries.get(last.saturating_add(1)),
        (None, []) => entries.first(),
        (None, _) => None,
    };
    next.map(|entry| entry.id().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ResponseId;
    use crate::store::index::Index;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// Messages by their texts; those in capitals are answers.
    fn messages(texts: &str) -> Vec<Message> {
        let message = |text: &str| {
            if text.chars().all(char::is_uppercase) {
                Message::answer(text, at(1), Some(ResponseId::new(text)))
            } else {
                Message::question(text, at(1))
            }
        };
        texts.split_whitespace().map(message).collect()
    }

    fn chat(texts: &str) -> Conversation {
        let mut chat = Conversation::new(ConversationId::new("c"), "T", at(0));
        chat.messages = messages(texts);
        chat
    }

    /// The texts after a plan, and its line.
    fn after(plan: UndoPlan, chat: Conversation) -> (String, String) {
        let mut all = vec![chat];
        let line = match plan {
            UndoPlan::Change(change, line, _) => {
                change.apply_to(&mut all);
                line
            }
            UndoPlan::Nothing(why) => why.to_string(),
        };
        let texts: Vec<&str> = all[0].messages.iter().map(|it| it.text.as_str()).collect();
        (texts.join(" "), line)
    }

    #[test]
    fn an_edit_is_undone_in_place_unless_the_conversation_went_on() {
        for (current, keep, removed, came, texts, line) in [
            ("a A new N", 2, "b B", "new", "a A b B", "Undid the edit in \"T\"."),
            ("a A new", 2, "b B", "new", "a A b B", "Undid the edit in \"T\"."),
            ("a A", 2, "b B", "", "a A b B", "Undid the edit in \"T\"."),
            ("a N", 1, "A", "", "a A", "Restored the previous answer in \"T\"."),
            // Another program has added questions since.
            (
                "a A new N more",
                2,
                "b B",
                "new",
                "a A new N more b B",
                "Restored the earlier messages of \"T\" next to the later ones.",
            ),
            // An answer never goes away from its question.
            (
                "a N c C",
                1,
                "A b B",
                "",
                "a A b B",
                "Restored the previous answer in \"T\". The messages after the other answer are kept \
                 with it, as another version.",
            ),
            (
                "a c C",
                1,
                "A b B",
                "",
                "a A b B c C",
                "Restored the earlier messages of \"T\" next to the later ones.",
            ),
            (
                "a A b B c C",
                1,
                "A b B",
                "",
                "a A b B c C",
                "Not undone: the earlier messages of \"T\" are already there.",
            ),
            (
                "a A new b B",
                2,
                "b B",
                "new",
                "a A new b B",
                "Not undone: the earlier messages of \"T\" are already there.",
            ),
        ] {
            let (removed, came) = (messages(removed), messages(came));
            let edit = EditedMessages { title: "T", keep, removed: &removed, messages: &came };
            let plan = plan_edit(&chat(current), &edit, at(9));
            assert_eq!(
                after(plan, chat(current)),
                (texts.to_owned(), line.to_owned()),
                "{current}"
            );
        }
    }

    #[test]
    fn messages_are_put_back_as_far_as_they_are_missing() {
        let predecessor = Some(Fingerprint::of(&messages("A")[0]));
        for (current, texts, line) in [
            ("a A", "a A b B", "Restored 2 messages in \"T\"."),
            ("a A b", "a A b B", "Restored 1 message in \"T\"."),
            ("a A b B", "a A b B", "Not undone: \"T\" already exists with all its messages."),
        ] {
            let block =
                MessageBlock { predecessor: predecessor.clone(), messages: messages("b B") };
            let plan = plan_reinsert(&chat(current), "T", vec![block]);
            assert_eq!(
                after(plan, chat(current)),
                (texts.to_owned(), line.to_owned()),
                "{current}"
            );
        }
    }

    #[test]
    fn a_deleted_conversation_goes_where_its_neighbours_are() {
        let ids = |names: &str| -> Vec<ConversationId> {
            names.split_whitespace().map(ConversationId::new).collect()
        };
        for (current, predecessors, before, wanted) in [
            ("a b c", "a", "b c", Some("b")),
            ("a c", "a", "b c", Some("c")),
            ("a d", "b a", "c", Some("d")),
            ("a", "a", "", None),
            ("b", "", "", Some("b")),
            ("x", "a", "b", None),
        ] {
            let members: Vec<String> =
                current.split_whitespace().map(|id| format!("\"{id}\": {{}}")).collect();
            let index = Index::of(&format!("{{{}}}", members.join(","))).unwrap();
            let next = original_position(&index.entries, &ids(predecessors), &ids(before));
            assert_eq!(next.as_ref().map(ConversationId::as_str), wanted, "{current}");
        }
    }
}
