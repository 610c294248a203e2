//! What was done to presets and may still be undone by an old copy, and what can be taken back:
//! one private file, written before the presets are.
//! May not touch the presets.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chat::{Preset, PresetChange, Timestamp};

use crate::store::file::confirm;
use crate::store::presets::layout::{LayoutError, StoredPreset, find_preset};
use crate::store::presets::patch::{self, InsertPosition};
use crate::store::state::StateFile;

/// How long something can be taken back, in seconds.
const UNDO_RETENTION_SECONDS: i64 = 30 * 24 * 60 * 60;
/// How many things can be taken back.
const MAX_UNDO_STEPS: usize = 100;

/// The notes on one file of presets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct PresetJournal {
    /// The file it is about.
    pub file: PathBuf,
    /// What an old copy could undo, in the order it was done.
    pub open: Vec<UnconfirmedChange>,
    /// What can be taken back, the latest last.
    pub undo: Vec<UndoStep>,
}

/// Something done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UnconfirmedChange {
    pub change: PresetChange,
    /// The value put in, or the values removed, to the byte.
    pub values: Vec<String>,
    /// The key it stood under, where it had another than its id.
    pub key: Option<String>,
    /// Where it was put in.
    pub spot: InsertPosition,
    /// When it was done.
    pub at: Timestamp,
    /// When it was last written, or its wait began anew.
    pub since: Timestamp,
    /// A time of the file that says nothing, because it was in the future.
    pub ignored: Option<Timestamp>,
}

/// Something that can be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UndoStep {
    pub at: Timestamp,
    pub what: UndoAction,
}

/// What taking back does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum UndoAction {
    /// Puts a removed preset back.
    PutBack { preset: Preset, key: Option<String>, value: String, behind: Option<String> },
    /// Gives a preset back the fields it had.
    ChangeBack { before: Preset, after: Preset },
}

impl PresetJournal {
    /// The ledger as it is on disk.
    pub(super) fn read(path: &Path, file: &Path) -> io::Result<Self> {
        Ok(Self { file: file.to_path_buf(), ..StateFile::at(path.to_path_buf()).read()? })
    }

    /// Puts it on disk. The lock of the presets is held from reading it until this.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        StateFile::at(path.to_path_buf()).update(|ledger: &mut Self| ledger.clone_from(self))
    }

    /// Notes something done, and forgets what it makes pointless.
    pub(super) fn add_change(&mut self, mut noted: UnconfirmedChange) {
        let id = noted.change.id().to_owned();
        if matches!(noted.change, PresetChange::Delete { .. }) {
            // An old copy may hold the preset as it was at any time.
            for older in self.open.extract_if(.., |it| it.change.id() == id) {
                noted.values.extend(older.values);
            }
        } else if matches!(noted.change, PresetChange::Create { .. }) {
            self.open.retain(|it| it.change.id() != id);
        }
        self.open.push(noted);
    }

    /// Notes how something is taken back.
    pub(super) fn push_undo(&mut self, what: UndoAction, at: Timestamp) {
        self.undo.retain(|it| at.seconds_since(it.at) <= UNDO_RETENTION_SECONDS);
        self.undo.push(UndoStep { at, what });
        let over = self.undo.len().saturating_sub(MAX_UNDO_STEPS);
        self.undo.drain(..over);
    }

    /// The last thing that can be taken back.
    pub(super) fn pop_undo(&mut self, now: Timestamp) -> Option<UndoAction> {
        self.undo.retain(|it| now.seconds_since(it.at) <= UNDO_RETENTION_SECONDS);
        self.undo.pop().map(|it| it.what)
    }

    /// The text with everything in it that an old copy undid, and how much that was.
    pub(super) fn reapply(
        &mut self,
        text: &str,
        now: Timestamp,
    ) -> Result<(String, usize), LayoutError> {
        let mut new = text.to_owned();
        let mut again = Vec::new();
        for (place, noted) in self.open.iter().enumerate() {
            if let Some(done) = noted.reapply_to(&new)? {
                new = done;
                again.push(place);
            }
        }
        // Steps that cancel each other out are no loss.
        if new == text {
            return Ok((new, 0));
        }
        for place in &again {
            if let Some(noted) = self.open.get_mut(*place) {
                (noted.since, noted.ignored) = (now, None);
            }
        }
        Ok((new, again.len()))
    }

    /// Forgets what no old copy can undo any more.
    pub(super) fn remove_confirmed(&mut self, file: Option<Timestamp>, now: Timestamp, wait: i64) {
        self.open.retain_mut(|noted| {
            let times = confirm::ConfirmationTimes {
                since: noted.since,
                file_modified: file,
                ignored_file_time: noted.ignored,
            };
            match crate::store::file::confirm::check_confirmation(times, now, wait) {
                crate::store::file::confirm::ConfirmationStatus::Confirmed => false,
                crate::store::file::confirm::ConfirmationStatus::Pending => true,
                crate::store::file::confirm::ConfirmationStatus::Restart => {
                    (noted.since, noted.ignored) = (now, file);
                    true
                }
            }
        });
    }
}

impl UnconfirmedChange {
    /// The text with the change in it, where it lacks it.
    fn reapply_to(&self, text: &str) -> Result<Option<String>, LayoutError> {
        let known = find_preset(text, self.change.id())?;
        // Whoever changed it later knew what was there.
        let later = |it: &StoredPreset| it.updated_at.is_some_and(|at| at > self.at.seconds());
        match (&self.change, known) {
            (PresetChange::Create { preset }, None) => {
                let value = self.values.first().map(String::as_str).unwrap_or_default();
                let key = self.key.as_deref().unwrap_or(&preset.id);
                patch::insert_raw(text, &preset.id, key, value, &self.spot).map(Some)
            }
            (PresetChange::Edit { before, after }, Some(known)) if !later(&known) => {
                let left = crate::chat::preset_change::remaining_edit(&known.preset, before, after);
                if left == known.preset {
                    return Ok(None);
                }
                patch::edit_preset(text, &known.preset, &left, self.at).map(Some)
            }
            (PresetChange::Delete { id, .. }, Some(known)) if !later(&known) => {
                let is_old = self.values.iter().any(|old| is_same_json(old, &known.value));
                if is_old { patch::remove_preset(text, id).map(Some) } else { Ok(None) }
            }
            _ => Ok(None),
        }
    }
}

/// Whether two texts are the same JSON, however it is laid out.
fn is_same_json(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || read(one).is_some_and(|it| Some(it) == read(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn preset(id: &str, name: &str) -> Preset {
        let instructions = Some("Do.".to_owned());
        Preset { id: id.into(), name: name.into(), instructions, ..Preset::default() }
    }

    /// A text after a change, and the notes on it.
    fn done(ledger: &mut PresetJournal, text: &str, change: PresetChange, now: i64) -> String {
        let old = find_preset(text, change.id()).unwrap().map(|it| it.value);
        let new = match &change {
            PresetChange::Create { preset } => patch::add_preset(text, preset, at(now)),
            PresetChange::Edit { before, after } => {
                patch::edit_preset(text, before, after, at(now))
            }
            PresetChange::Delete { id, .. } => patch::remove_preset(text, id),
        };
        let new = new.unwrap();
        let value = find_preset(&new, change.id()).unwrap().map(|it| it.value);
        let values = match change {
            PresetChange::Create { .. } => value.into_iter().collect(),
            PresetChange::Edit { .. } | PresetChange::Delete { .. } => {
                old.into_iter().chain(value).collect()
            }
        };
        ledger.add_change(UnconfirmedChange {
            change,
            values,
            key: None,
            spot: InsertPosition::Last,
            at: at(now),
            since: at(now),
            ignored: None,
        });
        new
    }

    /// Every version a series of changes went through.
    fn series(ledger: &mut PresetJournal) -> Vec<String> {
        let (poet, cook) = (preset("p", "Poet"), preset("c", "Cook"));
        let bard = Preset { name: "Bard".into(), model: Some("m".into()), ..poet.clone() };
        let chef = Preset { name: "Chef".into(), ..cook.clone() };
        let mut versions = vec!["{\"presets\": {\"c\": {\"name\": \"Cook\", \"instructions\": \"Do.\", \"odd\": 1.50}}}".to_owned()];
        let steps = [
            PresetChange::Create { preset: poet.clone() },
            PresetChange::Edit { before: poet.clone(), after: bard.clone() },
            PresetChange::Edit { before: bard, after: poet },
            PresetChange::Create { preset: preset("x", "X") },
            PresetChange::Edit { before: cook, after: chef },
            PresetChange::Delete { id: "x".into(), name: "X".into() },
        ];
        for (second, step) in (10..).zip(steps) {
            let last = versions.last().unwrap().clone();
            versions.push(done(ledger, &last, step, second));
        }
        versions
    }

    #[test]
    fn whichever_old_copy_comes_back_everything_is_done_again() {
        let mut ledger = PresetJournal::default();
        let versions = series(&mut ledger);
        let last = layout(versions.last().unwrap());
        for (number, old) in versions.iter().enumerate() {
            let mut ledger = ledger.clone();
            let (healed, again) = ledger.reapply(old, at(50)).unwrap();
            assert_eq!(layout(&healed), last, "version {number}");
            assert!(healed.contains("\"odd\": 1.50"));
            let (twice, none) = ledger.reapply(&healed, at(60)).unwrap();
            assert_eq!((twice, none), (healed, 0), "healing again changes nothing");
            assert_eq!(again > 0, number + 1 < versions.len(), "version {number}");
        }
    }

    fn layout(text: &str) -> Vec<Preset> {
        crate::store::presets::layout::parse_presets(text).unwrap()
    }

    #[test]
    fn what_somebody_chose_later_stays() {
        let mut ledger = PresetJournal::default();
        let versions = series(&mut ledger);
        let last = versions.last().unwrap();
        let theirs = last
            .replace("\"Chef\"", "\"Cook\"")
            .replace("\"updated_at\": 14", "\"updated_at\": 40");
        assert_ne!(&theirs, last);
        assert_eq!(ledger.reapply(&theirs, at(50)).unwrap(), (theirs, 0));
        let gone =
            patch::add_preset(last, &Preset { name: "Y".into(), ..preset("x", "Y") }, at(45))
                .unwrap();
        assert_eq!(ledger.reapply(&gone, at(50)).unwrap().1, 0, "it is another one now");
    }

    #[test]
    fn notes_are_forgotten_when_no_old_copy_can_be_left() {
        let mut ledger = PresetJournal::default();
        series(&mut ledger);
        ledger.remove_confirmed(Some(at(15)), at(319), confirm::STALE_WRITER_WINDOW);
        assert!(!ledger.open.is_empty());
        ledger.remove_confirmed(Some(at(200)), at(330), confirm::STALE_WRITER_WINDOW);
        assert!(!ledger.open.is_empty(), "somebody wrote since");
        ledger.remove_confirmed(Some(at(200)), at(511), confirm::STALE_WRITER_WINDOW);
        assert!(ledger.open.is_empty());
    }

    #[test]
    fn what_can_be_taken_back_goes_after_thirty_days() {
        let mut ledger = PresetJournal::default();
        let undone = |name: &str| UndoAction::ChangeBack {
            before: preset("p", name),
            after: preset("p", "Z"),
        };
        ledger.push_undo(undone("A"), at(0));
        ledger.push_undo(undone("B"), at(UNDO_RETENTION_SECONDS));
        assert_eq!(ledger.clone().pop_undo(at(UNDO_RETENTION_SECONDS)), Some(undone("B")));
        assert_eq!(ledger.pop_undo(at(UNDO_RETENTION_SECONDS + UNDO_RETENTION_SECONDS + 1)), None);
    }
}
