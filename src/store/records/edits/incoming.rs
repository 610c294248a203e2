//! What has to change in the file so that it holds conversations from elsewhere as well.
//! May not take anything away from the file, or change the order of what is in it.

use crate::chat::{Change, Conversation, ResponseId, Seen, merge};

use crate::store::records::edits::record::Keys;
use crate::store::records::edits::tidy;
use crate::store::records::incoming::{Adopted, Adoption, Incoming};

/// What one conversation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What becomes of it.
    pub adopted: Adopted,
    /// The verb for it; none where nothing changes.
    pub change: Option<Change>,
    /// What the file showed before it.
    pub seen: Seen,
    /// The answer the conversation would be chained from, where it was given without knowing all
    /// that stands before it afterwards.
    pub diverged: Option<ResponseId>,
    /// How many values were put right on the way in.
    pub repaired: usize,
}

/// What a conversation needs that is not in the file.
#[must_use]
pub fn new(keys: Keys, incoming: &Incoming, models: &[String]) -> Step {
    let it = &incoming.conversation;
    if let Some(reason) = tidy::refusal(it) {
        return step(it, &it.title, Adoption::Refused(format!("it is damaged: {reason}")), 0);
    }
    let (member, repaired) = match &incoming.member {
        Some(stored) => tidy::member(stored, it, models, keys),
        None => (tidy::anew(it, keys), 0),
    };
    let (id, title) = (it.id.clone(), it.title.clone());
    let change = Change::Restore { id, title, member, before: None };
    let seen = Seen::of(&change, None);
    let step = step(it, &it.title, Adoption::Added, it.messages.len());
    Step { change: Some(change), seen, repaired, ..step }
}

/// What a conversation needs that is in the file as `ours`.
#[must_use]
pub fn known(ours: &Conversation, incoming: &Incoming) -> Step {
    let theirs = &incoming.conversation;
    let refused = |why: String| step(theirs, &ours.title, Adoption::Refused(why), 0);
    if let Some(reason) = tidy::refusal(theirs) {
        return refused(format!("it is damaged: {reason}"));
    }
    let blocks = merge::missing_blocks(&ours.messages, &theirs.messages);
    let many = blocks.iter().map(|block| block.messages.len()).sum();
    if many == 0 {
        return step(theirs, &ours.title, Adoption::Same, 0);
    }
    if let Some(reason) = tidy::refusal(ours) {
        return refused(format!("the one in the file is damaged: {reason}"));
    }
    let mut merged = ours.clone();
    let places = merge::insert(&mut merged, &blocks);
    let diverged = merge::has_diverged(&merged, &blocks, &places);
    let change = Change::Insert { id: theirs.id.clone(), blocks };
    let seen = Seen::of(&change, Some(ours));
    let diverged = merged.last_response_id.filter(|_| diverged);
    let step = step(theirs, &ours.title, Adoption::Grown, many);
    Step { change: Some(change), seen, diverged, ..step }
}

impl Step {
    /// The step of a conversation that cannot be taken after all; why.
    #[must_use]
    pub fn refused(self, why: String) -> Self {
        let adopted = Adopted { adoption: Adoption::Refused(why), messages: 0, ..self.adopted };
        Self { adopted, change: None, diverged: None, repaired: 0, ..self }
    }
}

fn step(theirs: &Conversation, title: &str, adoption: Adoption, messages: usize) -> Step {
    let other_title = (theirs.title != title).then(|| theirs.title.clone());
    let (id, title) = (theirs.id.clone(), title.to_owned());
    let adopted = Adopted { id, title, other_title, adoption, messages };
    Step { adopted, change: None, seen: Seen::default(), diverged: None, repaired: 0 }
}
