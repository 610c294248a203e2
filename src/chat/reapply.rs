//! Plans which of our changes to a conversation must be applied again, because a stale writer undid
//! them. Must not remove anything another program wrote: where both cannot stay, both are kept.

use std::collections::{HashMap, HashSet};

use crate::chat::desired::{Desired, DesiredMessage, Existence};
use crate::chat::external_changes::ReapplyReport;
use crate::chat::fingerprint::count_by_fingerprint;
use crate::chat::{
    Change, ChangeId, Conversation, ConversationId, Fingerprint, LoggedChange, Message,
    MessageBlock, Readability, ReapplyRule, ResponseId, Role, merge, replace_from,
};

/// What has to be done to one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReapplyPlan {
    /// The changes that reapply what is missing, in order.
    pub changes: Vec<Change>,
    /// The changes that undo them, in order.
    pub undo: Vec<Change>,
    /// Changes that a later one of another program overrides; they are settled.
    pub superseded: Vec<ChangeId>,
    /// Changes that were never applied because their conversation, or the question they answer, is
    /// removed. They wait until that exists again.
    pub waiting: Vec<ChangeId>,
    /// Whether the file contains what the changes add up to.
    pub state: ReapplyState,
    /// Counts for the notice to the user.
    pub report: ReapplyReport,
    /// The response the conversation is chained from, where it was given without some of the messages.
    pub diverged_response: Option<ResponseId>,
}

/// Whether the file contains what our changes add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReapplyState {
    /// It contains all of it.
    #[default]
    Present,
    /// It does once the planned changes are applied.
    ChangesNeeded,
    /// The planned changes restore the conversation; then its contents must be planned.
    CheckAgain,
    /// Nothing can be done: the conversation is deleted or cannot be read.
    Blocked,
}

/// Compares a conversation in the file with our unsettled changes of it.
///
/// After applying the planned changes, a second plan has none.
#[must_use]
pub fn plan_reapply(
    id: &ConversationId,
    file: Option<&Conversation>,
    logged: &[&LoggedChange],
) -> ReapplyPlan {
    let (interrupted, logged) = split_off_interrupted(file, logged);
    let desired = Desired::of(&logged);
    let mut plan = ReapplyPlan { superseded: interrupted, ..ReapplyPlan::default() };
    if matches!(desired.existence, Existence::Deleted { .. }) {
        plan.waiting = desired.messages.iter().map(|it| it.change_id.clone()).collect();
    }
    match (file, &desired.existence) {
        (None, Existence::Deleted { .. }) => {}
        (None, Existence::Unspecified) => plan.state = ReapplyState::Blocked,
        (None, Existence::Present(change)) => restore_conversation(&mut plan, id, change, &desired),
        (Some(file), _) if !matches!(file.readability, Readability::Whole) => {
            plan.state = ReapplyState::Blocked;
        }
        (Some(file), Existence::Deleted { messages, titles, reapply, before }) => {
            let is_known = has_no_new_messages(file, messages);
            if *reapply == ReapplyRule::Allowed && titles.contains(&file.title.stored()) && is_known
            {
                plan.changes.push(Change::Delete { id: file.id.clone() });
                plan.report.deleted = 1;
            } else {
                keep_deleted(&mut plan, file, &logged);
            }
            if *reapply == ReapplyRule::Allowed && !is_known {
                plan_return(&mut plan, file, before, &logged);
            }
        }
        (Some(file), Existence::Unspecified | Existence::Present(_)) => {
            plan_rename(&mut plan, file, &desired, &logged);
            plan_messages(&mut plan, file.clone(), &desired);
        }
    }
    if plan.state == ReapplyState::Present && !plan.changes.is_empty() {
        plan.state = ReapplyState::ChangesNeeded;
    }
    plan.undo.reverse();
    plan
}

/// Splits off the removals that ended with their process before they reached the file. No
/// program reported them as done, so they are not made later: the conversation stays as it is. An edit is
/// made, because of the text that was typed.
fn split_off_interrupted<'a>(
    file: Option<&Conversation>,
    logged: &[&'a LoggedChange],
) -> (Vec<ChangeId>, Vec<&'a LoggedChange>) {
    let has = |messages: &[Message]| {
        file.is_some_and(|file| merge::missing_blocks(&file.messages, messages).is_empty())
    };
    let is_interrupted = |it: &&LoggedChange| {
        it.applied.is_none()
            && match &it.change {
                Change::Delete { .. } => file.is_some(),
                Change::RemoveMessages { messages, .. } => has(messages),
                Change::ReplaceFrom { removed, messages, .. } => {
                    messages.is_empty() && has(removed)
                }
                Change::Create { .. }
                | Change::Append { .. }
                | Change::Rename { .. }
                | Change::Restore { .. }
                | Change::Insert { .. } => false,
            }
    };
    let (interrupted, others): (Vec<_>, Vec<_>) = logged.iter().copied().partition(is_interrupted);
    (interrupted.into_iter().map(|it| it.id.clone()).collect(), others)
}

/// Plans to restore a conversation of ours that is missing.
fn restore_conversation(
    plan: &mut ReapplyPlan,
    id: &ConversationId,
    change: &Change,
    desired: &Desired<'_>,
) {
    plan.state = ReapplyState::CheckAgain;
    plan.undo.push(Change::Delete { id: id.clone() });
    let Change::Create { title, at, .. } = change else {
        plan.report.conversations = 1;
        // What was never in the file comes with the next plan.
        let unapplied = desired.messages.iter().filter(|it| it.applied_at.is_none());
        plan.waiting = unapplied.map(|it| it.change_id.clone()).collect();
        plan.changes.push(change.clone());
        return;
    };
    let (title, at) = desired.title.unwrap_or((title.stored(), *at));
    let empty = Conversation::new(id.clone(), title, at);
    plan.changes.push(Change::Create { id: id.clone(), title: title.into(), at });
    plan_messages(plan, empty, desired);
}

/// Keeps a deleted conversation that exists again.
fn keep_deleted(plan: &mut ReapplyPlan, file: &Conversation, logged: &[&LoggedChange]) {
    plan.report.kept_deleted = vec![file.title.to_string()];
    let over =
        logged.iter().map(|change| change.id.clone()).filter(|id| !plan.waiting.contains(id));
    plan.superseded.extend(over);
}

/// Plans the return of a deleted conversation that got new messages from a stale writer: it gets our
/// latest messages back. Their changes stay open, because the next save of that writer may lack them
/// again. What was deleted is in the trash, so there is nothing to undo.
fn plan_return(
    plan: &mut ReapplyPlan,
    file: &Conversation,
    before: &Desired<'_>,
    logged: &[&LoggedChange],
) {
    let is_about_messages = |id: &ChangeId| {
        let change = logged.iter().find(|logged| logged.id == *id).map(|logged| &logged.change);
        matches!(
            change,
            Some(
                Change::Append { .. }
                    | Change::Insert { .. }
                    | Change::RemoveMessages { .. }
                    | Change::ReplaceFrom { .. }
            )
        )
    };
    plan.superseded.retain(|id| !is_about_messages(id));
    plan_messages(plan, file.clone(), before);
    plan.undo.clear();
}

/// Tells whether a conversation contains only messages it had when it was deleted.
fn has_no_new_messages(file: &Conversation, deleted: &[Fingerprint]) -> bool {
    let mut left: HashMap<&Fingerprint, usize> = HashMap::new();
    for print in deleted {
        let times = left.entry(print).or_default();
        *times = times.saturating_add(1);
    }
    let present = count_by_fingerprint(&file.messages);
    present.iter().all(|(print, times)| left.get(print).is_some_and(|allowed| allowed >= times))
}

/// Plans to set our title again where the file has one that it replaced; any other title overrides it.
fn plan_rename(
    plan: &mut ReapplyPlan,
    file: &Conversation,
    desired: &Desired<'_>,
    logged: &[&LoggedChange],
) {
    let Some((title, at)) = desired.title.filter(|(title, _)| *title != file.title.stored()) else {
        return;
    };
    let id = file.id.clone();
    if desired.replaced_titles.contains(&file.title.stored()) {
        let at = at.max(file.last_update);
        plan.undo.push(Change::Rename { id: id.clone(), title: file.title.clone(), at });
        plan.changes.push(Change::Rename { id, title: title.into(), at });
        plan.report.titles = 1;
        return;
    }
    let renames = logged.iter().filter(|it| matches!(it.change, Change::Rename { .. }));
    plan.superseded.extend(renames.map(|rename| rename.id.clone()));
}

/// Plans to insert missing messages and to remove removed ones again, the latter only at the end of
/// the conversation, where nothing new follows them.
fn plan_messages(plan: &mut ReapplyPlan, mut chat: Conversation, desired: &Desired<'_>) {
    let keep = count_kept(&chat.messages, &desired.removed);
    let removed = chat.messages.get(keep..).unwrap_or_default().to_vec();
    let kept = chat.messages.get(..keep).unwrap_or_default();
    let (missing, waiting) = split_off_waiting(kept, find_missing(kept, &desired.messages));
    plan.waiting.extend(waiting.into_iter().map(|it| it.change_id.clone()));
    if removed.is_empty() && missing.is_empty() {
        return;
    }
    let blocks = group_into_blocks(&missing);
    let id = chat.id.clone();
    let at = chat.last_update;
    if !removed.is_empty() {
        replace_from::replace_from(&mut chat, keep, &removed, &[], at);
    }
    let inserted = merge::insert_blocks(&mut chat, &blocks);
    if merge::has_diverged(&chat, &blocks, &inserted) {
        plan.diverged_response.clone_from(&chat.last_response_id);
    }
    let new: Vec<Message> = missing.iter().map(|it| it.message.clone()).collect();
    if removed.is_empty() {
        plan.undo.push(Change::RemoveMessages { id: id.clone(), messages: new });
        plan.changes.push(Change::Insert { id, blocks });
    } else if inserted.iter().all(|index| *index >= keep) {
        let messages = chat.messages.get(keep..).unwrap_or_default().to_vec();
        let at = chat.last_update;
        plan.undo.push(Change::ReplaceFrom {
            id: id.clone(),
            keep,
            removed: messages.clone(),
            messages: removed.clone(),
            at,
        });
        plan.changes.push(Change::ReplaceFrom { id, keep, removed, messages, at });
        plan.report.edits = usize::from(desired.has_applied_removal);
    } else {
        let gone = Change::ReplaceFrom { id: id.clone(), keep, removed, messages: Vec::new(), at };
        plan.changes.extend([gone, Change::Insert { id, blocks }]);
        plan.report.edits = usize::from(desired.has_applied_removal);
    }
    for missing in missing {
        plan.report.add_message(&missing.message.role, missing.applied_at);
    }
}

/// Counts the messages that stay; all after them are messages we removed.
fn count_kept(messages: &[Message], removed: &HashMap<Fingerprint, usize>) -> usize {
    if removed.values().all(|times| *times == 0) {
        return messages.len();
    }
    let mut left = removed.clone();
    let mut is_removed = |message: &Message| match left.get_mut(&Fingerprint::of(message)) {
        Some(times @ 1..) => {
            *times = times.saturating_sub(1);
            true
        }
        Some(0) | None => false,
    };
    let tail = messages.iter().rev().take_while(|message| is_removed(message)).count();
    messages.len().saturating_sub(tail)
}

/// Finds the desired messages the file lacks. `merge::missing_blocks` compares two whole histories, in
/// which neighbours are known; a change knows of its messages how many equal ones there should be, and which
/// message each followed, wherever that came from.
fn find_missing<'a, 'b>(
    present: &[Message],
    desired: &'b [DesiredMessage<'a>],
) -> Vec<&'b DesiredMessage<'a>> {
    if desired.is_empty() {
        return Vec::new();
    }
    let mut counted = count_by_fingerprint(present);
    let mut missing = Vec::new();
    for message in desired {
        let occurrences = counted.entry(Fingerprint::of(message.message)).or_default();
        if *occurrences < message.occurrence {
            *occurrences = occurrences.saturating_add(1);
            missing.push(message);
        }
    }
    missing
}

/// Splits off the answers that were never in the file and whose question is removed: without it they
/// would answer another one.
fn split_off_waiting<'a, 'b>(
    kept: &[Message],
    missing: Vec<&'b DesiredMessage<'a>>,
) -> (Vec<&'b DesiredMessage<'a>>, Vec<&'b DesiredMessage<'a>>) {
    let is_answer =
        |it: &DesiredMessage<'_>| it.applied_at.is_none() && it.message.role == Role::Assistant;
    if !missing.iter().any(|it| is_answer(it)) {
        return (missing, Vec::new());
    }
    let present = kept.iter().chain(missing.iter().map(|it| it.message));
    let present: HashSet<Fingerprint> = present.map(Fingerprint::of).collect();
    let is_stored = |it: &&DesiredMessage<'_>| {
        !is_answer(it) || it.predecessor.as_ref().is_none_or(|question| present.contains(question))
    };
    missing.into_iter().partition(is_stored)
}

/// Groups missing messages; an answer joins the block of its question where that is missing too.
fn group_into_blocks(missing: &[&DesiredMessage<'_>]) -> Vec<MessageBlock> {
    let mut blocks: Vec<MessageBlock> = Vec::new();
    for DesiredMessage { message, predecessor, .. } in missing {
        let joins = message.role != Role::User;
        let index = blocks.iter().rposition(|block| {
            block.messages.last().map(Fingerprint::of) == *predecessor && predecessor.is_some()
        });
        match index.and_then(|index| blocks.get_mut(index)) {
            Some(block) if joins => block.messages.push((*message).clone()),
            Some(_) | None => {
                let predecessor = predecessor.clone();
                blocks.push(MessageBlock { predecessor, messages: vec![(*message).clone()] });
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ChangeBase, Timestamp};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn id() -> ConversationId {
        ConversationId::new("c")
    }

    fn ask(text: &str, time: i64) -> Message {
        Message::question(text, at(time))
    }

    fn say(text: &str, time: i64) -> Message {
        Message::answer(text, at(time), Some(ResponseId::new(format!("resp_{text}"))))
    }

    /// A process with a journal.
    #[derive(Clone, Default)]
    struct Process {
        chats: Vec<Conversation>,
        journal: Vec<LoggedChange>,
    }

    impl Process {
        fn with(messages: &[Message]) -> Self {
            let mut chat = Conversation::new(id(), "Web", at(0));
            chat.messages = messages.to_vec();
            chat.last_response_id = messages.iter().rev().find_map(|it| it.response_id.clone());
            Self { chats: vec![chat], journal: Vec::new() }
        }

        fn apply(&mut self, change: &Change) {
            let number = self.journal.len();
            let name = ChangeId::new(number.to_string());
            let mut logged = LoggedChange::new(name, change.clone(), at(0));
            logged.base = Some(ChangeBase::of(change, self.chats.first()));
            logged.applied = Some(at(1));
            self.journal.push(logged);
            change.apply_to(&mut self.chats);
        }

        fn append(&mut self, message: Message) {
            self.apply(&Change::Append { id: id(), message });
        }

        fn edit(&mut self, keep: usize, messages: &[Message]) {
            let all = &self.chats[0].messages;
            let keep = keep.min(all.len());
            let removed = all[keep..].to_vec();
            let messages = messages.to_vec();
            self.apply(&Change::ReplaceFrom { id: id(), keep, removed, messages, at: at(1) });
        }

        fn plan(&self, file: &[Conversation]) -> ReapplyPlan {
            let logged: Vec<&LoggedChange> = self.journal.iter().collect();
            plan_reapply(&id(), file.first(), &logged)
        }

        /// Reapplies until nothing is left to do, as the store does.
        fn reapply(&self, file: &mut Vec<Conversation>) -> ReapplyReport {
            let mut report = ReapplyReport::default();
            for _ in 0..4 {
                let plan = self.plan(file);
                for change in &plan.changes {
                    change.apply_to(file);
                }
                report.add(plan.report);
            }
            assert!(self.plan(file).changes.is_empty(), "reapplying does not come to an end");
            report
        }
    }

    fn texts(chats: &[Conversation]) -> Vec<&str> {
        chats.iter().flat_map(|it| &it.messages).map(|it| it.text.as_str()).collect()
    }

    /// What a plan makes of a file that holds these messages; and how many changes wait.
    fn after_plan(messages: &[Message], logged: &[LoggedChange]) -> (Vec<String>, usize) {
        let mut file = Process::with(messages).chats;
        let all: Vec<&LoggedChange> = logged.iter().collect();
        let plan = plan_reapply(&id(), file.first(), &all);
        for change in &plan.changes {
            change.apply_to(&mut file);
        }
        (file[0].messages.iter().map(|it| it.text.clone()).collect(), plan.waiting.len())
    }

    #[test]
    fn an_answer_that_was_never_stored_waits_for_its_question() {
        let logged = |change: Change, predecessor: Option<&Message>, applied: Option<i64>| {
            let predecessor = predecessor.map(Fingerprint::of);
            let base = Some(ChangeBase { predecessor, ..ChangeBase::default() });
            let applied = applied.map(at);
            let name = format!("{change:?}");
            LoggedChange { base, applied, ..LoggedChange::new(ChangeId::new(name), change, at(0)) }
        };
        let append = |message: &Message| Change::Append { id: id(), message: message.clone() };
        let (one, other, answer) = (ask("one", 1), ask("other", 2), say("answer", 9));
        let answered = |applied| logged(append(&answer), Some(&one), applied);
        let asked = |applied| logged(append(&one), None, applied);
        for (file, changes, wanted, waiting) in [
            (vec![&one, &other], vec![answered(None)], vec!["one", "answer", "other"], 0),
            (vec![&other], vec![answered(None)], vec!["other"], 1),
            // The question comes with it.
            (vec![], vec![asked(Some(1)), answered(None)], vec!["one", "answer"], 0),
            // It was there once, and its question is the browser's.
            (vec![&other], vec![answered(Some(9))], vec!["other", "answer"], 0),
        ] {
            let file: Vec<Message> = file.into_iter().cloned().collect();
            let (texts, waits) = after_plan(&file, &changes);
            assert_eq!((texts, waits), (wanted.into_iter().map(String::from).collect(), waiting));
        }
    }

    #[test]
    fn a_removal_that_was_never_in_the_file_is_not_made_later() {
        let all = [ask("one", 1), say("a", 2), ask("two", 3)];
        for remove in [
            Change::Delete { id: id() },
            Change::RemoveMessages { id: id(), messages: all[1..2].to_vec() },
            Change::ReplaceFrom {
                id: id(),
                keep: 1,
                removed: all[1..].to_vec(),
                messages: Vec::new(),
                at: at(5),
            },
        ] {
            let change = LoggedChange::new(ChangeId::new("x"), remove, at(5));
            let file = Process::with(&all).chats;
            let plan = plan_reapply(&id(), file.first(), &[&change]);
            assert_eq!((plan.changes, plan.superseded), (vec![], vec![change.id]));
        }
    }

    #[test]
    fn an_edit_that_was_never_in_the_file_is_not_reported_as_undone_by_another_program() {
        let mut process = Process::with(&[ask("one", 1), say("a", 2)]);
        process.edit(0, &[ask("better", 5)]);
        for (applied, edits) in [(Some(at(1)), 1), (None, 0)] {
            process.journal[0].applied = applied;
            let mut file = Process::with(&[ask("one", 1), say("a", 2)]).chats;
            assert_eq!(process.reapply(&mut file).edits, edits, "{applied:?}");
            assert_eq!(file[0].messages, [ask("better", 5)]);
        }
    }

    #[test]
    fn a_conversation_a_stale_writer_erased_is_restored_with_its_messages() {
        let mut ours = Process::default();
        ours.apply(&Change::Create { id: id(), title: "T".into(), at: at(1) });
        ours.append(ask("q", 1));
        ours.append(say("a", 2));
        ours.apply(&Change::Rename { id: id(), title: "Better".into(), at: at(3) });
        let mut file = Vec::new();
        let report = ours.reapply(&mut file);
        assert_eq!(file[0].title.stored(), "Better");
        assert_eq!(texts(&file), ["q", "a"]);
        assert_eq!(file[0].last_response_id, Some(ResponseId::new("resp_a")));
        assert_eq!(report.messages, 2);
    }

    #[test]
    fn both_programs_keep_their_turns_and_the_divergence_is_reported() {
        let base = [ask("q1", 1), say("a1", 2)];
        let mut ours = Process::with(&base);
        ours.append(ask("ours", 3));
        ours.append(say("answer", 4));
        let mut web = Process::with(&[&base[..], &[ask("w", 5), say("wa", 6)]].concat()).chats;
        assert_eq!(ours.plan(&web).diverged_response, Some(ResponseId::new("resp_wa")));
        ours.reapply(&mut web);
        assert_eq!(texts(&web), ["q1", "a1", "ours", "answer", "w", "wa"]);
        assert_eq!(web[0].last_response_id, Some(ResponseId::new("resp_wa")));
    }

    #[test]
    fn a_deletion_is_reapplied_only_while_the_conversation_has_nothing_new() {
        let base = [ask("q", 1), say("a", 2)];
        let mut ours = Process::with(&base);
        ours.apply(&Change::Rename { id: id(), title: "Ours".into(), at: at(3) });
        ours.apply(&Change::Delete { id: id() });
        let mut file = Process::with(&base).chats;
        assert_eq!(ours.reapply(&mut file).deleted, 1);
        assert!(file.is_empty());
        let mut more = Process::with(&[&base[..], &[ask("w", 3)]].concat()).chats;
        let plan = ours.plan(&more);
        assert_eq!((plan.report.kept_deleted.len(), plan.superseded.len()), (1, 2));
        ours.reapply(&mut more);
        assert_eq!(texts(&more), ["q", "a", "w"]);
        let mut renamed = Process::with(&base).chats;
        renamed[0].title = "By the web".into();
        ours.reapply(&mut renamed);
        assert_eq!(renamed.len(), 1);
    }

    #[test]
    fn a_deletion_that_was_interrupted_before_it_reached_the_file_is_not_made_later() {
        let base = [ask("q", 1)];
        let mut ours = Process::with(&base);
        ours.apply(&Change::Rename { id: id(), title: "Ours".into(), at: at(3) });
        ours.apply(&Change::Delete { id: id() });
        ours.journal[1].applied = None;
        let mut file = Process::with(&base).chats;
        let plan = ours.plan(&file);
        assert_eq!((plan.report.deleted, plan.superseded), (0, vec![ours.journal[1].id.clone()]));
        assert!(plan.report.kept_deleted.is_empty());
        ours.reapply(&mut file);
        assert_eq!((texts(&file), file[0].title.stored()), (vec!["q"], "Ours"));
        // Where it did reach the file, only the journal does not say so yet.
        assert!(ours.plan(&[]).superseded.is_empty());
    }

    #[test]
    fn a_rename_is_reapplied_only_over_a_title_it_replaced() {
        let mut ours = Process::with(&[]);
        ours.apply(&Change::Rename { id: id(), title: "First".into(), at: at(3) });
        ours.apply(&Change::Rename { id: id(), title: "Second".into(), at: at(4) });
        for (found, wanted) in
            [("Web", "Second"), ("First", "Second"), ("Second", "Second"), ("Other", "Other")]
        {
            let mut file = Process::with(&[]).chats;
            file[0].title = found.into();
            ours.reapply(&mut file);
            assert_eq!(file[0].title.stored(), wanted, "{found}");
        }
    }

    #[test]
    fn an_edit_is_reapplied_only_while_nothing_new_follows_what_it_removed() {
        let base = [ask("q1", 1), say("a1", 2), ask("typo", 3), say("no", 4)];
        let mut ours = Process::with(&base);
        ours.edit(2, &[ask("fixed", 5)]);
        ours.append(say("yes", 6));
        let mut file = Process::with(&base).chats;
        let plan = ours.plan(&file);
        assert_eq!(plan.changes.len(), 1);
        ours.reapply(&mut file);
        assert_eq!(texts(&file), ["q1", "a1", "fixed", "yes"]);
        for change in &plan.undo {
            change.apply_to(&mut file);
        }
        assert_eq!(texts(&file), ["q1", "a1", "typo", "no"]);
        let mut went_on = Process::with(&[&base[..], &[ask("w", 9)]].concat()).chats;
        ours.reapply(&mut went_on);
        assert_eq!(texts(&went_on), ["q1", "a1", "typo", "no", "fixed", "yes", "w"]);
    }

    #[test]
    fn a_message_does_not_recreate_a_conversation_deleted_elsewhere() {
        let mut ours = Process::with(&[]);
        ours.append(ask("q", 1));
        let plan = ours.plan(&[]);
        assert_eq!((plan.state, plan.changes.len()), (ReapplyState::Blocked, 0));
    }

    #[test]
    fn a_message_that_was_never_in_the_file_waits_until_its_conversation_is_restored() {
        let mut ours = Process::with(&[ask("q", 1)]);
        let chat = ours.chats[0].clone();
        ours.append(say("late", 2));
        ours.journal[0].applied = None;
        ours.chats = vec![chat];
        let member = String::new();
        let restore = Change::Restore { id: id(), title: "Web".into(), member, before: None };
        ours.apply(&restore);
        let plan = ours.plan(&[]);
        assert_eq!((plan.state, plan.changes), (ReapplyState::CheckAgain, vec![restore]));
        assert_eq!(plan.waiting, [ours.journal[0].id.clone()]);
    }

    #[test]
    fn an_undone_reapplication_is_not_repeated() {
        let base = [ask("q1", 1), say("a1", 2)];
        let mut ours = Process::with(&base);
        ours.append(ask("ours", 3));
        let mut file = Process::with(&base).chats;
        let undo = ours.plan(&file).undo;
        ours.reapply(&mut file);
        ours.chats.clone_from(&file);
        for change in undo {
            ours.apply(&change);
        }
        assert_eq!(texts(&ours.chats), ["q1", "a1"]);
        ours.reapply(&mut file);
        assert_eq!(texts(&file), ["q1", "a1"]);
    }

    proptest! {
        #[test]
        fn reapplying_loses_and_duplicates_nothing_and_keeps_the_files_order(
            base in 0_i64..5,
            steps in prop::collection::vec((0_u8..6, 0_i64..8, 0_usize..8), 1..10),
            copied in any::<prop::sample::Index>(),
            web in prop::collection::vec((0_u8..2, 0_i64..8), 0..4),
        ) {
            let start: Vec<Message> = (0..base).map(|n| ask(&format!("b{n}"), n)).collect();
            let mut ours = Process::with(&start);
            // States of the file the web app may have read at some time.
            let mut copies = vec![ours.chats.clone()];
            for (number, (kind, time, keep)) in steps.into_iter().enumerate() {
                let text = format!("o{number}");
                match kind {
                    0 | 1 => ours.append(ask(&text, time)),
                    2 | 3 => ours.append(say(&text, time)),
                    4 => ours.edit(keep, &[ask(&text, time)]),
                    _ => ours.edit(keep, &[]),
                }
                copies.push(ours.chats.clone());
            }
            let mut file = copies[copied.index(copies.len())].clone();
            for (number, (kind, time)) in web.iter().enumerate() {
                let text = format!("w{number}");
                let message = if *kind == 0 { ask(&text, *time) } else { say(&text, *time) };
                Change::Append { id: id(), message }.apply_to(&mut file);
            }
            let before = file.clone();
            ours.reapply(&mut file);
            let after = texts(&file);
            let mut once = after.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), after.len(), "a message is there twice");
            for text in texts(&ours.chats) {
                prop_assert!(after.contains(&text), "{} of ours is lost", text);
            }
            let kept: Vec<&str> = texts(&before).into_iter().filter(|it| after.contains(it)).collect();
            let order: Vec<&str> = after.iter().copied().filter(|it| kept.contains(it)).collect();
            prop_assert_eq!(&kept, &order, "the file's order changed");
            for text in texts(&before) {
                let given_up = !texts(&ours.chats).contains(&text) && !text.starts_with('w');
                prop_assert!(given_up || after.contains(&text), "{} of the file's is lost", text);
            }
            if !web.is_empty() {
                prop_assert_eq!(kept.len(), texts(&before).len());
            }
        }
    }
}
