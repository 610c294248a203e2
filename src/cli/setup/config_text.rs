//! The text of `config.toml` with settings added: nothing that is there already changes.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::cli::error::CliError;
use crate::settings::SETTINGS;

/// The comment at the top of a new file.
const FILE_COMMENT: &str = "# Settings of duologue. `duologue config` shows all of them with their values, `duologue help configuration` explains them.\n";

/// The configuration file with what is to be added.
#[derive(Debug)]
pub(super) struct ConfigText {
    text: String,
    existing: toml::Table,
    /// Lines to add, each with its comment.
    added: String,
    conflicts: Vec<ConflictingSetting>,
}

/// A setting that the file has with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConflictingSetting {
    pub(super) name: &'static str,
    pub(super) present: String,
    pub(super) wanted: String,
}

impl ConfigText {
    /// Reads the file; a missing one is empty.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::parse(String::new()),
            Err(error) => {
                Err(CliError::failed(format!("{} cannot be read: {error}.", path.display())))
            }
        }
    }

    fn parse(text: String) -> Result<Self, CliError> {
        let existing =
            text.parse().map_err(|_| CliError::usage("config.toml is not valid TOML."))?;
        Ok(Self { text, existing, added: String::new(), conflicts: Vec::new() })
    }

    /// The text that the file has for a setting.
    pub(super) fn present_text(&self, name: &str) -> Option<String> {
        self.existing.get(name).and_then(toml::Value::as_str).map(str::to_owned)
    }

    /// Sets a text, unless the file has the setting already.
    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.add(name, toml::Value::String(value.to_owned()));
    }

    /// Turns a switch on.
    pub(super) fn set_flag(&mut self, name: &'static str) {
        self.add(name, toml::Value::Boolean(true));
    }

    fn add(&mut self, name: &'static str, value: toml::Value) {
        match self.existing.get(name) {
            Some(present) if *present == value => {}
            Some(present) => {
                let (present, wanted) = (present.to_string(), value.to_string());
                self.conflicts.push(ConflictingSetting { name, present, wanted });
            }
            None => {
                let setting = SETTINGS.iter().find(|setting| setting.name == name);
                let doc = setting.map_or("", |setting| setting.doc);
                self.added.push_str(&format!("\n# {doc}\n{name} = {value}\n"));
                self.existing.insert(name.to_owned(), value);
            }
        }
    }

    /// The settings that stay as they are because the file has them with another value.
    pub(super) fn conflicts(&self) -> &[ConflictingSetting] {
        &self.conflicts
    }

    /// The whole text with what was added; `None` where nothing was.
    pub(super) fn changed_text(&self) -> Option<String> {
        if self.added.is_empty() {
            return None;
        }
        if self.text.trim().is_empty() {
            return Some(format!("{FILE_COMMENT}{}", self.added));
        }
        // Settings stand before the first table: after its header they would belong to it.
        let is_header = |line: &str| line.trim_start().starts_with('[');
        let mut end = 0;
        for line in self.text.split_inclusive('\n') {
            if is_header(line) && self.is_valid_up_to(end) {
                break;
            }
            end = end.saturating_add(line.len());
        }
        let (before, tables) = self.text.split_at_checked(end).unwrap_or((&self.text, ""));
        let before = before.trim_end();
        let gap = if before.is_empty() { "" } else { "\n" };
        let tables = if tables.is_empty() { String::new() } else { format!("\n{tables}") };
        let added = if before.is_empty() { self.added.trim_start() } else { &self.added };
        Some(format!("{before}{gap}{added}{tables}"))
    }

    /// Whether the text up to a byte is complete: a line that begins with a bracket may also be a part
    /// of a list or of a text of several lines.
    fn is_valid_up_to(&self, end: usize) -> bool {
        self.text.get(..end).is_some_and(|text| text.parse::<toml::Table>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> ConfigText {
        let mut config = ConfigText::parse(text.to_owned()).unwrap();
        config.set("model", "new \"one\"");
        config.set_flag("api_key_keyring");
        config
    }

    #[test]
    fn a_new_file_has_a_comment_for_each_setting_and_can_be_read_again() {
        let text = with("").changed_text().unwrap();
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["model"].as_str(), Some("new \"one\""));
        assert_eq!(table["api_key_keyring"].as_bool(), Some(true));
        let comments = text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(comments, 3, "{text}");
    }

    #[test]
    fn what_is_there_stays_and_settings_come_before_tables() {
        let before =
            "# mine\nmodel = \"old\"\ntools = [\n[\n]]\n\n# keys\n[keys.composer]\nsend = []\n";
        let config = with(before);
        let text = config.changed_text().unwrap();
        assert_eq!(config.conflicts().len(), 1);
        assert_eq!(
            (config.conflicts()[0].name, config.conflicts()[0].present.as_str()),
            ("model", "\"old\"")
        );
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["model"].as_str(), Some("old"));
        assert_eq!(table["api_key_keyring"].as_bool(), Some(true));
        for line in before.lines() {
            assert!(text.contains(line), "{line} is gone:\n{text}");
        }
        let same = with(&text);
        assert_eq!(same.changed_text(), None);
    }
}
