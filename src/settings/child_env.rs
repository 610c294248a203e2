//! What programs started from here inherit. An editor or a browser runs code of others, plugins say,
//! and has no use for the API key.

use std::process::Command;

use super::table::SETTINGS;

/// Keeps the variables that may hold the API key out of a command's environment.
pub fn hide_api_key(command: &mut Command) -> &mut Command {
    let variables = SETTINGS.iter().filter(|setting| setting.name == "api_key");
    for variable in variables.flat_map(|setting| setting.variables) {
        command.env_remove(variable);
    }
    command
}
