//! What of our own vanished from a conversation, and the changes that bring it back.
//! May not destroy anything of another program's: where both cannot stand, both are kept.

use std::collections::HashMap;

use crate::chat::desired::{Desired, DesiredMessage, Existence};
use crate::chat::external_changes::ReapplyReport;
use crate::chat::fingerprint::count_by_fingerprint;
use crate::chat::{
    Change, ChangeId, Conversation, ConversationId, Fingerprint, LoggedChange, Message,
    MessageBlock, Readability, Redo, ResponseId, Role, merge, replace_from,
};

/// What is to be done about one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReapplyPlan {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// What takes them back again, in order.
    pub undo: Vec<Change>,
    /// Verbs that something later won over; they are done with.
    pub superseded: Vec<ChangeId>,
    /// Verbs that were never done and cannot be: their conversation is deleted. They wait until it
    /// is there again.
    pub waiting: Vec<ChangeId>,
    /// How the conversation stands to the verbs.
    pub state: ReapplyState,
    /// What is told about it.
    pub report: ReapplyReport,
    /// The answer the conversation is chained from, where it did not know all of it.
    pub diverged_response: Option<ResponseId>,
}

/// How a conversation stands to our verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReapplyState {
    /// Everything is there.
    #[default]
    Present,
    /// The changes make it so.
    ChangesNeeded,
    /// The changes bring the conversation back; what is in it must be looked at then.
    CheckAgain,
    /// It cannot be done now: the conversation is gone, or cannot be read.
    Blocked,
}

/// Compares a conversation as the file has it now with our verbs on it that are not settled.
///
/// Doing the changes and asking again gives no more changes.
#[must_use]
pub fn plan_reapply(
    id: &ConversationId,
    file: Option<&Conversation>,
    verbs: &[&LoggedChange],
) -> ReapplyPlan {
    let wish = Desired::of(verbs);
    let mut plan = ReapplyPlan::default();
    if matches!(wish.existence, Existence::Deleted { .. }) {
        plan.waiting = wish.messages.iter().map(|it| it.change_id.clone()).collect();
    }
    match (file, &wish.existence) {
        (None, Existence::Deleted { .. }) => {}
        (None, Existence::Unspecified) => plan.state = ReapplyState::Blocked,
        (None, Existence::Present(change)) => restore_conversation(&mut plan, id, change, &wish),
        (Some(file), _) if !matches!(file.readability, Readability::Whole) => {
            plan.state = ReapplyState::Blocked;
        }
        (Some(file), Existence::Deleted { messages: held, titles, redo, before }) => {
            let is_known = has_no_new_messages(file, held);
            let again = *redo == Redo::Allowed && titles.contains(&file.title.as_str()) && is_known;
            plan_delete(&mut plan, file, again, verbs);
            if *redo == Redo::Allowed && !is_known {
                plan_return(&mut plan, file, before, verbs);
            }
        }
        (Some(file), Existence::Unspecified | Existence::Present(_)) => {
            plan_rename(&mut plan, file, &wish, verbs);
            plan_messages(&mut plan, file.clone(), &wish);
        }
    }
    if plan.state == ReapplyState::Present && !plan.changes.is_empty() {
        plan.state = ReapplyState::ChangesNeeded;
    }
    plan.undo.reverse();
    plan
}

/// The conversation was ours and is gone.
fn restore_conversation(
    plan: &mut ReapplyPlan,
    id: &ConversationId,
    change: &Change,
    wish: &Desired<'_>,
) {
    plan.state = ReapplyState::CheckAgain;
    plan.undo.push(Change::Delete { id: id.clone() });
    let Change::Create { title, at, .. } = change else {
        plan.report.conversations = 1;
        plan.changes.push(change.clone());
        return;
    };
    let (title, at) = wish.title.unwrap_or((title, *at));
    let empty = Conversation::new(id.clone(), title, at);
    plan.changes.push(Change::Create { id: id.clone(), title: title.to_owned(), at });
    plan_messages(plan, empty, wish);
}

/// It was deleted and is there again: it goes only if it holds nothing beyond what was deleted, and
/// nobody put it there knowing that.
fn plan_delete(plan: &mut ReapplyPlan, file: &Conversation, again: bool, verbs: &[&LoggedChange]) {
    if again {
        plan.changes.push(Change::Delete { id: file.id.clone() });
        plan.report.deleted = 1;
        return;
    }
    plan.report.kept_deleted = vec![file.title.clone()];
    let over = verbs.iter().map(|verb| verb.id.clone()).filter(|id| !plan.waiting.contains(id));
    plan.superseded = over.collect();
}

/// It was deleted here and went on in a stale copy: it returns with our latest messages, and those stay
/// open, because that copy may lack them again in its next save. What was deleted is in the trash, so
/// bringing them back is nothing to undo.
fn plan_return(
    plan: &mut ReapplyPlan,
    file: &Conversation,
    before: &Desired<'_>,
    verbs: &[&LoggedChange],
) {
    let is_about_messages = |id: &ChangeId| {
        let change = verbs.iter().find(|verb| verb.id == *id).map(|verb| &verb.change);
        matches!(
            change,
            Some(
                Change::Append { .. }
                    | Change::Insert { .. }
                    | Change::Withdraw { .. }
                    | Change::ReplaceTail { .. }
            )
        )
    };
    plan.superseded.retain(|id| !is_about_messages(id));
    plan_messages(plan, file.clone(), before);
    plan.undo.clear();
}

fn has_no_new_messages(file: &Conversation, held: &[Fingerprint]) -> bool {
    let mut left: HashMap<&Fingerprint, usize> = HashMap::new();
    for print in held {
        let times = left.entry(print).or_default();
        *times = times.saturating_add(1);
    }
    let there = count_by_fingerprint(&file.messages);
    there.iter().all(|(print, times)| left.get(print).is_some_and(|known| known >= times))
}

/// A title of ours gives way to any but those it replaced.
fn plan_rename(
    plan: &mut ReapplyPlan,
    file: &Conversation,
    wish: &Desired<'_>,
    verbs: &[&LoggedChange],
) {
    let Some((title, at)) = wish.title.filter(|(title, _)| *title != file.title) else {
        return;
    };
    let id = file.id.clone();
    if wish.replaced_titles.contains(&file.title.as_str()) {
        let at = at.max(file.last_update);
        plan.undo.push(Change::Rename { id: id.clone(), title: file.title.clone(), at });
        plan.changes.push(Change::Rename { id, title: title.to_owned(), at });
        plan.report.titles = 1;
        return;
    }
    let renames = verbs.iter().filter(|verb| matches!(verb.change, Change::Rename { .. }));
    plan.superseded.extend(renames.map(|verb| verb.id.clone()));
}

/// Missing messages go where they belong; messages that gave way go again where nothing new
/// stands behind them.
fn plan_messages(plan: &mut ReapplyPlan, mut chat: Conversation, wish: &Desired<'_>) {
    let keep = count_kept(&chat.messages, &wish.removed);
    let removed = chat.messages.get(keep..).unwrap_or_default().to_vec();
    let missing = find_missing(chat.messages.get(..keep).unwrap_or_default(), &wish.messages);
    if removed.is_empty() && missing.is_empty() {
        return;
    }
    let blocks = group_into_blocks(&missing);
    let id = chat.id.clone();
    let at = chat.last_update;
    if !removed.is_empty() {
        replace_from::replace_from(&mut chat, keep, &removed, &[], at);
    }
    let places = merge::insert_blocks(&mut chat, &blocks);
    if merge::has_diverged(&chat, &blocks, &places) {
        plan.diverged_response.clone_from(&chat.last_response_id);
    }
    let new: Vec<Message> = missing.iter().map(|it| it.message.clone()).collect();
    if removed.is_empty() {
        plan.undo.push(Change::Withdraw { id: id.clone(), messages: new });
        plan.changes.push(Change::Insert { id, blocks });
    } else if places.iter().all(|place| *place >= keep) {
        let messages = chat.messages.get(keep..).unwrap_or_default().to_vec();
        let (gone, came, at) = (removed.clone(), messages.clone(), chat.last_update);
        plan.undo.push(Change::ReplaceTail {
            id: id.clone(),
            keep,
            removed: came,
            messages: gone,
            at,
        });
        plan.changes.push(Change::ReplaceTail { id, keep, removed, messages, at });
        plan.report.edits = 1;
    } else {
        let gone = Change::ReplaceTail { id: id.clone(), keep, removed, messages: Vec::new(), at };
        plan.changes.extend([gone, Change::Insert { id, blocks }]);
        plan.report.edits = 1;
    }
    for wanted in missing {
        let question = wanted.message.role == Role::User;
        plan.report.add_message(question, wanted.applied_at.is_some());
    }
}

/// How many messages stay: what stands behind them all gave way to something of ours.
fn count_kept(messages: &[Message], unwanted: &HashMap<Fingerprint, usize>) -> usize {
    if unwanted.values().all(|times| *times == 0) {
        return messages.len();
    }
    let mut left = unwanted.clone();
    let mut goes = |message: &Message| match left.get_mut(&Fingerprint::of(message)) {
        Some(times @ 1..) => {
            *times = times.saturating_sub(1);
            true
        }
        Some(0) | None => false,
    };
    let tail = messages.iter().rev().take_while(|message| goes(message)).count();
    messages.len().saturating_sub(tail)
}

/// The messages the file lacks.
fn find_missing<'a, 'b>(
    there: &[Message],
    wanted: &'b [DesiredMessage<'a>],
) -> Vec<&'b DesiredMessage<'a>> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut counted = count_by_fingerprint(there);
    let mut missing = Vec::new();
    for it in wanted {
        let known = counted.entry(Fingerprint::of(it.message)).or_default();
        if *known < it.occurrence {
            *known = known.saturating_add(1);
            missing.push(it);
        }
    }
    missing
}

/// Answers join the question they stand behind where it is missing as well.
fn group_into_blocks(missing: &[&DesiredMessage<'_>]) -> Vec<MessageBlock> {
    let mut blocks: Vec<MessageBlock> = Vec::new();
    for it in missing {
        let joins = it.message.role != Role::User;
        let place = blocks.iter().rposition(|block| {
            block.messages.last().map(Fingerprint::of) == it.predecessor && it.predecessor.is_some()
        });
        match place.and_then(|at| blocks.get_mut(at)) {
            Some(block) if joins => block.messages.push(it.message.clone()),
            Some(_) | None => {
                blocks.push(MessageBlock {
                    behind: it.predecessor.clone(),
                    messages: vec![it.message.clone()],
                });
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

    /// A terminal: what it does is remembered as the journal does.
    #[derive(Clone, Default)]
    struct Terminal {
        chats: Vec<Conversation>,
        verbs: Vec<LoggedChange>,
    }

    impl Terminal {
        fn with(messages: &[Message]) -> Self {
            let mut chat = Conversation::new(id(), "Web", at(0));
            chat.messages = messages.to_vec();
            chat.last_response_id = messages.iter().rev().find_map(|it| it.response_id.clone());
            Self { chats: vec![chat], verbs: Vec::new() }
        }

        fn does(&mut self, change: &Change) {
            let number = self.verbs.len();
            let name = ChangeId::new(number.to_string());
            let mut verb = LoggedChange::new(name, change.clone(), at(0));
            verb.seen = Some(ChangeBase::of(change, self.chats.first()));
            verb.applied = Some(at(1));
            self.verbs.push(verb);
            change.apply_to(&mut self.chats);
        }

        fn appends(&mut self, message: Message) {
            self.does(&Change::Append { id: id(), message });
        }

        fn edits(&mut self, keep: usize, messages: &[Message]) {
            let all = &self.chats[0].messages;
            let keep = keep.min(all.len());
            let removed = all[keep..].to_vec();
            let messages = messages.to_vec();
            self.does(&Change::ReplaceTail { id: id(), keep, removed, messages, at: at(1) });
        }

        fn plan(&self, file: &[Conversation]) -> ReapplyPlan {
            let verbs: Vec<&LoggedChange> = self.verbs.iter().collect();
            plan_reapply(&id(), file.first(), &verbs)
        }

        /// Heals a file until nothing is left to do, as the store does.
        fn heals(&self, file: &mut Vec<Conversation>) -> ReapplyReport {
            let mut told = ReapplyReport::default();
            for _ in 0..4 {
                let plan = self.plan(file);
                for change in &plan.changes {
                    change.apply_to(file);
                }
                told.add(plan.report);
            }
            assert!(self.plan(file).changes.is_empty(), "healing does not come to an end");
            told
        }
    }

    fn texts(chats: &[Conversation]) -> Vec<&str> {
        chats.iter().flat_map(|it| &it.messages).map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn a_conversation_an_old_copy_erased_comes_back_with_everything_in_it() {
        let mut ours = Terminal::default();
        ours.does(&Change::Create { id: id(), title: "T".into(), at: at(1) });
        ours.appends(ask("q", 1));
        ours.appends(say("a", 2));
        ours.does(&Change::Rename { id: id(), title: "Better".into(), at: at(3) });
        let mut file = Vec::new();
        let told = ours.heals(&mut file);
        assert_eq!(file[0].title, "Better");
        assert_eq!(texts(&file), ["q", "a"]);
        assert_eq!(file[0].last_response_id, Some(ResponseId::new("resp_a")));
        assert_eq!(told.messages, 2);
    }

    #[test]
    fn both_sides_keep_their_turns_and_the_model_is_told_all_of_it() {
        let base = [ask("q1", 1), say("a1", 2)];
        let mut ours = Terminal::with(&base);
        ours.appends(ask("ours", 3));
        ours.appends(say("answer", 4));
        let mut web = Terminal::with(&[&base[..], &[ask("w", 5), say("wa", 6)]].concat()).chats;
        assert_eq!(ours.plan(&web).diverged_response, Some(ResponseId::new("resp_wa")));
        ours.heals(&mut web);
        assert_eq!(texts(&web), ["q1", "a1", "ours", "answer", "w", "wa"]);
        assert_eq!(web[0].last_response_id, Some(ResponseId::new("resp_wa")));
    }

    #[test]
    fn a_deleted_chat_goes_again_only_while_it_holds_nothing_new() {
        let base = [ask("q", 1), say("a", 2)];
        let mut ours = Terminal::with(&base);
        ours.does(&Change::Rename { id: id(), title: "Ours".into(), at: at(3) });
        ours.does(&Change::Delete { id: id() });
        let mut file = Terminal::with(&base).chats;
        assert_eq!(ours.heals(&mut file).deleted, 1);
        assert!(file.is_empty());
        let mut more = Terminal::with(&[&base[..], &[ask("w", 3)]].concat()).chats;
        let plan = ours.plan(&more);
        assert_eq!((plan.report.kept_deleted.len(), plan.superseded.len()), (1, 2));
        ours.heals(&mut more);
        assert_eq!(texts(&more), ["q", "a", "w"]);
        let mut renamed = Terminal::with(&base).chats;
        renamed[0].title = "By the web".into();
        ours.heals(&mut renamed);
        assert_eq!(renamed.len(), 1);
    }

    #[test]
    fn a_title_gives_way_to_any_choice_but_the_ones_it_replaced() {
        let mut ours = Terminal::with(&[]);
        ours.does(&Change::Rename { id: id(), title: "First".into(), at: at(3) });
        ours.does(&Change::Rename { id: id(), title: "Second".into(), at: at(4) });
        for (found, wanted) in
            [("Web", "Second"), ("First", "Second"), ("Second", "Second"), ("Other", "Other")]
        {
            let mut file = Terminal::with(&[]).chats;
            file[0].title = found.into();
            ours.heals(&mut file);
            assert_eq!(file[0].title, wanted, "{found}");
        }
    }

    #[test]
    fn an_edit_is_made_again_only_while_nothing_new_stands_behind_what_it_removed() {
        let base = [ask("q1", 1), say("a1", 2), ask("typo", 3), say("no", 4)];
        let mut ours = Terminal::with(&base);
        ours.edits(2, &[ask("fixed", 5)]);
        ours.appends(say("yes", 6));
        let mut file = Terminal::with(&base).chats;
        let plan = ours.plan(&file);
        assert_eq!(plan.changes.len(), 1);
        ours.heals(&mut file);
        assert_eq!(texts(&file), ["q1", "a1", "fixed", "yes"]);
        for change in &plan.undo {
            change.apply_to(&mut file);
        }
        assert_eq!(texts(&file), ["q1", "a1", "typo", "no"]);
        let mut went_on = Terminal::with(&[&base[..], &[ask("w", 9)]].concat()).chats;
        ours.heals(&mut went_on);
        assert_eq!(texts(&went_on), ["q1", "a1", "typo", "no", "fixed", "yes", "w"]);
    }

    #[test]
    fn a_chat_that_was_deleted_elsewhere_is_not_made_anew_for_a_message() {
        let mut ours = Terminal::with(&[]);
        ours.appends(ask("q", 1));
        let plan = ours.plan(&[]);
        assert_eq!((plan.state, plan.changes.len()), (ReapplyState::Blocked, 0));
    }

    #[test]
    fn what_healing_restored_can_be_taken_back_and_stays_away() {
        let base = [ask("q1", 1), say("a1", 2)];
        let mut ours = Terminal::with(&base);
        ours.appends(ask("ours", 3));
        let mut file = Terminal::with(&base).chats;
        let back = ours.plan(&file).undo;
        ours.heals(&mut file);
        ours.chats.clone_from(&file);
        for change in back {
            ours.does(&change);
        }
        assert_eq!(texts(&ours.chats), ["q1", "a1"]);
        ours.heals(&mut file);
        assert_eq!(texts(&file), ["q1", "a1"]);
    }

    proptest! {
        #[test]
        fn healing_loses_nothing_of_anybodys_doubles_nothing_and_keeps_the_files_order(
            base in 0_i64..5,
            steps in prop::collection::vec((0_u8..6, 0_i64..8, 0_usize..8), 1..10),
            copied in any::<prop::sample::Index>(),
            web in prop::collection::vec((0_u8..2, 0_i64..8), 0..4),
        ) {
            let start: Vec<Message> = (0..base).map(|n| ask(&format!("b{n}"), n)).collect();
            let mut ours = Terminal::with(&start);
            // States of the file the web app may have read at some time.
            let mut copies = vec![ours.chats.clone()];
            for (number, (kind, time, keep)) in steps.into_iter().enumerate() {
                let text = format!("o{number}");
                match kind {
                    0 | 1 => ours.appends(ask(&text, time)),
                    2 | 3 => ours.appends(say(&text, time)),
                    4 => ours.edits(keep, &[ask(&text, time)]),
                    _ => ours.edits(keep, &[]),
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
            ours.heals(&mut file);
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
