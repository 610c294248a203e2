//! Puts the file and our journals in order: what a crash left is finished, what others undid is
//! done again, what is safe is forgotten.
//! May not touch what a living process is doing right now.

use std::collections::HashSet;
use std::time::UNIX_EPOCH;

use uuid::Uuid;

use crate::chat::news::{self, Weight};
use crate::chat::{AnswerRecord, Message, Timestamp, TurnId, VerbId};

use crate::store::engine::running::Kept;
use crate::store::engine::{Activity, Known, Store};
use crate::store::file::error::StoreError;
use crate::store::file::lock::Locking;
use crate::store::file::replace;
use crate::store::file::version::{self, Snapshot};
use crate::store::state::Durability;
use crate::store::state::{JournalEntry, OpenTurn, Record};

/// What is said where terminals cannot keep out of each other's way.
const NO_LOCKS: &str = "The state folder has no file locks: use one duologue at a time.";

/// What is said of an answer that was coming in when the program died.
const CUT_OFF: &str = "The program ended while this answer was coming in.";

/// What another look at the file showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is the version last read or written here.
    Same,
    /// It was another; with a line about it where there is something to say.
    Changed(Option<String>),
}

impl Store {
    /// Finishes what dead processes left and does again what others undid; for the start.
    pub(super) fn put_in_order(&mut self) -> Option<String> {
        let held = match self.lock() {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(%error, "nothing could be put in order");
                return None;
            }
        };
        replace::remove_leftovers(self.place.chats(), &self.place.temporary_prefix());
        self.adopt();
        // A file that cannot be read is no error here: reading it says so.
        let said = self.reconcile().ok().flatten();
        match held.locking {
            Locking::Works => said,
            Locking::Missing => Some(
                said.into_iter().fold(NO_LOCKS.to_owned(), |all, line| format!("{line} {all}")),
            ),
        }
    }

    /// Looks whether somebody else changed the file and does again what they undid.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn look_again(&mut self, now: Timestamp) -> Result<Look, StoreError> {
        self.tell_time(now);
        let known = self.ledger.read().knows(version::on_disk(&self.place)?);
        let same = known && !self.has_moved();
        if same && !self.has_due() {
            return Ok(Look::Same);
        }
        let _held = self.lock()?;
        // Only in a version that was looked at is all that is remembered known to be there.
        if same && !self.has_moved() {
            self.settle();
            return Ok(Look::Same);
        }
        self.reconcile().map(Look::Changed)
    }

    /// Lines about what was put in order on the way to something else.
    pub fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// How much what was told since this was last asked matters.
    pub fn take_weight(&mut self) -> Weight {
        std::mem::take(&mut self.weight)
    }

    /// The same on the way to something else, which will fail by itself where this does.
    pub(super) fn reconcile_quietly(&mut self) {
        match self.reconcile() {
            Ok(line) => self.said.extend(line),
            Err(error) => tracing::warn!(%error, "the file could not be put in order"),
        }
    }

    /// The same where somebody else has written the version that is there; not while that is being
    /// done, as it commits changes of its own.
    pub(super) fn reconcile_if_foreign(&mut self) {
        let Ok(on_disk) = version::on_disk(&self.place) else { return };
        if self.activity == Activity::Free && !self.ledger.read().knows(on_disk) {
            self.reconcile_quietly();
        }
    }

    /// Tells a line about what was done and what others changed. The lock is held.
    fn reconcile(&mut self) -> Result<Option<String>, StoreError> {
        self.activity = Activity::Reconciling;
        let done = self.reconcile_now();
        self.activity = Activity::Free;
        done
    }

    fn reconcile_now(&mut self) -> Result<Option<String>, StoreError> {
        let on_disk = version::on_disk(&self.place)?;
        let known = self.known.as_ref().filter(|known| known.version() != on_disk);
        let rows = known.map(|known| known.table.rows());
        let mut said = Vec::new();
        if !self.ledger.read().knows(on_disk) {
            said.extend(self.take_in()?);
            self.adopt();
        }
        let is_loss = !said.is_empty();
        said.extend(self.heal_where_needed());
        self.settle();
        // What is gone has been told where it is a loss.
        if let Some(before) = rows.filter(|_| !is_loss) {
            said.extend(news::between(&before, &self.look()?.table.rows()));
        }
        Ok((!said.is_empty()).then(|| said.join(" ")))
    }

    /// Reads a version somebody else wrote, compares it with the one before and notes it. Tells a
    /// line where something is lost.
    fn take_in(&mut self) -> Result<Option<String>, StoreError> {
        let line = self.ledger.read();
        let before = self.known.take();
        if let Err(error) = self.look() {
            // Only a version that can be read is worth noting.
            self.known = before;
            return Err(error);
        }
        if let Some(before) = &before
            && let Some(now) = self.known.take()
        {
            self.note_foreign(before.table.index(), now.table.index());
            self.known = Some(now);
        }
        let said = self.check_for_loss(before.filter(|before| line.knows(before.version())));
        if said.is_some() {
            self.weight = Weight::Loss;
        }
        self.kept.keep(&self.place.file());
        // A second name changes what the system tells about the file.
        if let Some(Known { snapshot, .. }) = &mut self.known
            && let Some(Ok(again)) = snapshot.take().map(Snapshot::again)
        {
            *snapshot = Some(again);
        }
        let version = self.known.as_ref().and_then(Known::version);
        self.ledger.update(|seen| {
            if seen.healed == Some(seen.foreign) {
                seen.quiet_since = seen.disturbed();
            }
            seen.foreign = seen.foreign.saturating_add(1);
            seen.foreign_at = self.file_time();
            seen.set_version(version);
        });
        Ok(said)
    }

    /// Goes on with what dead processes left: their turns have ended where they died.
    fn adopt(&mut self) {
        let turns = |store: &Self| store.journal.state().turns.clone();
        let living: HashSet<TurnId> = turns(self).into_iter().map(|open| open.turn).collect();
        self.journal.adopt();
        for open in turns(self).into_iter().filter(|open| !living.contains(&open.turn)) {
            // What goes on at its server is collected, and stored when it is whole.
            let goes_on = self.running.holds(&open.turn);
            if goes_on && self.keep_grown(&open) == Kept::InJournal {
                continue;
            }
            let cut = !open.grown.is_empty() && !goes_on;
            let answer = cut.then(|| self.cut_off(&open));
            self.note(&Record::TurnEnded { turn: open.turn, answer });
        }
        self.flush(Durability::Synced);
    }

    /// What had come of an answer when its program ended.
    fn cut_off(&mut self, open: &OpenTurn) -> Box<JournalEntry> {
        let (now, text) = (self.now(), open.grown.clone());
        let record = AnswerRecord {
            ended_early: Some(CUT_OFF.to_owned()),
            ..AnswerRecord::bare(now, text.len())
        };
        self.remember(&open.conversation, &record);
        let id = VerbId::new(Uuid::new_v4().to_string());
        let mut verb = open.answer(id, Message::answer(text, now, None), now);
        verb.order = self.orders(1).start;
        Box::new(JournalEntry::new(verb, Some(record)))
    }

    /// When the file was last written by anybody else, as far as is known, or healed; else by
    /// anybody.
    pub(super) fn foreign_time(&self) -> Option<Timestamp> {
        let line = self.ledger.read();
        let is_known = version::on_disk(&self.place).is_ok_and(|version| line.knows(version));
        if is_known { line.disturbed() } else { self.file_time() }
    }

    /// When the file was last written by anybody.
    fn file_time(&self) -> Option<Timestamp> {
        let modified = std::fs::metadata(self.place.file()).and_then(|about| about.modified());
        let since = modified.ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?))
    }
}
