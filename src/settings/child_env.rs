//! What programs started from here inherit. An editor or a browser runs code of others, plugins say,
//! and has no use for the API key.

use std::process::Command;
use std::sync::OnceLock;

use super::table::SETTINGS;

/// The variables that the named servers of the settings have their keys in.
static KEY_VARIABLES: OnceLock<Vec<String>> = OnceLock::new();

/// Names the variables of this run that hold keys of named servers. Only the first call counts.
pub fn hide_variables<'a>(names: impl Iterator<Item = &'a str>) {
    let _ = KEY_VARIABLES.set(names.map(str::to_owned).collect());
}

/// Keeps the variables that may hold the API key out of a command's environment.
pub fn hide_api_key(command: &mut Command) -> &mut Command {
    let variables = SETTINGS.iter().filter(|setting| setting.name == "api_key");
    for variable in variables.flat_map(|setting| setting.variables) {
        command.env_remove(variable);
    }
    for variable in KEY_VARIABLES.get().into_iter().flatten() {
        command.env_remove(variable);
    }
    command
}
