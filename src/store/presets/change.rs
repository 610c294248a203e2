//! Changes of presets: noted first, then in the file, and done again while an old copy may come
//! back over it.
//! May not change anything the notes do not say.

use std::fs;
use std::time::UNIX_EPOCH;

use crate::chat::preset_change::edited;
use crate::chat::{Preset, PresetChange, Timestamp};

use super::base::{self, Planner};
use super::layout::{self, Found};
use super::ledger::{Ledger, Noted, Undone};
use super::patch::{self, Spot};
use super::{PresetError, PresetFile};
use crate::store::file::commit::Applied;

/// A change, ready to be noted and written.
struct Made {
    text: String,
    noted: Noted,
    undone: Option<Undone>,
}

/// Notes on presets while they are changed.
struct Changing<'a, F> {
    file: &'a PresetFile,
    now: Timestamp,
    /// What is done to the text, once nothing is missing in it.
    make: F,
    /// The notes as they were, and as they are to be.
    before: Ledger,
    ledger: Ledger,
    /// How much an old copy had undone.
    again: usize,
}

impl<F> Planner for Changing<'_, F>
where
    F: FnMut(&str, &mut Ledger) -> Result<Option<String>, PresetError>,
{
    fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError> {
        self.before = self.file.ledger()?;
        self.ledger = self.before.clone();
        let healed = self.ledger.healed(text, self.now).map_err(|error| self.file.layout(error))?;
        self.again = healed.1;
        if self.again == 0 {
            self.ledger.settle(self.file.written_at(), self.now, self.file.wait);
        }
        let made = (self.make)(&healed.0, &mut self.ledger)?;
        Ok(made.or(Some(healed.0).filter(|_| self.again > 0)))
    }

    fn note(&mut self) -> Result<(), PresetError> {
        self.file.keep(&self.ledger)
    }

    fn take_back(&mut self) {
        // Nobody should find it done later who was told that it failed.
        if self.ledger != self.before
            && let Err(error) = self.file.keep(&self.before)
        {
            tracing::warn!(%error, "a note on presets could not be taken back");
        }
    }
}

impl PresetFile {
    /// Does something to the presets; it is noted on disk before it is in their file.
    ///
    /// # Errors
    /// When it breaks the rules, or the file cannot be changed; then everything is as it was.
    pub fn change(&self, change: &PresetChange, now: Timestamp) -> Result<(), PresetError> {
        let _held = self.lock()?;
        self.replace(now, |text, ledger| self.make(text, change, ledger, now).map(Some)).map(|_| ())
    }

    /// Takes the last change or removal back; tells what that was, `None` where there is none.
    ///
    /// # Errors
    /// When the file cannot be changed; then everything is as it was.
    pub fn undo(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        let mut said = None;
        self.replace(now, |text, ledger| {
            let undone = self.take_last_back(text, ledger, now)?;
            said = undone.as_ref().map(|(_, said)| said.clone());
            Ok(undone.map(|(text, _)| text))
        })?;
        Ok(said)
    }

    /// Does again what an old copy has undone; tells how much that was.
    pub(super) fn heal(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        if self.ledger()?.open.is_empty() {
            return Ok(None);
        }
        Ok(match self.replace(now, |_, _| Ok(None))? {
            0 => None,
            1 => Some("A change of your presets had been written over; it is in again.".to_owned()),
            many => Some(format!(
                "{many} changes of your presets had been written over; they are in again."
            )),
        })
    }

    /// Replaces the text of the presets by what is made of it, everything noted in it; tells how much
    /// an old copy had undone.
    fn replace(
        &self,
        now: Timestamp,
        make: impl FnMut(&str, &mut Ledger) -> Result<Option<String>, PresetError>,
    ) -> Result<usize, PresetError> {
        let (before, ledger) = (Ledger::default(), Ledger::default());
        let mut changing = Changing { file: self, now, make, before, ledger, again: 0 };
        let applied = base::replace(&self.path, &mut changing)?;
        // Settled notes are forgotten also where the text stays.
        if applied == Applied::Same && changing.ledger != changing.before {
            self.keep(&changing.ledger)?;
        }
        Ok(changing.again)
    }

    /// The text after a change, which is noted.
    fn make(
        &self,
        text: &str,
        change: &PresetChange,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<String, PresetError> {
        let presets = layout::presets(text).map_err(|error| self.layout(error))?;
        if let Some(fault) = change.faults(&presets, self.rules).first() {
            return Err(PresetError::Fault(*fault));
        }
        let known = layout::preset_of(text, change.id()).map_err(|error| self.layout(error))?;
        let known = match change {
            PresetChange::Create { .. } => None,
            PresetChange::Edit { before: Preset { name, .. }, .. }
            | PresetChange::Delete { name, .. } => {
                Some(known.ok_or_else(|| PresetError::Unknown(name.clone()))?)
            }
        };
        let made = self.made(text, change, known, now)?;
        ledger.note(made.noted);
        if let Some(undone) = made.undone {
            ledger.can_undo(undone, now);
        }
        Ok(made.text)
    }

    /// The text without the last change, and what was done; `None` where nothing can be undone.
    fn take_last_back(
        &self,
        text: &str,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<Option<(String, String)>, PresetError> {
        while let Some(what) = ledger.take_undo(now) {
            let id = match &what {
                Undone::PutBack { preset, .. } => &preset.id,
                Undone::ChangeBack { before, .. } => &before.id,
            };
            let known = layout::preset_of(text, id).map_err(|error| self.layout(error))?;
            match (what, known) {
                (Undone::PutBack { preset, key, value, behind }, None) => {
                    let said = format!("The preset \"{}\" is back.", preset.name);
                    let put = (preset, key, value, behind);
                    return Ok(Some((self.put_back(text, put, ledger, now)?, said)));
                }
                (Undone::ChangeBack { before, after }, Some(known)) => {
                    let said = format!("The preset \"{}\" is as it was.", before.name);
                    let back = PresetChange::Edit { before: after, after: before };
                    // Taking back is not itself taken back.
                    let made = self.made(text, &back, Some(known), now)?;
                    ledger.note(made.noted);
                    return Ok(Some((made.text, said)));
                }
                // It is back already, or gone: the one before it then.
                (Undone::PutBack { .. }, Some(_)) | (Undone::ChangeBack { .. }, None) => {}
            }
        }
        Ok(None)
    }

    /// What a change makes of a text, and the notes on it.
    fn made(
        &self,
        text: &str,
        change: &PresetChange,
        known: Option<Found>,
        now: Timestamp,
    ) -> Result<Made, PresetError> {
        let wrong = |error| self.layout(error);
        let value_in = |text: &str| {
            let found = layout::preset_of(text, change.id()).map_err(wrong)?;
            Ok::<_, PresetError>(found.map(|it| it.value).unwrap_or_default())
        };
        let (text, change, values, undone) = match (change, known) {
            (PresetChange::Create { preset }, _) => {
                let new = patch::created(text, preset, now).map_err(wrong)?;
                let values = vec![value_in(&new)?];
                (new, change.clone(), values, None)
            }
            (PresetChange::Edit { before, after }, Some(known)) => {
                let after = edited(&known.preset, before, after);
                let new = patch::edited(text, &known.preset, &after, now).map_err(wrong)?;
                let values = vec![known.value, value_in(&new)?];
                let before = known.preset;
                let edit = PresetChange::Edit { before: before.clone(), after: after.clone() };
                (new, edit, values, Some(Undone::ChangeBack { before, after }))
            }
            (PresetChange::Delete { .. }, Some(known)) => {
                let new = patch::removed(text, &known.preset.id).map_err(wrong)?;
                let Found { preset, key, value, behind, .. } = known;
                let values = vec![value.clone()];
                (new, change.clone(), values, Some(Undone::PutBack { preset, key, value, behind }))
            }
            (PresetChange::Edit { .. } | PresetChange::Delete { .. }, None) => {
                return Err(PresetError::Unknown(change.id().to_owned()));
            }
        };
        let (key, spot, ignored) = (None, Spot::Last, None);
        let noted = Noted { change, values, key, spot, at: now, since: now, ignored };
        Ok(Made { text, noted, undone })
    }

    fn put_back(
        &self,
        text: &str,
        (preset, key, value, behind): (Preset, Option<String>, String, Option<String>),
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<String, PresetError> {
        let spot = behind.map_or(Spot::First, Spot::Behind);
        let named = key.clone().unwrap_or_else(|| preset.id.clone());
        let new = patch::put(text, &preset.id, &named, &value, &spot);
        let new = new.map_err(|error| self.layout(error))?;
        let change = PresetChange::Create { preset };
        let (values, ignored) = (vec![value], None);
        ledger.note(Noted { change, values, key, spot, at: now, since: now, ignored });
        Ok(new)
    }

    fn ledger(&self) -> Result<Ledger, PresetError> {
        Ledger::read(&self.ledger, &self.path)
            .map_err(|error| PresetError::Io(self.ledger.clone(), error))
    }

    fn keep(&self, ledger: &Ledger) -> Result<(), PresetError> {
        ledger.write(&self.ledger).map_err(|error| PresetError::Io(self.ledger.clone(), error))
    }

    /// When the file was last written.
    fn written_at(&self) -> Option<Timestamp> {
        let modified = fs::metadata(&self.path).and_then(|about| about.modified()).ok()?;
        let seconds = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(seconds).ok().map(Timestamp::from_seconds)
    }
}
