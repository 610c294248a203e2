//! Values that are names of things which only the program or a folder knows: themes and tools.

use crate::settings::themes::Themes;

use super::error::SettingsError;
use super::resolve::{ResolvedSettings, line_of_key};
use super::setting::SettingSource;
use super::suggest::suggestion;
use super::table::Settings;

/// The tools there are; `tools` and `api` define them.
const TOOLS: &[&str] = &["calculator", "web_search"];

impl Settings {
    /// Checks that there is a tool of this name: one of this program, an MCP server or one of its tools.
    ///
    /// # Errors
    /// The reason, and the name that may be meant.
    pub fn check_tool(&self, name: &str) -> Result<(), (String, String)> {
        if TOOLS.contains(&name) || self.mcp.has_tool(name) {
            return Ok(());
        }
        let names: Vec<&str> =
            TOOLS.iter().copied().chain(self.mcp.iter().map(|(server, _)| server)).collect();
        let reason = format!("There is no tool \"{name}\": there are {}.", names.join(", "));
        Err((reason, suggestion(name, names.iter().copied())))
    }
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
            return Err(self.wrong_value("theme", &settings.theme, text, &reason, &hint));
        }
        match settings.tools.iter().find_map(|name| settings.check_tool(name).err().zip(Some(name)))
        {
            Some(((reason, hint), name)) => {
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
