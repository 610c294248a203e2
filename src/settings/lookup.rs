//! Finds the value of one setting, in the order flag, environment, file, and remembers which it was.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::config_file::ConfigFile;
use super::config_position::line_of;
use super::error::{SettingsError, describe};
use super::invalid_value::InvalidValue;
use super::setting::{Setting, SettingSource};
use super::value::SettingValue;

/// Where values are looked for, and where each one found so far came from.
pub(super) struct SettingLookup<'a> {
    /// The text of a setting's flag, by the setting's name.
    pub(super) flag: &'a dyn Fn(&str) -> Option<String>,
    /// The text of an environment variable.
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    /// Finds a file that the configuration file names.
    pub(super) resolve_path: &'a dyn Fn(PathBuf) -> PathBuf,
    /// The configuration file, for the lines of its keys.
    pub(super) file: &'a ConfigFile,
    /// Where each value came from, by the setting's name.
    pub(super) sources: BTreeMap<&'static str, SettingSource>,
}

impl SettingLookup<'_> {
    /// The value of a setting, `None` where only its default is left; `file` is what the
    /// configuration file says.
    ///
    /// # Errors
    /// When a flag or a variable has a text that is no such value.
    pub(super) fn find<T: SettingValue>(
        &mut self,
        setting: &Setting,
        file: Option<T>,
    ) -> Result<Option<T>, SettingsError> {
        let (value, source) = if let Some((text, source)) = self.text(setting) {
            let value = T::parse(&text).map_err(|reason| SettingsError::Value {
                name: setting.name,
                value: text,
                source_name: source,
                reason,
            })?;
            (Some(value), source)
        } else {
            let source = if file.is_some() { SettingSource::File } else { SettingSource::Default };
            (file.map(|value| value.resolve_paths(self.resolve_path)), source)
        };
        self.sources.insert(setting.name, source);
        Ok(value)
    }

    /// Refuses a value that was set and cannot be used, naming the place where it was set.
    ///
    /// # Errors
    /// Where the check finds something wrong; a default is not checked.
    pub(super) fn require(
        &self,
        setting: &Setting,
        check: impl FnOnce() -> Result<(), InvalidValue>,
    ) -> Result<(), SettingsError> {
        let source = self.sources.get(setting.name).copied().unwrap_or(SettingSource::Default);
        if source == SettingSource::Default {
            return Ok(());
        }
        check().map_err(|error| {
            let value = self.text(setting).map_or_else(String::new, |(text, _)| text);
            error_of_source(setting.name, value, source, &error, self.file)
        })
    }

    /// What a flag or the environment says; an empty variable says nothing.
    fn text(&self, setting: &Setting) -> Option<(String, SettingSource)> {
        if let Some(long) = setting.flag_name()
            && let Some(text) = (self.flag)(setting.name)
        {
            return Some((text, SettingSource::Flag(long)));
        }
        setting.variables.iter().find_map(|variable| {
            let text = (self.env)(variable).filter(|text| !text.is_empty())?;
            Some((text, SettingSource::Environment(variable)))
        })
    }
}

/// The error of a value: with the line of the file, or with the flag or variable and its text.
pub(super) fn error_of_source(
    name: &'static str,
    value: String,
    source_name: SettingSource,
    error: &InvalidValue,
    file: &ConfigFile,
) -> SettingsError {
    let reason = error.reason.clone();
    if source_name != SettingSource::File {
        return SettingsError::Value { name, value, source_name, reason };
    }
    let keys: Vec<String> =
        std::iter::once(name.to_owned()).chain(error.path.iter().cloned()).collect();
    let path: Vec<&str> = keys.iter().map(String::as_str).collect();
    let line = line_of(file.text.as_deref().unwrap_or_default(), &path);
    SettingsError::File(file.path.clone(), describe(line, &keys, &reason))
}
