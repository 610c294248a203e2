//! What a conversation should be after several logged changes; changes that cancel each other are dropped.

use std::collections::HashMap;

use crate::chat::{Change, ChangeId, Fingerprint, LoggedChange, Message, ReapplyRule, Timestamp};

/// The state of a conversation that the logged changes add up to.
#[derive(Debug, Default)]
pub struct Desired<'a> {
    /// Whether the conversation has to be restored or deleted.
    pub existence: Existence<'a>,
    /// The title it was given last, and when.
    pub title: Option<(&'a str, Timestamp)>,
    /// The titles it had before that one.
    pub replaced_titles: Vec<&'a str>,
    /// The messages added to it, in order.
    pub messages: Vec<DesiredMessage<'a>>,
    /// The messages removed from it, with the number of each.
    pub removed: HashMap<Fingerprint, usize>,
    /// Whether any of the changes that removed them was in the file.
    pub has_applied_removal: bool,
}

/// Whether a conversation should exist.
#[derive(Debug, Default)]
pub enum Existence<'a> {
    /// No change created or deleted it.
    #[default]
    Unspecified,
    /// This change created or restored it.
    Present(&'a Change),
    /// A change deleted it.
    Deleted {
        /// Fingerprints of what it contained; one with anything else was written by another
        /// program.
        messages: &'a [Fingerprint],
        /// The titles it had, as far as they are known.
        titles: Vec<&'a str>,
        /// Whether the conversation may be deleted once more.
        reapply: ReapplyRule,
        /// What the changes before the deletion add up to, for where the deletion is given up.
        before: Box<Desired<'a>>,
    },
}

/// A message the conversation should contain.
#[derive(Debug, Clone)]
pub struct DesiredMessage<'a> {
    /// The change that added it.
    pub change_id: &'a ChangeId,
    /// The message, as it was added.
    pub message: &'a Message,
    /// The message it followed.
    pub predecessor: Option<Fingerprint>,
    /// The number of equal messages up to this one, itself included.
    pub occurrence: usize,
    /// When it was last written to the file; `None` where it never was.
    pub applied_at: Option<Timestamp>,
}

impl<'a> Desired<'a> {
    /// Adds up logged changes of one conversation, in order.
    #[must_use]
    pub fn of(changes: &[&'a LoggedChange]) -> Self {
        let mut desired = Self::default();
        for logged in changes {
            desired.apply(logged);
        }
        desired
    }

    fn apply(&mut self, logged: &'a LoggedChange) {
        match &logged.change {
            Change::Create { .. } | Change::Restore { .. } => {
                let mut messages = self.take_restored(&logged.change);
                messages.extend(self.take_unapplied());
                let existence = Existence::Present(&logged.change);
                *self = Self { existence, messages, ..Self::default() };
            }
            Change::Delete { .. } => {
                let titles =
                    self.replaced_titles.iter().copied().chain(base_title(logged)).collect();
                let messages = logged.base.as_ref().map_or(&[][..], |base| base.held.as_slice());
                let before = Box::new(std::mem::take(self));
                let unapplied = before.messages.iter().filter(|it| it.applied_at.is_none());
                let waiting = unapplied.cloned().collect();
                let reapply = logged.reapply;
                let existence = Existence::Deleted { messages, titles, reapply, before };
                *self = Self { existence, messages: waiting, ..Self::default() };
            }
            Change::Rename { title, at, .. } => {
                self.replaced_titles.extend(base_title(logged));
                if logged.reapply == ReapplyRule::Forbidden {
                    // Whoever wrote the present title had seen this one.
                    self.replaced_titles.clear();
                } else if let Existence::Present(Change::Create { title, .. }) = self.existence {
                    self.replaced_titles.push(title.stored());
                }
                self.title = Some((title.stored(), *at));
            }
            Change::Append { message, .. } => {
                self.add_messages(logged, &[message], base_predecessor(logged));
            }
            Change::Insert { blocks, .. } => {
                let mut before = 0_usize;
                for block in blocks {
                    let messages: Vec<&Message> = block.messages.iter().collect();
                    self.add_messages_from(logged, before, &messages, block.predecessor.clone());
                    before = before.saturating_add(messages.len());
                }
            }
            Change::RemoveMessages { messages, .. } => {
                self.remove_messages(messages, logged);
            }
            Change::ReplaceFrom { removed, messages, .. } => {
                self.remove_messages(removed, logged);
                let messages: Vec<&Message> = messages.iter().collect();
                self.add_messages(logged, &messages, base_predecessor(logged));
            }
        }
    }

    /// Takes the messages that a deletion covered and this change brings back: a stale save can still
    /// remove them.
    fn take_restored(&mut self, change: &Change) -> Vec<DesiredMessage<'a>> {
        let (Change::Restore { .. }, Existence::Deleted { before, .. }) =
            (change, &mut self.existence)
        else {
            return Vec::new();
        };
        let mut messages = std::mem::take(&mut before.messages);
        messages.retain(|message| message.applied_at.is_some());
        messages
    }

    /// Takes the messages that were never written to the file, so that no deletion covered them: they
    /// belong into the conversation as soon as it exists again.
    fn take_unapplied(&mut self) -> Vec<DesiredMessage<'a>> {
        std::mem::take(&mut self.messages)
            .into_iter()
            .filter(|message| message.applied_at.is_none())
            .collect()
    }

    fn add_messages(
        &mut self,
        logged: &'a LoggedChange,
        messages: &[&'a Message],
        predecessor: Option<Fingerprint>,
    ) {
        self.add_messages_from(logged, 0, messages, predecessor);
    }

    /// Adds consecutive messages, the first one after `predecessor`; `from` is the number of messages the
    /// same change added before them.
    fn add_messages_from(
        &mut self,
        logged: &'a LoggedChange,
        from: usize,
        messages: &[&'a Message],
        mut predecessor: Option<Fingerprint>,
    ) {
        for (index, message) in messages.iter().enumerate() {
            let fingerprint = Fingerprint::of(message);
            if let Some(times) = self.removed.get_mut(&fingerprint) {
                *times = times.saturating_sub(1);
            }
            let occurrences = logged.base.as_ref().map_or(&[][..], |base| base.times.as_slice());
            let occurrence = occurrences.get(from.saturating_add(index)).copied().unwrap_or(1);
            self.messages.push(DesiredMessage {
                change_id: &logged.id,
                message,
                predecessor,
                occurrence,
                applied_at: logged.applied,
            });
            predecessor = Some(fingerprint);
        }
    }

    /// Removes messages; unless that is forbidden, they are also removed from the file again.
    fn remove_messages(&mut self, messages: &[Message], logged: &LoggedChange) {
        self.has_applied_removal |= logged.applied.is_some();
        for message in messages.iter().rev() {
            if let Some(index) =
                self.messages.iter().rposition(|other| other.message.is_same(message))
            {
                self.messages.remove(index);
            }
            if logged.reapply == ReapplyRule::Forbidden {
                continue;
            }
            let times = self.removed.entry(Fingerprint::of(message)).or_default();
            *times = times.saturating_add(1);
        }
    }
}

fn base_title(logged: &LoggedChange) -> Option<&str> {
    logged.base.as_ref().and_then(|base| base.title.as_deref())
}

fn base_predecessor(logged: &LoggedChange) -> Option<Fingerprint> {
    logged.base.as_ref().and_then(|base| base.predecessor.clone())
}
