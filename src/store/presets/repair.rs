//! Checks whether the web app can read the presets file, and repairs it; a copy is kept.

use std::io;
use std::path::PathBuf;

use crate::chat::preset::{PresetProblem, PresetRules};
use crate::chat::{PresetList, Timestamp};
use crate::store::doctor::repair_bytes;
use crate::store::file::private::{self, Durability};
use crate::store::file::text_file::TextEdit;
use crate::store::json::{decode_string, elements};

use super::document::{Field, PresetDocument, object_fields};
use super::record::{Record, json_string};
use super::{PresetError, PresetFile};

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

/// What a repair did.
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

    /// Returns whether the web app reads and keeps every preset.
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
            Err(PresetError::Layout(_, error)) => Ok(PresetCheck::Unreadable(error.to_string())),
            Err(error) => Err(error),
        }
    }

    /// Repairs the file without losing any text.
    ///
    /// # Errors
    /// When it cannot be read or written; then it is as it was.
    pub fn repair(&self, now: Timestamp) -> Result<PresetRepair, PresetError> {
        let _held = self.lock()?;
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
        self.result = PresetRepair::default();
        let repaired = &mut self.result.repaired;
        let parsed = PresetDocument::parse(bytes);
        let mut document = match parsed {
            Ok(document) => document,
            Err(error) => {
                repaired.push(format!(
                    "Rewrote the presets in the format of the web app. The problem was: {error}."
                ));
                reshape(bytes).ok_or_else(|| self.file.layout_error(error))?
            }
        };
        for field in &mut document.records {
            let record = Record::of(field);
            let problem = record.problem().filter(PresetProblem::is_repairable);
            let is_wrong = problem.is_some() || record.is_of_earlier_version();
            if self.file.rules == PresetRules::Own || !is_wrong {
                continue;
            }
            let Some(raw) = record.repaired(self.now) else { continue };
            field.raw = raw;
            let reason = problem.map_or("its tools had another key".to_owned(), |it| it.reason);
            repaired.push(format!("Repaired the preset {}: {reason}.", field.key));
        }
        Ok((!repaired.is_empty()).then(|| document.to_text()))
    }

    fn preserve(&mut self, bytes: Option<&[u8]>) -> Result<(), PresetError> {
        let seconds = self.now.seconds();
        let name = |number: u32| {
            format!("{}.backup.{}", self.file.key, seconds.saturating_add(i64::from(number)))
        };
        let free = (0..1000).map(|number| self.file.folder.join(name(number)));
        let path = free.into_iter().find(|path| !path.exists()).unwrap_or_default();
        private::replace(&path, bytes.unwrap_or_default(), Durability::Synced)
            .map_err(|error| PresetError::Io(path.clone(), error))?;
        self.result.backup = Some(path);
        Ok(())
    }

    fn roll_back(&mut self) {
        if let Some(path) = self.result.backup.take() {
            let _ = std::fs::remove_file(path);
        }
    }

    fn io_error(&self, error: io::Error) -> PresetError {
        self.file.io_error(error)
    }
}

/// Reads presets from a text of another shape: cut off, a list, or an object without the key `presets`.
/// Returns `None` where it is unclear what was meant.
fn reshape(bytes: &[u8]) -> Option<PresetDocument> {
    let text = repair_bytes(bytes)?;
    if let Ok(document) = PresetDocument::parse(text.as_bytes()) {
        return Some(document);
    }
    let text = text.trim();
    let Some(mut others) = object_fields(text, 0..text.len()) else {
        return Some(PresetDocument { records: list_records(text), others: Vec::new() });
    };
    let records = match others.iter().position(|field| field.key == "presets") {
        Some(at) => list_records(&others.remove(at).raw),
        None => others.extract_if(.., |field| field.raw.starts_with('{')).collect(),
    };
    Some(PresetDocument { records, others })
}

/// Reads the records of a raw list; the id of each becomes its key.
fn list_records(list: &str) -> Vec<Field> {
    let ranges = if list.starts_with('[') { elements(list, 0..list.len()) } else { Ok(Vec::new()) };
    let raws = ranges.unwrap_or_default().into_iter().filter_map(|range| list.get(range));
    let record = |raw: &str| {
        let fields = object_fields(raw, 0..raw.len())?;
        let text = |key: &str| fields.iter().find(|field| field.key == key);
        let id = text("id").or_else(|| text("name"))?;
        let key = decode_string(&id.raw);
        Some(Field { raw_key: json_string(&key), key, raw: raw.to_owned() })
    };
    raws.filter_map(record).collect()
}
