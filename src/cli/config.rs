//! `duologue config`: the settings in effect and where each came from.
//! May not show the key.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::runtime;
use crate::settings::{EffectiveSetting, ResolvedSettings, SettingSource};

use super::output;
use crate::cli::error::CliError;

/// Characters of a value that are shown to people.
const MAX_VALUE_CHARS: usize = 60;

/// The words of the command.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print JSON: {"settings": {NAME: {"value", "source"}}, "paths": {...}}.
    #[arg(long)]
    json: bool,
}

/// Prints the settings.
///
/// # Errors
/// When standard output fails.
pub fn run(resolved: &ResolvedSettings, args: &ConfigArgs) -> Result<(), CliError> {
    let rows = resolved.effective();
    if args.json {
        let row = |row: &EffectiveSetting| {
            let about = json!({ "value": row.value, "source": row.source.to_string() });
            (row.setting.name.to_owned(), about)
        };
        let settings: Map<String, Value> = rows.iter().map(row).collect();
        let paths: Map<String, Value> = paths(resolved)
            .into_iter()
            .map(|(name, path)| (name.to_owned(), json!(path)))
            .collect();
        return output::write_json(&json!({ "settings": settings, "paths": paths }));
    }
    let mut text = String::new();
    for row in &rows {
        text.push_str(&format!("{:<20} {}", row.setting.name, format_value(&row.value)));
        match row.source {
            SettingSource::Default => text.push('\n'),
            other => text.push_str(&format!("   ({other})\n")),
        }
    }
    text.push('\n');
    for (name, path) in paths(resolved) {
        text.push_str(&format!("{name:<20} {path}\n"));
    }
    output::write_clean(&text)
}

/// Where things lie.
fn paths(resolved: &ResolvedSettings) -> Vec<(&'static str, String)> {
    let place = runtime::start::store_paths(&resolved.settings);
    let there = if resolved.file.exists() { "" } else { " (not there)" };
    vec![
        ("configuration file", format!("{}{there}", resolved.file.display())),
        ("shared file", place.chats_file().display().to_string()),
        ("state folder", resolved.settings.paths.state.display().to_string()),
    ]
}

/// A value on one line, long ones shortened.
fn format_value(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.replace('\n', " "),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    if text.chars().count() <= MAX_VALUE_CHARS {
        return text;
    }
    text.chars().take(MAX_VALUE_CHARS.saturating_sub(1)).chain(['…']).collect()
}
