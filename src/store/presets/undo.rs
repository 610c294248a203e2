//! The log of preset changes that can be undone, each with the record before the change.

use serde::{Deserialize, Serialize};

use crate::chat::{Timestamp, UNDO_SECONDS};
use crate::store::json::Field;

use super::document::PresetDocument;

/// How many changes can be undone.
const MAX_STEPS: usize = 100;

/// The changes that can be undone, in order of time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct PresetUndoLog(Vec<PresetUndoStep>);

/// An edit or a deletion of one preset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PresetUndoStep {
    pub at: Timestamp,
    /// The key of the preset.
    pub id: String,
    /// The key as it stands in the file, with quotes.
    pub raw_key: String,
    /// The name of the preset, for the sentence.
    pub name: String,
    /// The raw record before the change.
    pub old: String,
    /// The raw record after it; `None` where it was deleted.
    pub new: Option<String>,
    /// The key of the record before it in the file; `None` for the first.
    pub predecessor: Option<String>,
}

impl PresetUndoLog {
    pub(super) fn push(&mut self, step: PresetUndoStep) {
        self.0.retain(|it| step.at.seconds_since(it.at) <= UNDO_SECONDS);
        self.0.push(step);
        let over = self.0.len().saturating_sub(MAX_STEPS);
        self.0.drain(..over);
    }

    /// Removes a step that was not applied or has been undone.
    pub(super) fn remove(&mut self, step: &PresetUndoStep) {
        if let Some(at) = self.0.iter().rposition(|it| it == step) {
            self.0.remove(at);
        }
    }

    /// Returns the last change that can be undone.
    pub(super) fn last(&self, now: Timestamp) -> Option<&PresetUndoStep> {
        self.0.last().filter(|step| now.seconds_since(step.at) <= UNDO_SECONDS)
    }
}

impl PresetUndoStep {
    /// Returns the document with the record as it was; `None` where somebody has changed it since.
    pub(super) fn undo(&self, mut document: PresetDocument) -> Option<PresetDocument> {
        let present = document.position(&self.id);
        let records = &mut document.records;
        match (present.and_then(|at| records.get_mut(at)), &self.new) {
            (Some(record), Some(after)) if is_same_json(&record.raw, after) => {
                record.raw.clone_from(&self.old);
            }
            (None, None) => {
                let at = self.predecessor.as_ref().map(|id| {
                    let before = records.iter().position(|record| record.key == *id);
                    before.map_or(records.len(), |at| at.saturating_add(1))
                });
                let (key, raw_key) = (self.id.clone(), self.raw_key.clone());
                records.insert(at.unwrap_or(0), Field { key, raw_key, raw: self.old.clone() });
            }
            _ => return None,
        }
        Some(document)
    }

    /// Says in one sentence that the step was undone.
    pub(super) fn sentence(&self) -> String {
        match self.new {
            None => format!("Restored the preset \"{}\".", self.name),
            Some(_) => format!("Undid the change to the preset \"{}\".", self.name),
        }
    }
}

/// Tells whether two texts are the same JSON in any layout.
fn is_same_json(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || read(one).is_some_and(|value| Some(value) == read(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, at: i64) -> PresetUndoStep {
        PresetUndoStep {
            at: Timestamp::from_seconds(at),
            id: "p".into(),
            raw_key: "\"p\"".into(),
            name: name.into(),
            old: "{\"name\": \"A\"}".into(),
            new: Some("{\"name\": \"B\"}".into()),
            predecessor: None,
        }
    }

    #[test]
    fn a_change_can_be_undone_for_thirty_days() {
        let mut log = PresetUndoLog::default();
        log.push(step("A", 0));
        log.push(step("B", UNDO_SECONDS));
        let last = |seconds| log.last(Timestamp::from_seconds(seconds)).map(|it| it.name.as_str());
        assert_eq!(last(UNDO_SECONDS), Some("B"));
        assert_eq!(last(2 * UNDO_SECONDS + 1), None);
        log.remove(&step("B", UNDO_SECONDS));
        assert_eq!(log.last(Timestamp::from_seconds(0)).unwrap().name, "A");
    }

    #[test]
    fn a_record_that_is_laid_out_anew_is_undone_and_one_that_was_changed_is_not() {
        let undone = |text: &str| {
            Some(step("A", 0).undo(PresetDocument::parse(text.as_bytes()).unwrap())?.to_text())
        };
        let text = undone(r#"{"presets": {"p": {"name":"B"}}}"#).unwrap();
        assert!(text.contains(r#""p": {"name": "A"}"#), "{text}");
        for other in [r#"{"presets": {"p": {"name": "C"}}}"#, "{\"presets\": {}}"] {
            assert_eq!(undone(other), None);
        }
    }
}
