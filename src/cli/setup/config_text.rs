//! The text of `config.toml` with other settings: comments and everything else in it stay as they are.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use crate::chat::io_reason;
use crate::cli::error::CliError;
use crate::settings::{SETTINGS, Settings};

/// The comment at the top of a new file.
const FILE_COMMENT: &str = "# Settings of duologue. `duologue config` shows all of them with their values, `duologue help configuration` explains them.\n";

/// The configuration file with what is to change.
#[derive(Debug, Clone)]
pub(super) struct ConfigText {
    text: String,
    existing: BTreeMap<String, Spanned<toml::Value>>,
    /// Lines to add before the first table, each with its comment.
    added: String,
    /// A table to add at the end.
    table: String,
    replaced: Vec<ReplacedSetting>,
}

/// A setting that the file has with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReplacedSetting {
    pub(super) name: &'static str,
    pub(super) present: String,
    /// The value it gets; `None` where it is removed.
    pub(super) wanted: Option<String>,
    /// The bytes that are replaced, and the text in their place.
    span: Range<usize>,
    text: String,
}

impl ConfigText {
    /// Reads the file; a missing one is empty.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::parse(String::new()),
            Err(error) => {
                let why = io_reason(&error);
                Err(CliError::failed(format!("{} cannot be read: {why}.", path.display())))
            }
        }
    }

    /// Whether the file still has the text that was read.
    pub(super) fn is_still_in(&self, path: &Path) -> bool {
        fs::read_to_string(path).unwrap_or_default() == self.text
    }

    fn parse(text: String) -> Result<Self, CliError> {
        let existing =
            toml::from_str(&text).map_err(|_| CliError::usage("config.toml is not valid TOML."))?;
        let (added, table) = (String::new(), String::new());
        Ok(Self { text, existing, added, table, replaced: Vec::new() })
    }

    fn value(&self, name: &str) -> Option<&toml::Value> {
        self.existing.get(name).map(Spanned::get_ref)
    }

    /// The text that the file has for a setting.
    pub(super) fn present_text(&self, name: &str) -> Option<String> {
        self.value(name).and_then(toml::Value::as_str).map(str::to_owned)
    }

    /// Whether the file has a server of this name.
    pub(super) fn has_server(&self, name: &str) -> bool {
        self.value("servers").is_some_and(|servers| servers.get(name).is_some())
    }

    /// Whether a server, its key and its model are other ones than the file has.
    pub(super) fn would_change(&self, settings: &Settings, has_new_key: bool) -> bool {
        has_new_key
            || self.present_text("base_url").as_deref() != Some(&settings.base_url)
            || self.present_text("model").as_deref() != Some(&settings.model)
    }

    /// Sets a text, in place of the one the file has.
    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.change(name, &toml::Value::String(value.to_owned()));
    }

    /// Turns a switch on.
    pub(super) fn set_flag(&mut self, name: &'static str) {
        self.change(name, &toml::Value::Boolean(true));
    }

    fn change(&mut self, name: &'static str, value: &toml::Value) {
        match self.existing.get(name) {
            Some(present) if present.get_ref() == value => {}
            Some(present) => self.replaced.push(ReplacedSetting {
                name,
                present: present.get_ref().to_string(),
                wanted: Some(value.to_string()),
                span: present.span(),
                text: value.to_string(),
            }),
            None => {
                let setting = SETTINGS.iter().find(|setting| setting.name == name);
                let doc = setting.map_or("", |setting| setting.doc);
                self.added.push_str(&format!("\n# {doc}\n{name} = {value}\n"));
            }
        }
    }

    /// Removes a setting with its line.
    pub(super) fn remove(&mut self, name: &'static str) {
        let Some(present) = self.existing.get(name) else { return };
        let Range { start, end } = present.span();
        let before = self.text.get(..start).and_then(|text| text.rfind('\n'));
        let after = self.text.get(end..).and_then(|text| text.find('\n'));
        let start = before.map_or(0, |at| at.saturating_add(1));
        let end = after.map_or(self.text.len(), |at| end.saturating_add(at).saturating_add(1));
        self.replaced.push(ReplacedSetting {
            name,
            present: present.get_ref().to_string(),
            wanted: None,
            span: start..end,
            text: String::new(),
        });
    }

    /// Adds a server beside the one that is set, with settings of its own.
    pub(super) fn add_server(&mut self, name: &str, settings: &[(&'static str, String)]) {
        self.table = format!("\n[servers.{name}]\n");
        for (key, value) in settings {
            let value = toml::Value::String(value.clone());
            self.table.push_str(&format!("{key} = {value}\n"));
        }
    }

    /// The settings that get another value than the file has.
    pub(super) fn replaced(&self) -> &[ReplacedSetting] {
        &self.replaced
    }

    /// The whole text with what is to change; `None` where nothing is. Fails where the file is written in
    /// a way that cannot be extended, such as with all servers on one line.
    pub(super) fn changed_text(&self) -> Result<Option<String>, CliError> {
        if self.added.is_empty() && self.table.is_empty() && self.replaced.is_empty() {
            return Ok(None);
        }
        let mut text = self.with_added();
        text.push_str(&self.table);
        if has_only_crlf(&self.text) {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if text.parse::<toml::Table>().is_err() {
            return Err(CliError::failed(format!(
                "Nothing was written: config.toml has the servers on one line. Add these lines to it \
                 yourself:\n{}",
                self.table.trim()
            )));
        }
        Ok(Some(text))
    }

    /// The text with other values, from the last to the first so that their places stay right.
    fn with_replaced(&self) -> String {
        let mut replaced: Vec<&ReplacedSetting> = self.replaced.iter().collect();
        replaced.sort_by_key(|setting| std::cmp::Reverse(setting.span.start));
        let mut text = self.text.clone();
        for setting in replaced {
            text.replace_range(setting.span.clone(), &setting.text);
        }
        text
    }

    fn with_added(&self) -> String {
        let text = self.with_replaced();
        if text.trim().is_empty() {
            return format!("{FILE_COMMENT}{}", self.added);
        }
        if self.added.is_empty() {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            return format!("{text}{end}");
        }
        // Settings stand before the first table: after its header they would belong to it.
        let is_header = |line: &str| line.trim_start().starts_with('[');
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            if is_header(line) && is_valid_up_to(&text, end) {
                break;
            }
            end = end.saturating_add(line.len());
        }
        let end = start_of_comment(&text, end);
        let (before, tables) = text.split_at_checked(end).unwrap_or((&text, ""));
        let before = before.trim_end();
        let gap = if before.is_empty() { "" } else { "\n" };
        let tables = if tables.is_empty() { String::new() } else { format!("\n{tables}") };
        let added = if before.is_empty() { self.added.trim_start() } else { &self.added };
        format!("{before}{gap}{added}{tables}")
    }
}

/// Whether every line ends as Windows ends them.
fn has_only_crlf(text: &str) -> bool {
    text.contains('\n')
        && text.split_inclusive('\n').all(|line| !line.ends_with('\n') || line.ends_with("\r\n"))
}

/// Whether the text up to a byte is complete: a line that begins with a bracket may also be a part of a
/// list or of a text of several lines.
fn is_valid_up_to(text: &str, end: usize) -> bool {
    text.get(..end).is_some_and(|text| text.parse::<toml::Table>().is_ok())
}

/// Where the comment directly above a table begins; where the table does, if there is none.
fn start_of_comment(text: &str, table: usize) -> usize {
    let above = text.get(..table).unwrap_or_default();
    let lines = above.split_inclusive('\n').rev();
    let comment = lines.take_while(|line| line.trim_start().starts_with('#'));
    let start = table.saturating_sub(comment.map(str::len).sum());
    // The last lines of a text of several lines may look like a comment.
    if is_valid_up_to(text, start) { start } else { table }
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
        let text = with("").changed_text().unwrap().unwrap();
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["model"].as_str(), Some("new \"one\""));
        assert_eq!(table["api_key_keyring"].as_bool(), Some(true));
        let comments = text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(comments, 3, "{text}");
    }

    #[test]
    fn only_the_value_of_a_setting_changes_and_new_ones_come_before_tables() {
        let before = "# mine\nmodel = \"old\"  # for now\ntools = [\n[\n]]\n\n# keys\n[keys.composer]\nsend = []\n";
        let config = with(before);
        let text = config.changed_text().unwrap().unwrap();
        let [replaced] = config.replaced() else { panic!("{:?}", config.replaced()) };
        assert_eq!((replaced.name, replaced.present.as_str()), ("model", "\"old\""));
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["model"].as_str(), Some("new \"one\""));
        assert_eq!(table["api_key_keyring"].as_bool(), Some(true));
        for line in before.lines().filter(|line| !line.contains("old")) {
            assert!(text.contains(line), "{line} is gone:\n{text}");
        }
        assert!(text.contains("  # for now\n"), "{text}");
        assert_eq!(with(&text).changed_text().unwrap(), None);
    }

    #[test]
    fn the_line_ends_of_the_file_are_kept() {
        let before = "a = 1\r\nmodel = \"old\"\r\n\r\n# keys\r\n[keys.composer]\r\nsend = []\r\n";
        let mut config = with(before);
        config.add_server("b", &[("base_url", "http://b/v1".to_owned())]);
        let text = config.changed_text().unwrap().unwrap();
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
        assert!(text.contains("api_key_keyring = true\r\n"), "{text:?}");
        let mixed = with("a = 1\r\nb = 2\n").changed_text().unwrap().unwrap();
        assert!(mixed.starts_with("a = 1\r\nb = 2\n"), "{mixed:?}");
    }

    #[test]
    fn a_comment_directly_above_the_first_table_stays_there() {
        let text = with("a = 1\n\n# about prices\n# and more\n[prices]\n").changed_text().unwrap();
        assert!(
            text.as_ref().unwrap().ends_with("\n\n# about prices\n# and more\n[prices]\n"),
            "{text:?}"
        );
        assert!(text.unwrap().starts_with("a = 1\n\n# "));
        let text = with("# about prices\n[prices]\n").changed_text().unwrap().unwrap();
        assert!(text.ends_with("\n\n# about prices\n[prices]\n"), "{text}");
        let quoted = "a = \"\"\"\n# x\n# y\"\"\"\n[prices]\n";
        let text = with(quoted).changed_text().unwrap().unwrap();
        assert!(text.starts_with("a = \"\"\"\n# x\n# y\"\"\"\n"), "{text}");
    }

    #[test]
    fn a_server_beside_the_one_that_is_set_changes_nothing_else() {
        let before = "model = \"old\" # mine\n[servers.a]\nbase_url = \"http://a/v1\"\n";
        let mut config = ConfigText::parse(before.to_owned()).unwrap();
        assert!(config.has_server("a") && !config.has_server("b"));
        config.add_server("b", &[("base_url", "http://b/v1".to_owned())]);
        let text = config.changed_text().unwrap().unwrap();
        assert_eq!(text, format!("{before}\n[servers.b]\nbase_url = \"http://b/v1\"\n"));
        let mut config = ConfigText::parse("servers = {}\n".to_owned()).unwrap();
        config.add_server("b", &[("base_url", "http://b/v1".to_owned())]);
        assert!(config.changed_text().unwrap_err().text.contains("[servers.b]"));
    }
}
