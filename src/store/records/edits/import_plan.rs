//! What has to change in the file so that it holds conversations from elsewhere as well.
//! May not take anything away from the file, or change the order of what is in it.

use crate::chat::{Change, ChangeBase, Conversation, ResponseId, merge};

use crate::store::records::edits::normalize;
use crate::store::records::edits::record::NewMessageKeys;
use crate::store::records::incoming::{ImportOutcome, ImportResult, IncomingConversation};

/// What one conversation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// What becomes of it.
    pub result: ImportResult,
    /// The verb for it; none where nothing changes.
    pub change: Option<Change>,
    /// What the file showed before it.
    pub seen: ChangeBase,
    /// The answer the conversation would be chained from, where it was given without knowing all
    /// that stands before it afterwards.
    pub broken_chain: Option<ResponseId>,
    /// How many values were put right on the way in.
    pub repaired: usize,
}

/// What a conversation needs that is not in the file.
#[must_use]
pub fn plan_new(
    keys: NewMessageKeys,
    incoming: &IncomingConversation,
    models: &[String],
) -> ImportStep {
    let it = &incoming.conversation;
    if let Some(reason) = normalize::damage_reason(it) {
        return step_without_change(
            it,
            &it.title,
            ImportOutcome::Rejected(format!("it is damaged: {reason}")),
            0,
        );
    }
    let (member, repaired) = match &incoming.member {
        Some(stored) => normalize::normalize_member(stored, it, models, keys),
        None => (normalize::rebuild_member(it, keys), 0),
    };
    let (id, title) = (it.id.clone(), it.title.clone());
    let change = Change::Restore { id, title, member, before: None };
    let seen = ChangeBase::of(&change, None);
    let step = step_without_change(it, &it.title, ImportOutcome::Added, it.messages.len());
    ImportStep { change: Some(change), seen, repaired, ..step }
}

/// What a conversation needs that is in the file as `ours`.
#[must_use]
pub fn plan_merge(ours: &Conversation, incoming: &IncomingConversation) -> ImportStep {
    let theirs = &incoming.conversation;
    let refused =
        |why: String| step_without_change(theirs, &ours.title, ImportOutcome::Rejected(why), 0);
    if let Some(reason) = normalize::damage_reason(theirs) {
        return refused(format!("it is damaged: {reason}"));
    }
    let blocks = merge::missing_blocks(&ours.messages, &theirs.messages);
    let many = blocks.iter().map(|block| block.messages.len()).sum();
    if many == 0 {
        return step_without_change(theirs, &ours.title, ImportOutcome::Unchanged, 0);
    }
    if let Some(reason) = normalize::damage_reason(ours) {
        return refused(format!("the one in the file is damaged: {reason}"));
    }
    let mut merged = ours.clone();
    let places = merge::insert_blocks(&mut merged, &blocks);
    let diverged = merge::has_diverged(&merged, &blocks, &places);
    let change = Change::Insert { id: theirs.id.clone(), blocks };
    let seen = ChangeBase::of(&change, Some(ours));
    let diverged = merged.last_response_id.filter(|_| diverged);
    let step = step_without_change(theirs, &ours.title, ImportOutcome::Extended, many);
    ImportStep { change: Some(change), seen, broken_chain: diverged, ..step }
}

impl ImportStep {
    /// The step of a conversation that cannot be taken after all; why.
    #[must_use]
    pub fn into_rejected(self, why: String) -> Self {
        let adopted =
            ImportResult { outcome: ImportOutcome::Rejected(why), messages: 0, ..self.result };
        Self { result: adopted, change: None, broken_chain: None, repaired: 0, ..self }
    }
}

fn step_without_change(
    theirs: &Conversation,
    title: &str,
    adoption: ImportOutcome,
    messages: usize,
) -> ImportStep {
    let other_title = (theirs.title != title).then(|| theirs.title.clone());
    let (id, title) = (theirs.id.clone(), title.to_owned());
    let adopted =
        ImportResult { id, title, incoming_title: other_title, outcome: adoption, messages };
    ImportStep {
        result: adopted,
        change: None,
        seen: ChangeBase::default(),
        broken_chain: None,
        repaired: 0,
    }
}
