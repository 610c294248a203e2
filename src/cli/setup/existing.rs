//! What happens to settings that `config.toml` has with another value.

use crate::cli::error::CliError;
use crate::cli::output;

use super::config_text::ConfigText;
use super::questions::Questions;
use super::servers::ChosenServer;

/// Where the server is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerPlacement {
    /// As the server that is used unless another is named, in place of the one the file has.
    Default,
    /// In a table `[servers.NAME]`, beside the one the file has.
    Beside(String),
}

/// The settings of a server, which can stand in a table of its own.
const SERVER_SETTINGS: &[&str] =
    &["base_url", "model", "api_key_file", "api_key_command", "api_key_keyring"];

/// Asks before settings are replaced, each with its present and its new value. Without a person to ask
/// they are: the flags name them. Fails where they are to stay.
pub(super) fn choose(
    changed: &ConfigText,
    server: &ChosenServer,
    questions: &mut Questions,
) -> Result<ServerPlacement, CliError> {
    let replaced = changed.replaced();
    if replaced.is_empty() || !questions.is_interactive() {
        return Ok(ServerPlacement::Default);
    }
    let name = free_name(changed, server);
    let has_other_server = replaced.iter().any(|setting| setting.name == "base_url")
        && replaced.iter().all(|setting| SERVER_SETTINGS.contains(&setting.name));
    let mut choices = vec![(Some(ServerPlacement::Default), "Replace them".to_owned())];
    if has_other_server {
        let text = format!("Keep them, and add this server as [servers.{name}]");
        choices.push((Some(ServerPlacement::Beside(name)), text));
    }
    choices.push((None, "Keep them, and write nothing".to_owned()));
    output::print_message("\nconfig.toml has other values:");
    for setting in replaced {
        let (name, present) = (setting.name, &setting.present);
        let wanted = setting.wanted.as_deref().unwrap_or("removed");
        output::print_message(&format!("  {name}: {present} -> {wanted}"));
    }
    let names: Vec<String> = choices.iter().map(|(_, name)| name.clone()).collect();
    let index = questions.choose_listed("What should happen to them?", &names)?;
    let placement = choices.get(index).and_then(|(placement, _)| placement.clone());
    placement
        .ok_or_else(|| CliError::failed("Nothing was written: config.toml keeps its settings."))
}

/// A name for the table of a server that no other table has.
fn free_name(config: &ConfigText, server: &ChosenServer) -> String {
    let name = server.table_name();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !config.has_server(name)).unwrap_or(name)
}
