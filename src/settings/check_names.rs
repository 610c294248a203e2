//! Checks the names of themes and tools in the settings: only the program, or a folder, knows which exist.

use crate::settings::themes::Themes;

use super::error::SettingsError;
use super::resolve::{ResolvedSettings, line_of_key};
use super::setting::SettingSource;
use super::suggest::suggestion;

/// The tools there are; `tools` and `api` define them.
const TOOLS: &[&str] = &["calculator", "web_search"];

/// Checks the name of a tool.
///
/// # Errors
/// For a name that does not exist, with the names that do and the one that may be meant.
pub(crate) fn check_tool_name(name: &str) -> Result<(), String> {
    if TOOLS.contains(&name) {
        return Ok(());
    }
    let hint = suggestion(name, TOOLS.iter().copied());
    Err(format!("There is no tool \"{name}\": there are {}.{hint}", TOOLS.join(", ")))
}

impl ResolvedSettings {
    /// Checks the names of the theme and the tools; `text` is the configuration file.
    ///
    /// # Errors
    /// For a name that does not exist, with the file and the line, and the name that may be meant.
    pub fn check_names(&self, text: &str) -> Result<(), SettingsError> {
        let settings = &self.settings;
        let themes = Themes::with_folder(&settings.paths.config.with_file_name("themes"));
        if let Err(reason) = themes.check(&settings.theme) {
            let names = themes.names();
            let hint = suggestion(&settings.theme, names.iter().map(String::as_str));
            let reason = format!("{reason}{hint}");
            return Err(self.wrong_value("theme", &settings.theme, text, reason));
        }
        settings.tools.iter().try_for_each(|name| {
            check_tool_name(name).map_err(|reason| self.wrong_value("tools", name, text, reason))
        })
    }

    fn wrong_value(
        &self,
        name: &'static str,
        value: &str,
        text: &str,
        reason: String,
    ) -> SettingsError {
        let source = self.sources.get(name).copied().unwrap_or(SettingSource::Default);
        if source != SettingSource::File {
            let value = value.to_owned();
            return SettingsError::Value { name, value, source_name: source, reason };
        }
        let line = line_of_key(text, name);
        SettingsError::File(self.file.clone(), format!("line {line} ({name}): {reason}"))
    }
}
