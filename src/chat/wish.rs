//! What several verbs on one conversation come to: those that cancel each other are gone.
//! May not look at the file; healing compares the two.

use std::collections::HashMap;

use super::{Change, Fingerprint, Force, Message, Timestamp, Verb, VerbId};

/// What the verbs want a conversation to be.
#[derive(Debug, Default)]
pub struct Wish<'a> {
    /// Whether it should be there at all.
    pub being: Being<'a>,
    /// The title it was given, and when.
    pub title: Option<(&'a str, Timestamp)>,
    /// The titles it had before it was given that one.
    pub replaced: Vec<&'a str>,
    /// Messages that belong in it, in the order they came.
    pub wanted: Vec<Wanted<'a>>,
    /// Messages that gave way to others and are not wanted back, and how many of each.
    pub unwanted: HashMap<Fingerprint, usize>,
}

/// Whether a conversation should be there.
#[derive(Debug, Default)]
pub enum Being<'a> {
    /// No verb says so.
    #[default]
    Unsaid,
    /// It was created or restored by this verb.
    There(&'a Change),
    /// It was deleted.
    Gone {
        /// The messages it had.
        held: &'a [Fingerprint],
        /// The titles it had, as far as known.
        titles: Vec<&'a str>,
        /// Whether it may be deleted again.
        force: Force,
    },
}

/// A message that belongs in the conversation.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The verb that brings it.
    pub verb: &'a VerbId,
    /// The message.
    pub message: &'a Message,
    /// What it stood behind.
    pub behind: Option<Fingerprint>,
    /// How many equal ones there are with it.
    pub times: usize,
    /// When it was last written to the file, if ever.
    pub applied: Option<Timestamp>,
}

impl<'a> Wish<'a> {
    /// What the verbs come to, done in order.
    #[must_use]
    pub fn of(verbs: &[&'a Verb]) -> Self {
        let mut wish = Self::default();
        for verb in verbs {
            wish.take(verb);
        }
        wish
    }

    fn take(&mut self, verb: &'a Verb) {
        match &verb.change {
            Change::Create { .. } | Change::Restore { .. } => {
                let wanted = self.undelivered();
                *self = Self { being: Being::There(&verb.change), wanted, ..Self::default() };
            }
            Change::Delete { .. } => {
                let titles = self.replaced.iter().copied().chain(title_seen(verb)).collect();
                let held = verb.seen.as_ref().map_or(&[][..], |seen| seen.held.as_slice());
                let being = Being::Gone { held, titles, force: verb.force };
                let wanted = self.undelivered();
                *self = Self { being, wanted, ..Self::default() };
            }
            Change::Rename { title, at, .. } => {
                self.replaced.extend(title_seen(verb));
                if verb.force == Force::Lapsed {
                    // Any title that is there now was chosen knowing this one.
                    self.replaced.clear();
                } else if let Being::There(Change::Create { title, .. }) = self.being {
                    self.replaced.push(title);
                }
                self.title = Some((title, *at));
            }
            Change::Append { message, .. } => {
                self.want(verb, &[message], seen_behind(verb));
            }
            Change::Insert { blocks, .. } => {
                let mut before = 0_usize;
                for block in blocks {
                    let messages: Vec<&Message> = block.messages.iter().collect();
                    self.want_from(verb, before, &messages, block.behind.clone());
                    before = before.saturating_add(messages.len());
                }
            }
            Change::Withdraw { messages, .. } => self.refuse(messages, verb.force),
            Change::ReplaceTail { removed, messages, .. } => {
                self.refuse(removed, verb.force);
                let messages: Vec<&Message> = messages.iter().collect();
                self.want(verb, &messages, seen_behind(verb));
            }
        }
    }

    /// What was never in the file, and so is in nothing that was deleted either: it is wanted as
    /// soon as the conversation is there again.
    fn undelivered(&mut self) -> Vec<Wanted<'a>> {
        std::mem::take(&mut self.wanted).into_iter().filter(|it| it.applied.is_none()).collect()
    }

    fn want(&mut self, verb: &'a Verb, messages: &[&'a Message], behind: Option<Fingerprint>) {
        self.want_from(verb, 0, messages, behind);
    }

    /// Messages one behind the other, the first of them behind `behind`; `from` is how many new
    /// messages of the verb stand before them.
    fn want_from(
        &mut self,
        verb: &'a Verb,
        from: usize,
        messages: &[&'a Message],
        behind: Option<Fingerprint>,
    ) {
        let mut behind = behind;
        for (place, message) in messages.iter().enumerate() {
            let print = Fingerprint::of(message);
            if let Some(times) = self.unwanted.get_mut(&print) {
                *times = times.saturating_sub(1);
            }
            let times = verb.seen.as_ref().map_or(&[][..], |seen| seen.times.as_slice());
            let times = times.get(from.saturating_add(place)).copied().unwrap_or(1);
            let applied = verb.applied;
            let verb = &verb.id;
            self.wanted.push(Wanted { verb, message, behind, times, applied });
            behind = Some(print);
        }
    }

    /// Messages that gave way: not wanted any more, and not wanted back while that holds.
    fn refuse(&mut self, messages: &[Message], force: Force) {
        for message in messages.iter().rev() {
            if let Some(place) = self.wanted.iter().rposition(|it| it.message.is_same(message)) {
                self.wanted.remove(place);
            }
            if force == Force::Lapsed {
                continue;
            }
            let times = self.unwanted.entry(Fingerprint::of(message)).or_default();
            *times = times.saturating_add(1);
        }
    }
}

fn title_seen(verb: &Verb) -> Option<&str> {
    verb.seen.as_ref().and_then(|seen| seen.title.as_deref())
}

fn seen_behind(verb: &Verb) -> Option<Fingerprint> {
    verb.seen.as_ref().and_then(|seen| seen.behind.clone())
}
