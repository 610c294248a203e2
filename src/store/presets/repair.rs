//! Checks whether the web app can read the presets file, and repairs it; a copy is kept.

use std::io::Write;
use std::path::PathBuf;

use crate::chat::preset::{DEFAULT_PRESET, PresetProblem, PresetRules};
use crate::chat::{PresetList, Timestamp};
use crate::store::doctor::repair_bytes;
use crate::store::file::free_name;
use crate::store::file::text_file::TextEdit;
use crate::store::json::{Field, Fields, has_unpaired_surrogate, raw_elements};

use super::document::{PresetDocument, new_id};
use super::record::PresetRecord;
use super::{PresetError, PresetFile};

/// How many characters of something that is left out are shown.
const MAX_SHOWN: usize = 60;

/// Whether the web app can read a presets file.
#[derive(Debug)]
pub enum PresetCheck {
    /// The file does not exist.
    Missing,
    /// The web app cannot read the file; holds the reason as half a sentence.
    Unreadable(String),
    /// The file can be read.
    Readable(PresetList),
}

/// What was changed in the presets file, for the report.
#[derive(Debug, Default)]
pub struct PresetRepair {
    /// The copy of the file as it was; `None` where nothing was changed.
    pub backup: Option<PathBuf>,
    /// A sentence for each repair.
    pub repaired: Vec<String>,
}

impl PresetCheck {
    /// The problems of a file that can be read.
    pub fn problems(&self) -> impl Iterator<Item = &PresetProblem> {
        let list = match self {
            Self::Readable(list) => list.problems.as_slice(),
            Self::Missing | Self::Unreadable(_) => &[],
        };
        list.iter()
    }

    /// Returns whether the web app reads every preset as it is meant, and keeps it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Unreadable(_)) && !self.problems().any(PresetProblem::is_repairable)
    }
}

impl PresetFile {
    /// Checks the file as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn check(&self) -> Result<PresetCheck, PresetError> {
        if !self.path.exists() {
            return Ok(PresetCheck::Missing);
        }
        match self.load() {
            Ok(list) => Ok(PresetCheck::Readable(list)),
            Err(PresetError::Layout(_, error)) => Ok(PresetCheck::Unreadable(error)),
            Err(error) => Err(error),
        }
    }

    /// Repairs the file. What cannot be a preset is left out, said, and only in the copy.
    ///
    /// # Errors
    /// When it cannot be read or written; then it is as it was.
    pub fn repair(&self, now: Timestamp) -> Result<PresetRepair, PresetError> {
        let _lock = self.lock()?;
        let mut edit = RepairEdit { file: self, now, result: PresetRepair::default() };
        self.replace(&mut edit)?;
        Ok(edit.result)
    }
}

struct RepairEdit<'a> {
    file: &'a PresetFile,
    now: Timestamp,
    result: PresetRepair,
}

impl TextEdit for RepairEdit<'_> {
    type Error = PresetError;

    fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, PresetError> {
        let bytes = bytes.unwrap_or_default();
        let mut notes = Vec::new();
        let mut document = PresetDocument::parse(bytes).unwrap_or_else(|error| {
            notes.push(format!(
                "Rewrote the presets in the format of the web app. The problem was: {error}."
            ));
            reshape(bytes, &mut notes)
        });
        if self.file.rules == PresetRules::Web {
            for (name, reason) in document.repair_records(|_| true, self.now) {
                notes.push(format!("Repaired the preset \"{name}\": {reason}."));
            }
        }
        if notes.is_empty() {
            return Ok(None);
        }
        let repeated = |key: &String| {
            format!("Left out an earlier value of the key \"{key}\", which is in the copy.")
        };
        notes.extend(document.repeated.iter().map(repeated));
        self.result = PresetRepair { backup: None, repaired: notes };
        Ok(Some(document.to_text()))
    }

    fn preserve(&mut self, bytes: Option<&[u8]>) -> Result<(), PresetError> {
        let folder = &self.file.folder;
        let name = free_name::web_backup(&folder.join(&self.file.key), self.now);
        let write = |copy: &mut std::fs::File| copy.write_all(bytes.unwrap_or_default());
        let copied = free_name::write_private(folder, name, write);
        let copy = copied.map_err(|error| self.file.folder_error("written", error))?;
        self.result.backup = Some(copy);
        Ok(())
    }

    fn roll_back(&mut self) {
        if let Some(path) = self.result.backup.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl PresetDocument {
    /// Repairs the records with a problem that `is_wrong` selects; returns the name of each with what was
    /// wrong.
    pub(super) fn repair_records(
        &mut self,
        is_wrong: impl Fn(&PresetRecord<'_>) -> bool,
        now: Timestamp,
    ) -> Vec<(String, String)> {
        let mut repaired = Vec::new();
        for field in &mut self.records {
            let record = PresetRecord::of(field);
            let problem = record.problem().filter(|it| it.is_repairable() && is_wrong(&record));
            let Some(problem) = problem else { continue };
            repaired.push((record.preset().name, problem.reason));
            *field = record.repaired(now);
        }
        repaired
    }
}

/// Reads presets from a text of another shape: cut off, a list, or an object without the key `presets`.
/// Says what it leaves out.
fn reshape(bytes: &[u8], notes: &mut Vec<String>) -> PresetDocument {
    let Some((text, repairs)) = repair_bytes(bytes) else {
        notes.push(
            "Nothing in the file could be read; replaced it with one without presets.".to_owned(),
        );
        return PresetDocument::default();
    };
    notes.extend(repairs);
    if let Ok(document) = PresetDocument::parse(text.as_bytes()) {
        return document;
    }
    let text = text.trim();
    let Some(mut others) = Fields::of(text) else {
        return PresetDocument { records: list_records(text, notes), ..PresetDocument::default() };
    };
    let records = match others.remove("presets") {
        Some(presets) => list_records(&presets.raw, notes),
        None => others.all.extract_if(.., |field| field.raw.starts_with('{')).collect(),
    };
    PresetDocument { records, others: others.all, repeated: others.repeated }
}

/// Makes a record of each element of a raw list, under its id where that is free.
fn list_records(list: &str, notes: &mut Vec<String>) -> Vec<Field> {
    let raws = raw_elements(list);
    if raws.is_none() && list != "null" {
        let shown: String = list.chars().take(MAX_SHOWN).collect();
        notes.push(format!(
            "Left out a part that is not a list of presets; the copy has it: {shown}"
        ));
    }
    let mut records: Vec<Field> = Vec::new();
    for raw in raws.unwrap_or_default().into_iter().filter(|raw| *raw != "null") {
        let id = text_id(raw).filter(|id| records.iter().all(|record| record.key != *id));
        records.push(Field::new(id.unwrap_or_else(new_id), raw.to_owned()));
    }
    records
}

/// Returns the id of a raw record, if it can be the key of a preset.
fn text_id(raw: &str) -> Option<String> {
    let fields = Fields::of(raw)?;
    let is_whole = !has_unpaired_surrogate(fields.raw("id")?);
    fields.text("id").filter(|id| is_whole && !id.is_empty() && id != DEFAULT_PRESET)
}
