//! `duologue config`: prints the settings in effect and where each came from.
//! Must not print the API key: the output ends up in bug reports.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::runtime;
use crate::settings::{EffectiveSetting, ResolvedSettings, SettingSource};
use crate::store::PresetFile;

use super::error::CliError;
use super::output;

/// The most characters of a value in the table for people.
const MAX_VALUE_CHARS: usize = 60;

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Print JSON: {"settings": {NAME: {"value", "source"}}, "paths": {...}}.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(resolved: &ResolvedSettings, args: &ConfigArgs) -> Result<(), CliError> {
    let rows = resolved.effective();
    if args.json {
        let row = |row: &EffectiveSetting| {
            let fields = json!({ "value": row.value, "source": row.source.to_string() });
            (row.setting.name.to_owned(), fields)
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

/// The files and folders in use, each with a label.
fn paths(resolved: &ResolvedSettings) -> Vec<(&'static str, String)> {
    let store = runtime::start::store_paths(&resolved.settings);
    let missing = if resolved.file.exists() { "" } else { " (does not exist)" };
    vec![
        ("configuration file", format!("{}{missing}", resolved.file.display())),
        ("shared file", store.chats_file().display().to_string()),
        ("presets", PresetFile::of(&resolved.settings).path().display().to_string()),
        ("state folder", resolved.settings.paths.state.display().to_string()),
        ("cache folder", resolved.settings.paths.cache.display().to_string()),
        ("log", resolved.settings.paths.log().display().to_string()),
    ]
}

/// A value on one line, cut after [`MAX_VALUE_CHARS`].
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
