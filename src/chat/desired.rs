//! What several verbs on one conversation come to: those that cancel each other are gone.
//! May not look at the file; healing compares the two.

use std::collections::HashMap;

use crate::chat::{Change, ChangeId, Fingerprint, LoggedChange, Message, Redo, Timestamp};

/// What the verbs want a conversation to be.
#[derive(Debug, Default)]
pub struct Desired<'a> {
    /// Whether it should be there at all.
    pub existence: Existence<'a>,
    /// The title it was given, and when.
    pub title: Option<(&'a str, Timestamp)>,
    /// The titles it had before it was given that one.
    pub replaced_titles: Vec<&'a str>,
    /// Messages that belong in it, in the order they came.
    pub messages: Vec<DesiredMessage<'a>>,
    /// Messages that gave way to others and are not wanted back, and how many of each.
    pub removed: HashMap<Fingerprint, usize>,
}

/// Whether a conversation should be there.
#[derive(Debug, Default)]
pub enum Existence<'a> {
    /// No verb says so.
    #[default]
    Unspecified,
    /// It was created or restored by this verb.
    Present(&'a Change),
    /// It was deleted.
    Deleted {
        /// The messages it had.
        messages: &'a [Fingerprint],
        /// The titles it had, as far as known.
        titles: Vec<&'a str>,
        /// Whether it may be deleted again.
        redo: Redo,
        /// What the operations before the deletion want, where it may not.
        before: Box<Desired<'a>>,
    },
}

/// A message that belongs in the conversation.
#[derive(Debug, Clone)]
pub struct DesiredMessage<'a> {
    /// The verb that brings it.
    pub change_id: &'a ChangeId,
    /// The message.
    pub message: &'a Message,
    /// What it stood behind.
    pub predecessor: Option<Fingerprint>,
    /// How many equal ones there are with it.
    pub occurrence: usize,
    /// When it was last written to the file, if ever.
    pub applied_at: Option<Timestamp>,
}

impl<'a> Desired<'a> {
    /// What the verbs come to, done in order.
    #[must_use]
    pub fn of(verbs: &[&'a LoggedChange]) -> Self {
        let mut wish = Self::default();
        for verb in verbs {
            wish.apply(verb);
        }
        wish
    }

    fn apply(&mut self, verb: &'a LoggedChange) {
        match &verb.change {
            Change::Create { .. } | Change::Restore { .. } => {
                let wanted = self.take_unapplied();
                *self = Self {
                    existence: Existence::Present(&verb.change),
                    messages: wanted,
                    ..Self::default()
                };
            }
            Change::Delete { .. } => {
                let titles = self.replaced_titles.iter().copied().chain(base_title(verb)).collect();
                let held = verb.seen.as_ref().map_or(&[][..], |seen| seen.held.as_slice());
                let before = Box::new(std::mem::take(self));
                let unapplied = before.messages.iter().filter(|it| it.applied_at.is_none());
                let messages = unapplied.cloned().collect();
                let redo = verb.redo;
                let existence = Existence::Deleted { messages: held, titles, redo, before };
                *self = Self { existence, messages, ..Self::default() };
            }
            Change::Rename { title, at, .. } => {
                self.replaced_titles.extend(base_title(verb));
                if verb.redo == Redo::Superseded {
                    // Any title that is there now was chosen knowing this one.
                    self.replaced_titles.clear();
                } else if let Existence::Present(Change::Create { title, .. }) = self.existence {
                    self.replaced_titles.push(title);
                }
                self.title = Some((title, *at));
            }
            Change::Append { message, .. } => {
                self.add_messages(verb, &[message], base_predecessor(verb));
            }
            Change::Insert { blocks, .. } => {
                let mut before = 0_usize;
                for block in blocks {
                    let messages: Vec<&Message> = block.messages.iter().collect();
                    self.add_messages_from(verb, before, &messages, block.behind.clone());
                    before = before.saturating_add(messages.len());
                }
            }
            Change::Withdraw { messages, .. } => self.remove_messages(messages, verb.redo),
            Change::ReplaceTail { removed, messages, .. } => {
                self.remove_messages(removed, verb.redo);
                let messages: Vec<&Message> = messages.iter().collect();
                self.add_messages(verb, &messages, base_predecessor(verb));
            }
        }
    }

    /// What was never in the file, and so is in nothing that was deleted either: it is wanted as
    /// soon as the conversation is there again.
    fn take_unapplied(&mut self) -> Vec<DesiredMessage<'a>> {
        std::mem::take(&mut self.messages)
            .into_iter()
            .filter(|it| it.applied_at.is_none())
            .collect()
    }

    fn add_messages(
        &mut self,
        verb: &'a LoggedChange,
        messages: &[&'a Message],
        behind: Option<Fingerprint>,
    ) {
        self.add_messages_from(verb, 0, messages, behind);
    }

    /// Messages one behind the other, the first of them behind `behind`; `from` is how many new
    /// messages of the verb stand before them.
    fn add_messages_from(
        &mut self,
        verb: &'a LoggedChange,
        from: usize,
        messages: &[&'a Message],
        behind: Option<Fingerprint>,
    ) {
        let mut behind = behind;
        for (place, message) in messages.iter().enumerate() {
            let print = Fingerprint::of(message);
            if let Some(times) = self.removed.get_mut(&print) {
                *times = times.saturating_sub(1);
            }
            let times = verb.seen.as_ref().map_or(&[][..], |seen| seen.times.as_slice());
            let times = times.get(from.saturating_add(place)).copied().unwrap_or(1);
            let applied = verb.applied;
            let verb = &verb.id;
            self.messages.push(DesiredMessage {
                change_id: verb,
                message,
                predecessor: behind,
                occurrence: times,
                applied_at: applied,
            });
            behind = Some(print);
        }
    }

    /// Messages that gave way: not wanted any more, and not wanted back while that holds.
    fn remove_messages(&mut self, messages: &[Message], force: Redo) {
        for message in messages.iter().rev() {
            if let Some(place) = self.messages.iter().rposition(|it| it.message.is_same(message)) {
                self.messages.remove(place);
            }
            if force == Redo::Superseded {
                continue;
            }
            let times = self.removed.entry(Fingerprint::of(message)).or_default();
            *times = times.saturating_add(1);
        }
    }
}

fn base_title(verb: &LoggedChange) -> Option<&str> {
    verb.seen.as_ref().and_then(|seen| seen.title.as_deref())
}

fn base_predecessor(verb: &LoggedChange) -> Option<Fingerprint> {
    verb.seen.as_ref().and_then(|seen| seen.behind.clone())
}
