//! What of our own vanished from a conversation, and the changes that bring it back.
//! May not destroy anything of another program's: where both cannot stand, both are kept.

use std::collections::HashMap;

use super::fingerprint::count;
use super::news::Healed;
use super::wish::{Being, Wanted, Wish};
use super::{
    Block, Change, Conversation, ConversationId, Fingerprint, Message, Readability, ResponseId,
    Role, Verb, VerbId, merge, tail,
};

/// What is to be done about one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// What takes them back again, in order.
    pub back: Vec<Change>,
    /// Verbs that something later won over; they are done with.
    pub over: Vec<VerbId>,
    /// How the conversation stands to the verbs.
    pub standing: Standing,
    /// What is told about it.
    pub told: Healed,
    /// The answer the conversation is chained from, where it did not know all of it.
    pub diverged: Option<ResponseId>,
}

/// How a conversation stands to our verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Everything is there.
    #[default]
    Present,
    /// The changes make it so.
    Amended,
    /// The changes bring the conversation back; what is in it must be looked at then.
    LookAgain,
    /// It cannot be done now: the conversation is gone, or cannot be read.
    Waiting,
}

/// Compares a conversation as the file has it now with our verbs on it that are not settled.
///
/// Doing the changes and asking again gives no more changes.
#[must_use]
pub fn plan(id: &ConversationId, file: Option<&Conversation>, verbs: &[&Verb]) -> Plan {
    let wish = Wish::of(verbs);
    let mut plan = Plan::default();
    match (file, &wish.being) {
        (None, Being::Gone { .. }) => {}
        (None, Being::Unsaid) => plan.standing = Standing::Waiting,
        (None, Being::There(change)) => bring_back(&mut plan, id, change, &wish),
        (Some(file), _) if !matches!(file.readability, Readability::Whole) => {
            plan.standing = Standing::Waiting;
        }
        (Some(file), Being::Gone { held, titles }) => delete_again(&mut plan, file, held, titles, verbs),
        (Some(file), Being::Unsaid | Being::There(_)) => {
            rename_again(&mut plan, file, &wish, verbs);
            mend_messages(&mut plan, file.clone(), &wish);
        }
    }
    if plan.standing == Standing::Present && !plan.changes.is_empty() {
        plan.standing = Standing::Amended;
    }
    plan.back.reverse();
    plan
}

/// The conversation was ours and is gone.
fn bring_back(plan: &mut Plan, id: &ConversationId, change: &Change, wish: &Wish<'_>) {
    plan.standing = Standing::LookAgain;
    plan.back.push(Change::Delete { id: id.clone() });
    let Change::Create { title, at, .. } = change else {
        plan.told.conversations = 1;
        plan.changes.push(change.clone());
        return;
    };
    let (title, at) = wish.title.unwrap_or((title, *at));
    let empty = Conversation::new(id.clone(), title, at);
    plan.changes.push(Change::Create { id: id.clone(), title: title.to_owned(), at });
    mend_messages(plan, empty, wish);
}

/// It was deleted and is there again: it goes only if it holds nothing beyond what was deleted.
fn delete_again(
    plan: &mut Plan,
    file: &Conversation,
    held: &[Fingerprint],
    titles: &[&str],
    verbs: &[&Verb],
) {
    let mut left: HashMap<&Fingerprint, usize> = HashMap::new();
    for print in held {
        let times = left.entry(print).or_default();
        *times = times.saturating_add(1);
    }
    let nothing_new = count(&file.messages)
        .iter()
        .all(|(print, times)| left.get(print).is_some_and(|known| known >= times));
    if nothing_new && titles.contains(&file.title.as_str()) {
        plan.changes.push(Change::Delete { id: file.id.clone() });
        plan.told.deleted = 1;
        return;
    }
    plan.told.stayed = vec![file.title.clone()];
    plan.over = verbs.iter().map(|verb| verb.id.clone()).collect();
}

/// A title of ours gives way to any but those it replaced.
fn rename_again(plan: &mut Plan, file: &Conversation, wish: &Wish<'_>, verbs: &[&Verb]) {
    let Some((title, at)) = wish.title.filter(|(title, _)| *title != file.title) else {
        return;
    };
    let id = file.id.clone();
    if wish.replaced.contains(&file.title.as_str()) {
        let at = at.max(file.last_update);
        plan.back.push(Change::Rename { id: id.clone(), title: file.title.clone(), at });
        plan.changes.push(Change::Rename { id, title: title.to_owned(), at });
        plan.told.titles = 1;
        return;
    }
    let renames = verbs.iter().filter(|verb| matches!(verb.change, Change::Rename { .. }));
    plan.over.extend(renames.map(|verb| verb.id.clone()));
}

/// Missing messages go where they belong; messages that gave way go again where nothing new
/// stands behind them.
fn mend_messages(plan: &mut Plan, mut chat: Conversation, wish: &Wish<'_>) {
    let keep = kept(&chat.messages, &wish.unwanted);
    let removed = chat.messages.get(keep..).unwrap_or_default().to_vec();
    let missing = missing(chat.messages.get(..keep).unwrap_or_default(), &wish.wanted);
    if removed.is_empty() && missing.is_empty() {
        return;
    }
    let blocks = blocks(&missing);
    let id = chat.id.clone();
    let at = chat.last_update;
    if !removed.is_empty() {
        tail::replace(&mut chat, keep, &removed, &[], at);
    }
    let places = merge::insert(&mut chat, &blocks);
    if merge::has_diverged(&chat, &blocks, &places) {
        plan.diverged.clone_from(&chat.last_response_id);
    }
    let new: Vec<Message> = missing.iter().map(|it| it.message.clone()).collect();
    if removed.is_empty() {
        plan.back.push(Change::Withdraw { id: id.clone(), messages: new });
        plan.changes.push(Change::Insert { id, blocks });
    } else if places.iter().all(|place| *place >= keep) {
        let messages = chat.messages.get(keep..).unwrap_or_default().to_vec();
        let (gone, came, at) = (removed.clone(), messages.clone(), chat.last_update);
        plan.back.push(Change::ReplaceTail { id: id.clone(), keep, removed: came, messages: gone, at });
        plan.changes.push(Change::ReplaceTail { id, keep, removed, messages, at });
        plan.told.edits = 1;
    } else {
        let gone = Change::ReplaceTail { id: id.clone(), keep, removed, messages: Vec::new(), at };
        plan.changes.extend([gone, Change::Insert { id, blocks }]);
        plan.told.edits = 1;
    }
    for wanted in missing {
        let question = wanted.message.role == Role::User;
        plan.told.add_message(question, wanted.applied.is_some());
    }
}

/// How many messages stay: what stands behind them all gave way to something of ours.
fn kept(messages: &[Message], unwanted: &HashMap<Fingerprint, usize>) -> usize {
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
fn missing<'a, 'b>(there: &[Message], wanted: &'b [Wanted<'a>]) -> Vec<&'b Wanted<'a>> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut counted = count(there);
    let mut missing = Vec::new();
    for it in wanted {
        let known = counted.entry(Fingerprint::of(it.message)).or_default();
        if *known < it.times {
            *known = known.saturating_add(1);
            missing.push(it);
        }
    }
    missing
}

/// Answers join the question they stand behind where it is missing as well.
fn blocks(missing: &[&Wanted<'_>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for it in missing {
        let joins = it.message.role != Role::User;
        let place = blocks.iter().rposition(|block| {
            block.messages.last().map(Fingerprint::of) == it.behind && it.behind.is_some()
        });
        match place.and_then(|at| blocks.get_mut(at)) {
            Some(block) if joins => block.messages.push(it.message.clone()),
            Some(_) | None => blocks.push(Block {
                behind: it.behind.clone(),
                messages: vec![it.message.clone()],
            }),
        }
    }
    blocks
}
