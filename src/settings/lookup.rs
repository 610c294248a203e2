//! Finds the value of one setting, in the order flag, environment, file, and remembers which it was.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::SettingsError;
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
