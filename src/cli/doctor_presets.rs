//! The part of `duologue doctor` that checks the presets file and repairs it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::chat::count;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{PresetCheck, PresetError, PresetFile, PresetRepair};

use super::doctor_report::error_json;
use super::error::{CliError, code};
use super::output;
use super::presets::problem_json;

/// The state of the presets file, after the repair where one was made.
pub(super) struct PresetsReport {
    path: PathBuf,
    outcome: Result<(PresetCheck, PresetRepair), CliError>,
}

impl PresetsReport {
    /// Checks the presets file of the user, and repairs it where that is wanted.
    pub(super) fn of(settings: &Settings, may_repair: bool) -> Self {
        let file = PresetFile::of(settings);
        let outcome = check(&file, may_repair).map_err(CliError::from);
        Self { path: file.path().to_path_buf(), outcome }
    }

    /// The exit code for what is left.
    pub(super) fn exit_code(self) -> Result<u8, CliError> {
        let (check, _) = self.outcome?;
        Ok(if check.is_good() { code::DONE } else { code::FAILED })
    }

    /// Prints the report, and the next step to standard error.
    pub(super) fn print(&self) -> Result<(), CliError> {
        let Ok((check, repair)) = &self.outcome else { return Ok(()) };
        let mut lines = repair.repaired.clone();
        let path = self.path.display();
        match check {
            PresetCheck::Missing => {}
            PresetCheck::Unreadable(why) => {
                lines.push(format!("{path}: the web app cannot read the presets: {why}."));
            }
            PresetCheck::Readable(list) => {
                // The built-in preset is not in the file.
                let presets = count::phrase(list.presets.len().saturating_sub(1), "preset");
                lines.push(format!("{path}: {presets}."));
            }
        }
        lines.extend(check.problems().map(|it| format!("  {}: {}", it.id, it.sentence())));
        let line = |line: &String| line.replace('\n', " ") + "\n";
        output::write_clean(&lines.iter().map(line).collect::<String>())?;
        if let Some(backup) = &repair.backup {
            let backup = backup.display();
            output::print_message(&format!("A copy of the original presets is kept in {backup}."));
        } else if !check.is_good() {
            output::print_message("`duologue doctor --fix` repairs the presets; a copy is kept.");
        }
        Ok(())
    }

    /// Returns the report for other programs.
    pub(super) fn as_json(&self) -> Value {
        let (check, repair) = match &self.outcome {
            Ok(outcome) => outcome,
            Err(error) => return error_json(&self.path, error),
        };
        let unreadable = match check {
            PresetCheck::Unreadable(why) => Some(why),
            PresetCheck::Missing | PresetCheck::Readable(_) => None,
        };
        json!({
            "file": self.path.display().to_string(),
            "good": check.is_good(),
            "unreadable": unreadable,
            "problems": check.problems().map(problem_json).collect::<Vec<_>>(),
            "backup": repair.backup.as_ref().map(|path| path.display().to_string()),
            "repaired": repair.repaired,
        })
    }
}

fn check(file: &PresetFile, may_repair: bool) -> Result<(PresetCheck, PresetRepair), PresetError> {
    let check = file.check()?;
    if !may_repair || check.is_good() {
        return Ok((check, PresetRepair::default()));
    }
    let repair = file.repair(clock::now())?;
    Ok((file.check()?, repair))
}
