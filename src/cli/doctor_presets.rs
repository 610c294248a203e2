//! The part of `duologue doctor` that checks the presets file and repairs it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{PresetCheck, PresetFile, PresetRepair};

use super::error::CliError;
use super::presets::problem_json;

/// What is done about the problems found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PresetsAction {
    /// They are reported.
    Report,
    /// Repair them, then report what is left.
    Repair,
}

/// The state of the presets file, after the repair where one was made.
pub(super) struct PresetsReport {
    path: PathBuf,
    check: PresetCheck,
    repair: PresetRepair,
}

impl PresetsReport {
    /// Checks the presets file of the user, and repairs it where that is wanted.
    pub(super) fn of(settings: &Settings, action: PresetsAction) -> Result<Self, CliError> {
        let file = PresetFile::of(settings);
        let mut check = file.check()?;
        let mut repair = PresetRepair::default();
        if action == PresetsAction::Repair && !check.is_good() {
            repair = file.repair(clock::now())?;
            check = file.check()?;
        }
        Ok(Self { path: file.path().to_path_buf(), check, repair })
    }

    pub(super) fn is_good(&self) -> bool {
        self.check.is_good()
    }

    /// Returns the path of the copy that was made before the repair.
    pub(super) fn backup(&self) -> Option<String> {
        self.repair.backup.as_ref().map(|path| path.display().to_string())
    }

    /// Returns the lines for people; none where there is no file.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for sentence in &self.repair.repaired {
            text.push_str(&format!("{sentence}\n"));
        }
        let path = self.path.display();
        match &self.check {
            PresetCheck::Missing => {}
            PresetCheck::Unreadable(why) => {
                text.push_str(&format!("{path}: the web app cannot read the presets: {why}.\n"));
            }
            PresetCheck::Readable(list) => {
                // The built-in preset is not in the file.
                let count = list.presets.len().saturating_sub(1);
                let what = if count == 1 { "preset" } else { "presets" };
                text.push_str(&format!("{path}: {count} {what}.\n"));
            }
        }
        for problem in self.check.problems() {
            let line = format!("{}: {}", problem.id, problem.sentence());
            text.push_str(&format!("  {}\n", line.replace('\n', " ")));
        }
        text
    }

    /// Returns the report for other programs.
    pub(super) fn as_json(&self) -> Value {
        let unreadable = match &self.check {
            PresetCheck::Unreadable(why) => Some(why),
            PresetCheck::Missing | PresetCheck::Readable(_) => None,
        };
        json!({
            "file": self.path.display().to_string(),
            "good": self.is_good(),
            "unreadable": unreadable,
            "problems": self.check.problems().map(problem_json).collect::<Vec<_>>(),
            "backup": self.backup(),
            "repaired": self.repair.repaired,
        })
    }
}
