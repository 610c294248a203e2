//! Changes of presets: noted first, then in the file, and done again while an old copy may come
//! back over it.
//! May not change anything the notes do not say.

use std::fs;
use std::time::UNIX_EPOCH;

use crate::chat::preset_change::apply_edit;
use crate::chat::{Preset, PresetChange, Timestamp};

use super::layout::{self, StoredPreset};
use super::patch::{self, InsertPosition};
use super::{PresetError, PresetFile};
use crate::store::file::commit::ApplyOutcome;
use crate::store::presets::journal::{PresetJournal, UnconfirmedChange, UndoAction};
use crate::store::presets::target::{self, PresetPlanner};

/// A change, ready to be noted and written.
struct PreparedChange {
    text: String,
    unconfirmed: UnconfirmedChange,
    undo: Option<UndoAction>,
}

/// Notes on presets while they are changed.
struct ChangePlanner<'a, F> {
    file: &'a PresetFile,
    now: Timestamp,
    /// What is done to the text, once nothing is missing in it.
    edit: F,
    /// The notes as they were, and as they are to be.
    journal_before: PresetJournal,
    journal: PresetJournal,
    /// How much an old copy had undone.
    reapplied: usize,
}

impl<F> PresetPlanner for ChangePlanner<'_, F>
where
    F: FnMut(&str, &mut PresetJournal) -> Result<Option<String>, PresetError>,
{
    fn plan(&mut self, text: &str) -> Result<Option<String>, PresetError> {
        self.journal_before = self.file.read_journal()?;
        self.journal = self.journal_before.clone();
        let healed =
            self.journal.reapply(text, self.now).map_err(|error| self.file.layout_error(error))?;
        self.reapplied = healed.1;
        if self.reapplied == 0 {
            self.journal.remove_confirmed(
                self.file.modified_at(),
                self.now,
                self.file.stale_writer_window,
            );
        }
        let made = (self.edit)(&healed.0, &mut self.journal)?;
        Ok(made.or(Some(healed.0).filter(|_| self.reapplied > 0)))
    }

    fn log_intent(&mut self) -> Result<(), PresetError> {
        self.file.write_journal(&self.journal)
    }

    fn revert_log(&mut self) {
        // Nobody should find it done later who was told that it failed.
        if self.journal != self.journal_before
            && let Err(error) = self.file.write_journal(&self.journal_before)
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
        self.replace(now, |text, ledger| self.make_change(text, change, ledger, now).map(Some))
            .map(|_| ())
    }

    /// Takes the last change or removal back; tells what that was, `None` where there is none.
    ///
    /// # Errors
    /// When the file cannot be changed; then everything is as it was.
    pub fn undo(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        let mut said = None;
        self.replace(now, |text, ledger| {
            let undone = self.undo_last(text, ledger, now)?;
            said = undone.as_ref().map(|(_, said)| said.clone());
            Ok(undone.map(|(text, _)| text))
        })?;
        Ok(said)
    }

    /// Does again what an old copy has undone; tells how much that was.
    pub(super) fn reapply(&self, now: Timestamp) -> Result<Option<String>, PresetError> {
        let _held = self.lock()?;
        if self.read_journal()?.open.is_empty() {
            return Ok(None);
        }
        Ok(match self.replace(now, |_, _| Ok(None))? {
            0 => None,
            1 => Some(
                "Another program overwrote a change to your presets; it was applied again."
                    .to_owned(),
            ),
            many => Some(format!(
                "Another program overwrote {many} changes to your presets; they were applied \
                 again."
            )),
        })
    }

    /// Replaces the text of the presets by what is made of it, everything noted in it; tells how much
    /// an old copy had undone.
    fn replace(
        &self,
        now: Timestamp,
        make: impl FnMut(&str, &mut PresetJournal) -> Result<Option<String>, PresetError>,
    ) -> Result<usize, PresetError> {
        let (before, ledger) = (PresetJournal::default(), PresetJournal::default());
        let mut changing = ChangePlanner {
            file: self,
            now,
            edit: make,
            journal_before: before,
            journal: ledger,
            reapplied: 0,
        };
        let applied = target::replace_presets(&self.path, &mut changing)?;
        // Settled notes are forgotten also where the text stays.
        if applied == ApplyOutcome::Unchanged && changing.journal != changing.journal_before {
            self.write_journal(&changing.journal)?;
        }
        Ok(changing.reapplied)
    }

    /// The text after a change, which is noted.
    fn make_change(
        &self,
        text: &str,
        change: &PresetChange,
        ledger: &mut PresetJournal,
        now: Timestamp,
    ) -> Result<String, PresetError> {
        let presets = layout::parse_presets(text).map_err(|error| self.layout_error(error))?;
        if let Some(fault) = change.faults(&presets, self.rules).first() {
            return Err(PresetError::Fault(*fault));
        }
        let known =
            layout::find_preset(text, change.id()).map_err(|error| self.layout_error(error))?;
        let known = match change {
            PresetChange::Create { .. } => None,
            PresetChange::Edit { before: Preset { name, .. }, .. }
            | PresetChange::Delete { name, .. } => {
                Some(known.ok_or_else(|| PresetError::NotFound(name.clone()))?)
            }
        };
        let made = self.prepare_change(text, change, known, now)?;
        ledger.add_change(made.unconfirmed);
        if let Some(undone) = made.undo {
            ledger.push_undo(undone, now);
        }
        Ok(made.text)
    }

    /// The text without the last change, and what was done; `None` where nothing can be undone.
    fn undo_last(
        &self,
        text: &str,
        ledger: &mut PresetJournal,
        now: Timestamp,
    ) -> Result<Option<(String, String)>, PresetError> {
        while let Some(what) = ledger.pop_undo(now) {
            let id = match &what {
                UndoAction::PutBack { preset, .. } => &preset.id,
                UndoAction::ChangeBack { before, .. } => &before.id,
            };
            let known = layout::find_preset(text, id).map_err(|error| self.layout_error(error))?;
            match (what, known) {
                (UndoAction::PutBack { preset, key, value, behind }, None) => {
                    let said = format!("Restored the preset \"{}\".", preset.name);
                    let put = (preset, key, value, behind);
                    return Ok(Some((self.restore_preset(text, put, ledger, now)?, said)));
                }
                (UndoAction::ChangeBack { before, after }, Some(known)) => {
                    let said = format!("Undid the change to the preset \"{}\".", before.name);
                    let back = PresetChange::Edit { before: after, after: before };
                    // Taking back is not itself taken back.
                    let made = self.prepare_change(text, &back, Some(known), now)?;
                    ledger.add_change(made.unconfirmed);
                    return Ok(Some((made.text, said)));
                }
                // It is back already, or gone: the one before it then.
                (UndoAction::PutBack { .. }, Some(_)) | (UndoAction::ChangeBack { .. }, None) => {}
            }
        }
        Ok(None)
    }

    /// What a change makes of a text, and the notes on it.
    fn prepare_change(
        &self,
        text: &str,
        change: &PresetChange,
        known: Option<StoredPreset>,
        now: Timestamp,
    ) -> Result<PreparedChange, PresetError> {
        let wrong = |error| self.layout_error(error);
        let value_in = |text: &str| {
            let found = layout::find_preset(text, change.id()).map_err(wrong)?;
            Ok::<_, PresetError>(found.map(|it| it.value).unwrap_or_default())
        };
        let (text, change, values, undone) = match (change, known) {
            (PresetChange::Create { preset }, _) => {
                let new = patch::add_preset(text, preset, now).map_err(wrong)?;
                let values = vec![value_in(&new)?];
                (new, change.clone(), values, None)
            }
            (PresetChange::Edit { before, after }, Some(known)) => {
                let after = apply_edit(&known.preset, before, after);
                let new = patch::edit_preset(text, &known.preset, &after, now).map_err(wrong)?;
                let values = vec![known.value, value_in(&new)?];
                let before = known.preset;
                let edit = PresetChange::Edit { before: before.clone(), after: after.clone() };
                (new, edit, values, Some(UndoAction::ChangeBack { before, after }))
            }
            (PresetChange::Delete { .. }, Some(known)) => {
                let new = patch::remove_preset(text, &known.preset.id).map_err(wrong)?;
                let StoredPreset { preset, key, value, previous_id: behind, .. } = known;
                let values = vec![value.clone()];
                (
                    new,
                    change.clone(),
                    values,
                    Some(UndoAction::PutBack { preset, key, value, behind }),
                )
            }
            (PresetChange::Edit { .. } | PresetChange::Delete { .. }, None) => {
                return Err(PresetError::NotFound(change.id().to_owned()));
            }
        };
        let (key, spot, ignored) = (None, InsertPosition::Last, None);
        let noted = UnconfirmedChange { change, values, key, spot, at: now, since: now, ignored };
        Ok(PreparedChange { text, unconfirmed: noted, undo: undone })
    }

    fn restore_preset(
        &self,
        text: &str,
        (preset, key, value, behind): (Preset, Option<String>, String, Option<String>),
        ledger: &mut PresetJournal,
        now: Timestamp,
    ) -> Result<String, PresetError> {
        let spot = behind.map_or(InsertPosition::First, InsertPosition::Behind);
        let named = key.clone().unwrap_or_else(|| preset.id.clone());
        let new = patch::insert_raw(text, &preset.id, &named, &value, &spot);
        let new = new.map_err(|error| self.layout_error(error))?;
        let change = PresetChange::Create { preset };
        let (values, ignored) = (vec![value], None);
        ledger.add_change(UnconfirmedChange {
            change,
            values,
            key,
            spot,
            at: now,
            since: now,
            ignored,
        });
        Ok(new)
    }

    fn read_journal(&self) -> Result<PresetJournal, PresetError> {
        PresetJournal::read(&self.journal_path, &self.path)
            .map_err(|error| PresetError::Io(self.journal_path.clone(), error))
    }

    fn write_journal(&self, ledger: &PresetJournal) -> Result<(), PresetError> {
        ledger
            .write(&self.journal_path)
            .map_err(|error| PresetError::Io(self.journal_path.clone(), error))
    }

    /// When the file was last written.
    fn modified_at(&self) -> Option<Timestamp> {
        let modified = fs::metadata(&self.path).and_then(|about| about.modified()).ok()?;
        let seconds = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(seconds).ok().map(Timestamp::from_seconds)
    }
}
