//! Changes the presets in their file, and undoes changes.

use crate::chat::preset::{PresetLookupError, PresetRules};
use crate::chat::preset_change::apply_edit;
use crate::chat::{Advice, Failure, FailureKind, Preset, PresetChange, Timestamp, UndoOutcome};
use crate::store::file::text_file::TextEdit;
use crate::store::json::Field;

use super::document::PresetDocument;
use super::record::{PresetRecord, RecordTimes};
use super::undo::PresetUndoStep;
use super::{PresetError, PresetFile};

impl PresetFile {
    /// Applies a change to the file as it is now, and corrects records that earlier versions of this
    /// program wrote. Returns the sentence that reports both.
    ///
    /// # Errors
    /// When the change breaks the rules, or the file cannot be changed; then everything is as it was.
    pub fn change(&self, change: &PresetChange, now: Timestamp) -> Result<String, PresetError> {
        let _lock = self.lock()?;
        let mut edit = ChangeEdit { file: self, change, now, step: None, corrected: Vec::new() };
        self.replace(&mut edit)?;
        let mut sentence = change.sentence();
        if !edit.corrected.is_empty() {
            sentence.push_str(&format!(" Also corrected: {}.", edit.corrected.join(", ")));
        }
        Ok(sentence)
    }

    /// Undoes the last edit or deletion.
    ///
    /// # Errors
    /// When the file cannot be changed; then everything is as it was.
    pub fn undo(&self, now: Timestamp) -> Result<UndoOutcome, PresetError> {
        let _lock = self.lock()?;
        let log = self.undo_log();
        let Some(step) =
            log.read().map_err(|error| self.folder_error("read", error))?.last(now).cloned()
        else {
            return Ok(UndoOutcome::Nothing);
        };
        let mut edit = UndoEdit { file: self, step: &step, is_outdated: false };
        self.replace(&mut edit)?;
        let outcome = if edit.is_outdated {
            let name = &step.name;
            let why =
                format!("The preset \"{name}\" was changed since, so the change is not undone.");
            UndoOutcome::Refused(Failure::new(FailureKind::Other, why, Advice::None))
        } else {
            UndoOutcome::Undone(step.sentence())
        };
        let written = log.update(|log| log.remove(&step));
        written.map_err(|error| self.folder_error("written", error))?;
        Ok(outcome)
    }

    /// Applies a change to a document; returns how to undo it.
    fn apply(
        &self,
        change: &PresetChange,
        document: &mut PresetDocument,
        now: Timestamp,
    ) -> Result<Option<PresetUndoStep>, PresetError> {
        if let Some(fault) = change.faults(self.rules).first() {
            return Err(PresetError::Fault(*fault));
        }
        let (before, after) = match change {
            PresetChange::Create { preset } => {
                self.create(preset, document, now);
                return Ok(None);
            }
            PresetChange::Edit { before, after } => (before.clone(), Some(after)),
            PresetChange::Delete { id, name } => {
                (Preset { id: id.clone(), name: name.clone(), ..Preset::default() }, None)
            }
        };
        let missing = || PresetLookupError::NotFound(before.name.clone());
        let at = document.position(&before.id).ok_or_else(missing)?;
        let old = document.records.get(at).cloned().ok_or_else(missing)?;
        let predecessor = at.checked_sub(1).and_then(|at| document.records.get(at));
        let predecessor = predecessor.map(|record| record.key.clone());
        let edited = after.map(|after| self.edit(&old, &before, after, now));
        match &edited {
            Some(raw) => {
                if let Some(record) = document.records.get_mut(at) {
                    record.raw.clone_from(raw);
                }
            }
            None => drop(document.records.remove(at)),
        }
        let name = before.name;
        let Field { key: id, raw_key, raw: old } = old;
        let step = PresetUndoStep { at: now, id, raw_key, name, old, new: edited, predecessor };
        Ok(Some(step).filter(|step| step.new.as_ref() != Some(&step.old)))
    }

    fn create(&self, preset: &Preset, document: &mut PresetDocument, now: Timestamp) {
        let empty = Field::new(preset.id.clone(), "{}".to_owned());
        let preset = preset.clone().normalized(self.rules);
        let raw = PresetRecord::of(&empty).write(&preset, RecordTimes::at(now));
        document.records.push(Field { raw, ..empty });
    }

    /// Applies an edit to a raw record; an edit without effect leaves its bytes unchanged.
    fn edit(&self, old: &Field, before: &Preset, after: &Preset, now: Timestamp) -> String {
        let record = PresetRecord::of(old);
        let stored = record.preset().with_defaults(self.rules);
        let edited = apply_edit(&stored, before, after).normalized(self.rules);
        if edited == stored {
            return old.raw.clone();
        }
        let updated_at = now.seconds().to_string();
        record.write(&edited, RecordTimes { updated_at, ..record.times(now) })
    }

    /// Corrects the records that earlier versions of this program wrote; returns the name and the reason
    /// of each that is left after the change.
    fn correct_earlier_versions(
        &self,
        document: &mut PresetDocument,
        change: &PresetChange,
        now: Timestamp,
    ) -> Vec<String> {
        if self.rules == PresetRules::Own {
            return Vec::new();
        }
        let deleted = match change {
            PresetChange::Delete { id, .. } => Some(id),
            PresetChange::Create { .. } | PresetChange::Edit { .. } => None,
        };
        let is_wrong = |record: &PresetRecord<'_>| {
            record.is_of_earlier_version() && Some(&record.preset().id) != deleted
        };
        let corrected = document.repair_records(is_wrong, now).into_iter();
        corrected.map(|(name, reason)| format!("\"{name}\" ({reason})")).collect()
    }
}

/// Applies a change in a commit.
struct ChangeEdit<'a> {
    file: &'a PresetFile,
    change: &'a PresetChange,
    now: Timestamp,
    /// What has to be logged before the change is written; `None` until it is planned.
    step: Option<PresetUndoStep>,
    /// The other presets that were corrected, with the reasons.
    corrected: Vec<String>,
}

impl TextEdit for ChangeEdit<'_> {
    type Error = PresetError;

    fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, PresetError> {
        let mut document = self.file.parse(bytes)?;
        let present = document.clone();
        self.corrected = self.file.correct_earlier_versions(&mut document, self.change, self.now);
        self.step = self.file.apply(self.change, &mut document, self.now)?;
        Ok((document != present).then(|| document.to_text()))
    }

    fn preserve(&mut self, _: Option<&[u8]>) -> Result<(), PresetError> {
        let Some(step) = self.step.clone() else { return Ok(()) };
        let written = self.file.undo_log().update(|log| log.push(step));
        Ok(written.map_err(|error| self.file.folder_error("written", error))?)
    }

    fn roll_back(&mut self) {
        let Some(step) = &self.step else { return };
        if let Err(error) = self.file.undo_log().update(|log| log.remove(step)) {
            tracing::warn!(%error, "an undo step of a preset change that failed stays");
        }
    }
}

/// Undoes a step in a commit.
struct UndoEdit<'a> {
    file: &'a PresetFile,
    step: &'a PresetUndoStep,
    is_outdated: bool,
}

impl TextEdit for UndoEdit<'_> {
    type Error = PresetError;

    fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, PresetError> {
        let undone = self.step.undo(self.file.parse(bytes)?);
        self.is_outdated = undone.is_none();
        Ok(undone.map(|document| document.to_text()))
    }
}
