//! What changed in the file without the user's doing, in one sentence. Must not contain text of a
//! message, because the sentences are logged.

use std::borrow::Cow;
use std::collections::HashMap;

use super::count;
use crate::chat::{ConversationId, ConversationSummary, Role, Timestamp, title};

/// What reapplying changes did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReapplyReport {
    /// Messages that had vanished and were inserted again.
    pub messages: usize,
    /// Restored conversations that had vanished and were restored again.
    pub conversations: usize,
    /// Titles that were set again.
    pub titles: usize,
    /// Edits that were made again, replacements and removals alike.
    pub edits: usize,
    /// Conversations that were deleted again.
    pub deleted: usize,
    /// The titles of deleted conversations that were continued elsewhere and are kept.
    pub kept_deleted: Vec<String>,
    /// Questions of a run that ended early, stored now for the first time.
    pub late_questions: usize,
    /// Answers of a run that ended early, stored now for the first time.
    pub late_answers: usize,
}

impl ReapplyReport {
    /// Counts an inserted message, by whether the file had contained it before.
    pub const fn add_message(&mut self, author: &Role, applied_at: Option<Timestamp>) {
        let count = match (applied_at, author) {
            (Some(_), _) => &mut self.messages,
            (None, Role::User) => &mut self.late_questions,
            (None, Role::Assistant | Role::Other(_)) => &mut self.late_answers,
        };
        *count = count.saturating_add(1);
    }

    /// Adds the counts of another conversation.
    pub fn add(&mut self, other: Self) {
        for (sum, more) in [
            (&mut self.messages, other.messages),
            (&mut self.conversations, other.conversations),
            (&mut self.titles, other.titles),
            (&mut self.edits, other.edits),
            (&mut self.deleted, other.deleted),
            (&mut self.late_questions, other.late_questions),
            (&mut self.late_answers, other.late_answers),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.kept_deleted.extend(other.kept_deleted);
    }

    /// Returns `true` where the file lacked something that it had contained before, or still had something
    /// that was deleted.
    #[must_use]
    pub const fn has_reapplied(&self) -> bool {
        self.messages > 0
            || self.conversations > 0
            || self.titles > 0
            || self.edits > 0
            || self.deleted > 0
    }

    /// Describes the counts in sentences; `None` where nothing was done.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let mut sentences = Vec::new();
        let finished = match (self.late_questions, self.late_answers) {
            (0, 0) => None,
            (1, 0) => Some("a question".to_owned()),
            (0, 1) => Some("an answer".to_owned()),
            (1, 1) => Some("a question and its answer".to_owned()),
            (questions, answers) => {
                let counts = [(questions, "question"), (answers, "answer")];
                let counts =
                    counts.into_iter().filter_map(|(count, noun)| count::some(count, noun));
                Some(join_list(&counts.collect::<Vec<_>>()))
            }
        };
        sentences.extend(finished.map(|what| format!("Restored {what} from an earlier session.")));
        let counts = [
            (self.messages, "message"),
            (self.conversations, "conversation"),
            (self.titles, "title"),
            (self.edits, "edit"),
            (self.deleted, "deletion"),
        ];
        let parts: Vec<String> =
            counts.into_iter().filter_map(|(number, noun)| count::some(number, noun)).collect();
        if !parts.is_empty() {
            sentences.push(format!(
                "Another program undid changes; they were applied again: {}.",
                join_list(&parts)
            ));
        }
        match self.kept_deleted.as_slice() {
            [] => {}
            [title] => {
                sentences.push(format!(
                    "\"{title}\" was kept: it was continued elsewhere after you \
                                   deleted it."
                ));
            }
            several => sentences.push(format!(
                "{} deleted conversations were kept: they were continued elsewhere.",
                several.len()
            )),
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

fn quotable(row: &ConversationSummary) -> Cow<'_, str> {
    title::in_sentence(row.title.text())
}

/// Describes what other programs changed between two listings; `None` where there is no sentence about it,
/// such as for an edited message.
#[must_use]
pub fn describe_changes(
    before: &[ConversationSummary],
    after: &[ConversationSummary],
) -> Option<String> {
    let RowChanges { new, renamed, extended, messages, gone } = RowChanges::between(before, after);
    let mut parts = Vec::new();
    match new.as_slice() {
        [] => {}
        [row] => parts.push(format!("a new conversation, \"{}\"", quotable(row))),
        several => parts.push(format!("{} new conversations", several.len())),
    }
    match extended.as_slice() {
        [] => {}
        [row] if row.last_role == Some(Role::Assistant) => {
            parts.push(format!("a new answer in \"{}\"", quotable(row)));
        }
        [row] => parts.push(format!(
            "{} in \"{}\"",
            count::phrase(messages, "new message"),
            quotable(row)
        )),
        several => {
            parts.push(format!("new messages in {}", count::phrase(several.len(), "conversation")));
        }
    }
    match renamed.as_slice() {
        [] => {}
        [row] => parts.push(format!("a new title, \"{}\"", quotable(row))),
        several => parts.push(format!("{} new titles", several.len())),
    }
    parts.extend(count::some(gone, "conversation").map(|gone| format!("{gone} removed")));
    (!parts.is_empty()).then(|| format!("Changed elsewhere: {}.", join_list(&parts)))
}

/// What is different in one listing from another.
#[derive(Default)]
struct RowChanges<'a> {
    new: Vec<&'a ConversationSummary>,
    renamed: Vec<&'a ConversationSummary>,
    /// Those with more messages.
    extended: Vec<&'a ConversationSummary>,
    /// How many messages they have more.
    messages: usize,
    /// How many conversations are gone.
    gone: usize,
}

impl<'a> RowChanges<'a> {
    fn between(before: &[ConversationSummary], after: &'a [ConversationSummary]) -> Self {
        let old: HashMap<&ConversationId, &ConversationSummary> =
            before.iter().map(|row| (&row.id, row)).collect();
        let mut changes = Self { gone: before.len(), ..Self::default() };
        for row in after {
            let Some(previous) = old.get(&row.id) else {
                changes.new.push(row);
                continue;
            };
            changes.gone = changes.gone.saturating_sub(1);
            if previous.title.stored() != row.title.stored() {
                changes.renamed.push(row);
            }
            let more = row.message_count.saturating_sub(previous.message_count);
            if more > 0 {
                changes.messages = changes.messages.saturating_add(more);
                changes.extended.push(row);
            }
        }
        changes
    }
}

fn join_list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_answers_of_an_earlier_session_are_counted() {
        let restored = |late_questions, late_answers| {
            let report = ReapplyReport { late_questions, late_answers, ..ReapplyReport::default() };
            report.sentence()
        };
        assert_eq!(restored(0, 0), None);
        for (questions, answers, what) in [
            (1, 0, "a question"),
            (0, 1, "an answer"),
            (1, 1, "a question and its answer"),
            (3, 0, "3 questions"),
            (2, 1, "2 questions and 1 answer"),
        ] {
            let expected = format!("Restored {what} from an earlier session.");
            assert_eq!(restored(questions, answers).unwrap(), expected);
        }
    }
}
