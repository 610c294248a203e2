//! Changes of presets: noted first, then in the file, and done again while an old copy may come
//! back over it.
//! May not change anything the notes do not say.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::chat::preset_change::edited;
use crate::chat::{Preset, PresetChange, Timestamp};

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

impl PresetFile {
    /// Does something to the presets; it is noted on disk before it is in their file.
    ///
    /// # Errors
    /// When it breaks the rules, or the file cannot be changed; then everything is as it was.
    pub fn change(&self, change: &PresetChange, now: Timestamp) -> Result<(), PresetError> {
        let _held = self.lock()?;
        let mut ledger = self.ledger()?;
        let (text, _) = self.healed(&mut ledger, now)?;
        let presets = layout::presets(&text).map_err(|error| self.layout(error))?;
        if let Some(fault) = change.faults(&presets, self.rules).first() {
            return Err(PresetError::Fault(*fault));
        }
        let known = layout::preset_of(&text, change.id()).map_err(|error| self.layout(error))?;
        let known = match change {
            PresetChange::Create { .. } => None,
            PresetChange::Edit { before, .. } => {
                Some(known.ok_or_else(|| PresetError::Unknown(before.name.clone()))?)
            }
            PresetChange::Delete { name, .. } => {
                Some(known.ok_or_else(|| PresetError::Unknown(name.clone()))?)
            }
        };
        let made = self.made(&text, change, known, now)?;
        let before = ledger.clone();
        ledger.note(made.noted);
        if let Some(undone) = made.undone {
            ledger.can_undo(undone, now);
        }
        self.commit(&made.text, &ledger, &before)
    }

    /// Takes the last change or removal back; tells what that was, `None` where there is none.
    ///
    /// # Errors
    /// When the file cannot be changed; then everything is as it was.
    pub fn undo(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        let mut ledger = self.ledger()?;
        let (text, _) = self.healed(&mut ledger, now)?;
        while let Some(what) = ledger.take_undo(now) {
            let id = match &what {
                Undone::PutBack { preset, .. } => &preset.id,
                Undone::ChangeBack { before, .. } => &before.id,
            };
            let known = layout::preset_of(&text, id).map_err(|error| self.layout(error))?;
            match (what, known) {
                (Undone::PutBack { preset, key, value, behind }, None) => {
                    let said = format!("The preset \"{}\" is back.", preset.name);
                    self.put_back(&text, (preset, key, value, behind), ledger, now)?;
                    return Ok(Some(said));
                }
                (Undone::ChangeBack { before, after }, Some(known)) => {
                    let said = format!("The preset \"{}\" is as it was.", before.name);
                    let back = PresetChange::Edit { before: after, after: before };
                    let made = self.made(&text, &back, Some(known), now)?;
                    let before = self.ledger()?;
                    // Taking back is not itself taken back.
                    ledger.note(made.noted);
                    self.commit(&made.text, &ledger, &before)?;
                    return Ok(Some(said));
                }
                // It is back already, or gone: the one before it then.
                (Undone::PutBack { .. }, Some(_)) | (Undone::ChangeBack { .. }, None) => {}
            }
        }
        Ok(None)
    }

    /// Does again what an old copy has undone; tells how much that was.
    pub(super) fn heal(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        let mut ledger = self.ledger()?;
        let before = ledger.clone();
        if ledger.open.is_empty() {
            return Ok(None);
        }
        let (_, again) = self.healed(&mut ledger, now)?;
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

    /// The file's text with everything noted in it; written where it was not.
    fn healed(&self, ledger: &mut Ledger, now: Timestamp) -> Result<(String, usize), PresetError> {
        let text = self.text()?;
        let (new, again) = ledger.healed(&text, now).map_err(|error| self.layout(error))?;
        if again > 0 {
            self.replace(&new)?;
        } else {
            ledger.settle(self.written_at(), now, self.wait);
        }
        Ok((new, again))
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
        mut ledger: Ledger,
        now: Timestamp,
    ) -> Result<(), PresetError> {
        let before = ledger.clone();
        let spot = behind.map_or(Spot::First, Spot::Behind);
        let named = key.clone().unwrap_or_else(|| preset.id.clone());
        let new = patch::put(text, &preset.id, &named, &value, &spot);
        let new = new.map_err(|error| self.layout(error))?;
        let change = PresetChange::Create { preset };
        let (values, ignored) = (vec![value], None);
        ledger.note(Noted { change, values, key, spot, at: now, since: now, ignored });
        self.commit(&new, &ledger, &before)
    }

    fn commit(&self, text: &str, ledger: &Ledger, before: &Ledger) -> Result<(), PresetError> {
        self.keep(ledger)?;
        self.replace(text).inspect_err(|_| {
            // Nobody should find it done later who was told that it failed.
            if let Err(error) = self.keep(before) {
                tracing::warn!(%error, "a note on presets could not be taken back");
            }
        })
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

    fn replace(&self, text: &str) -> Result<(), PresetError> {
        self.write(text).map_err(|error| PresetError::Io(self.path.clone(), error))
    }

    /// The whole file at once, with the mode it had.
    fn write(&self, text: &str) -> io::Result<()> {
        let known = fs::canonicalize(&self.path).or_else(|_| std::path::absolute(&self.path));
        let path = known.unwrap_or_else(|_| self.path.clone());
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".presets.tmp.").tempfile_in(folder)?;
        if let Ok(known) = fs::metadata(&path) {
            file.as_file().set_permissions(known.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        if let Ok(folder) = File::open(folder) {
            folder.sync_all().or_else(|error| match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(())
    }
}
