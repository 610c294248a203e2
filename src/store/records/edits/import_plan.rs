//! What has to change in the file so that it holds conversations from elsewhere as well.
//! Must not take anything away from the file or reorder it: an import only adds.

use crate::chat::{Change, Conversation, Readability, ResponseId, Title, merge};

use crate::store::records::edits::normalize::normalize_member;
use crate::store::records::edits::record::{NewMessageKeys, conversation_json};
use crate::store::records::incoming::{ImportOutcome, ImportResult, IncomingConversation};
use crate::store::records::sanitize::SanitizedRecord;

/// What one conversation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportStep {
    /// What becomes of it.
    pub result: ImportResult,
    /// The change for it; none where nothing changes.
    pub change: Option<Change>,
    /// The answer the conversation would be chained from, if it was given without the messages
    /// that precede it afterwards.
    pub broken_chain: Option<ResponseId>,
    /// How many values had to be repaired.
    pub repaired: usize,
}

/// What a conversation needs that is not in the file; `models` are names of models the file holds.
pub(crate) fn plan_new(
    keys: NewMessageKeys,
    incoming: &IncomingConversation,
    models: &[String],
) -> ImportStep {
    let new = &incoming.conversation;
    if let Readability::Damaged(reason) = &new.readability {
        return rejected(new, &new.title, format!("it is damaged ({reason})"));
    }
    let SanitizedRecord { member, repaired } = match &incoming.member {
        Some(stored) => normalize_member(stored, new, models, keys),
        None => SanitizedRecord { member: conversation_json(new, keys).into(), repaired: 0 },
    };
    let (id, title) = (new.id.clone(), new.title.stored().to_owned());
    let change = Change::Restore { id, title, member: member.into_owned(), before: None };
    let step = step_without_change(new, &new.title, ImportOutcome::Added, new.messages.len());
    ImportStep { change: Some(change), repaired, ..step }
}

/// What a conversation needs that is in the file as `ours`.
pub(crate) fn plan_merge(ours: &Conversation, incoming: &IncomingConversation) -> ImportStep {
    let theirs = &incoming.conversation;
    if let Readability::Damaged(reason) = &theirs.readability {
        return rejected(theirs, &ours.title, format!("it is damaged ({reason})"));
    }
    let blocks = merge::missing_blocks(&ours.messages, &theirs.messages);
    let count = blocks.iter().map(|block| block.messages.len()).sum();
    if count == 0 {
        return step_without_change(theirs, &ours.title, ImportOutcome::Unchanged, 0);
    }
    if let Readability::Damaged(reason) = &ours.readability {
        return rejected(theirs, &ours.title, format!("the one in the file is damaged ({reason})"));
    }
    let mut merged = ours.clone();
    let positions = merge::insert_blocks(&mut merged, &blocks);
    let has_diverged = merge::has_diverged(&merged, &blocks, &positions);
    let change = Change::Insert { id: theirs.id.clone(), blocks };
    let broken_chain = merged.last_response_id.filter(|_| has_diverged);
    let step = step_without_change(theirs, &ours.title, ImportOutcome::Extended, count);
    ImportStep { change: Some(change), broken_chain, ..step }
}

impl ImportStep {
    /// The step of a conversation whose change was refused; `why` in a few words.
    pub(crate) fn into_rejected(self, why: String) -> Self {
        let outcome = ImportOutcome::Rejected(why);
        let result = ImportResult { outcome, messages: 0, ..self.result };
        Self { result, change: None, broken_chain: None, repaired: 0 }
    }
}

fn rejected(theirs: &Conversation, title: &Title, why: String) -> ImportStep {
    step_without_change(theirs, title, ImportOutcome::Rejected(why), 0)
}

fn step_without_change(
    theirs: &Conversation,
    title: &Title,
    outcome: ImportOutcome,
    messages: usize,
) -> ImportStep {
    let incoming_title = (theirs.title.stored() != title.stored()).then(|| theirs.title.clone());
    let (id, title) = (theirs.id.clone(), title.clone());
    ImportStep {
        result: ImportResult { id, title, incoming_title, outcome, messages },
        change: None,
        broken_chain: None,
        repaired: 0,
    }
}
