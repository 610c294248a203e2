//! Checks the names of themes and tools in the settings: only the program, or a folder, knows which exist.

use crate::settings::themes::Themes;

use super::error::SettingsError;
use super::resolve::{ResolvedSettings, line_of_key};
use super::setting::SettingSource;
use super::suggest::suggestion;

/// The tools there are; `tools` and `api` define them.
const TOOLS: &[&str] = &["calculator", "web_search"];

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
            return Err(self.wrong_value("theme", &settings.theme, text, &reason, &hint));
        }
        let unknown = settings.tools.iter().find(|name| !TOOLS.contains(&name.as_str()));
        match unknown {
            Some(name) => {
                let reason =
                    format!("There is no tool \"{name}\": there are {}.", TOOLS.join(", "));
                let hint = suggestion(name, TOOLS.iter().copied());
                Err(self.wrong_value("tools", name, text, &reason, &hint))
            }
            None => Ok(()),
        }
    }

    fn wrong_value(
        &self,
        name: &'static str,
        value: &str,
        text: &str,
        reason: &str,
        hint: &str,
    ) -> SettingsError {
        let source = self.sources.get(name).copied().unwrap_or(SettingSource::Default);
        if source != SettingSource::File {
            let (value, reason) = (value.to_owned(), format!("{reason}{hint}"));
            return SettingsError::Value { name, value, source_name: source, reason };
        }
        let line = line_of_key(text, name);
        SettingsError::File(self.file.clone(), format!("line {line} ({name}): {reason}{hint}"))
    }
}
