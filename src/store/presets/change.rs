//! Changes of presets: noted first, then in the file, and done again while an old copy may come
//! back over it.
//! May not change anything the notes do not say.

use std::fs;
use std::io;
use std::time::UNIX_EPOCH;

use crate::chat::preset_change::edited;
use crate::chat::{Preset, PresetChange, Timestamp};

use super::base::{Base, Replaced};
use super::layout::{self, Found};
use super::ledger::{Ledger, Noted, Undone};
use super::patch::{self, Spot};
use super::{PresetError, PresetFile};

/// A change, ready to be noted and written.
struct Made {
    text: String,
    noted: Noted,
    undone: Option<Undone>,
}

/// The file with everything in it; no base where somebody else wrote it meanwhile.
struct Healed {
    base: Option<Base>,
    again: usize,
}

/// What was taken back, if anything was.
struct Done {
    said: Option<String>,
}

/// How often a change starts again because somebody else wrote the file meanwhile.
const TRIES: usize = 20;

impl PresetFile {
    /// Does something to the presets; it is noted on disk before it is in their file.
    ///
    /// # Errors
    /// When it breaks the rules, or the file cannot be changed; then everything is as it was.
    pub fn change(&self, change: &PresetChange, now: Timestamp) -> Result<(), PresetError> {
        let _held = self.lock()?;
        for _ in 0..TRIES {
            if self.try_change(change, now)? == Replaced::Yes {
                return Ok(());
            }
        }
        Err(self.restless())
    }

    /// Takes the last change or removal back; tells what that was, `None` where there is none.
    ///
    /// # Errors
    /// When the file cannot be changed; then everything is as it was.
    pub fn undo(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        for _ in 0..TRIES {
            if let Some(done) = self.try_undo(now)? {
                return Ok(done.said);
            }
        }
        Err(self.restless())
    }

    fn try_change(&self, change: &PresetChange, now: Timestamp) -> Result<Replaced, PresetError> {
        let mut ledger = self.ledger()?;
        let Some(base) = self.healed(&mut ledger, now)?.base else {
            return Ok(Replaced::Overtaken);
        };
        let presets = layout::presets(&base.text).map_err(|error| self.layout(error))?;
        if let Some(fault) = change.faults(&presets, self.rules).first() {
            return Err(PresetError::Fault(*fault));
        }
        let known = layout::preset_of(&base.text, change.id());
        let known = known.map_err(|error| self.layout(error))?;
        let known = match change {
            PresetChange::Create { .. } => None,
            PresetChange::Edit { before: Preset { name, .. }, .. }
            | PresetChange::Delete { name, .. } => {
                Some(known.ok_or_else(|| PresetError::Unknown(name.clone()))?)
            }
        };
        let made = self.made(&base.text, change, known, now)?;
        let before = ledger.clone();
        ledger.note(made.noted);
        if let Some(undone) = made.undone {
            ledger.can_undo(undone, now);
        }
        self.commit(&base, &made.text, &ledger, &before)
    }

    /// `None` where somebody else wrote the file meanwhile.
    fn try_undo(&self, now: Timestamp) -> Result<Option<Done>, PresetError> {
        let mut ledger = self.ledger()?;
        let Some(base) = self.healed(&mut ledger, now)?.base else {
            return Ok(None);
        };
        let before = ledger.clone();
        while let Some(what) = ledger.take_undo(now) {
            let id = match &what {
                Undone::PutBack { preset, .. } => &preset.id,
                Undone::ChangeBack { before, .. } => &before.id,
            };
            let known = layout::preset_of(&base.text, id).map_err(|error| self.layout(error))?;
            let (text, said) = match (what, known) {
                (Undone::PutBack { preset, key, value, behind }, None) => {
                    let said = format!("The preset \"{}\" is back.", preset.name);
                    let put = (preset, key, value, behind);
                    (self.put_back(&base.text, put, &mut ledger, now)?, said)
                }
                (Undone::ChangeBack { before, after }, Some(known)) => {
                    let said = format!("The preset \"{}\" is as it was.", before.name);
                    let back = PresetChange::Edit { before: after, after: before };
                    // Taking back is not itself taken back.
                    let made = self.made(&base.text, &back, Some(known), now)?;
                    ledger.note(made.noted);
                    (made.text, said)
                }
                // It is back already, or gone: the one before it then.
                (Undone::PutBack { .. }, Some(_)) | (Undone::ChangeBack { .. }, None) => continue,
            };
            let replaced = self.commit(&base, &text, &ledger, &before)?;
            return Ok((replaced == Replaced::Yes).then_some(Done { said: Some(said) }));
        }
        Ok(Some(Done { said: None }))
    }

    /// Does again what an old copy has undone; tells how much that was.
    pub(super) fn heal(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        let mut ledger = self.ledger()?;
        let before = ledger.clone();
        if ledger.open.is_empty() {
            return Ok(None);
        }
        let Healed { base, again } = self.healed(&mut ledger, now)?;
        if base.is_none() {
            return Ok(None);
        }
        if ledger != before {
            self.keep(&ledger)?;
        }
        Ok(match again {
            0 => None,
            1 => Some("A change of your presets had been written over; it is in again.".to_owned()),
            many => Some(format!(
                "{many} changes of your presets had been written over; they are in again."
            )),
        })
    }

    /// The file with everything noted in it; written where it was not.
    fn healed(&self, ledger: &mut Ledger, now: Timestamp) -> Result<Healed, PresetError> {
        let base = self.base()?;
        let (new, again) = ledger.healed(&base.text, now).map_err(|error| self.layout(error))?;
        if again == 0 {
            ledger.settle(self.written_at(), now, self.wait);
            return Ok(Healed { base: Some(base), again });
        }
        let base = match self.replace(&base, &new)? {
            Replaced::Yes => Some(self.base()?),
            Replaced::Overtaken => None,
        };
        Ok(Healed { base: base.filter(|base| base.text == new), again })
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

    fn commit(
        &self,
        base: &Base,
        text: &str,
        ledger: &Ledger,
        before: &Ledger,
    ) -> Result<Replaced, PresetError> {
        self.keep(ledger)?;
        let replaced = self.replace(base, text);
        if !matches!(replaced, Ok(Replaced::Yes)) {
            // Nobody should find it done later who was told that it failed.
            if let Err(error) = self.keep(before) {
                tracing::warn!(%error, "a note on presets could not be taken back");
            }
        }
        replaced
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

    fn replace(&self, base: &Base, text: &str) -> Result<Replaced, PresetError> {
        let replaced = base.replace(&self.path, text);
        replaced.map_err(|error| PresetError::Io(self.path.clone(), error))
    }

    fn restless(&self) -> PresetError {
        let why = io::Error::other("another program keeps writing them");
        PresetError::Io(self.path.clone(), why)
    }
}
