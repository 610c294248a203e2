//! `duologue help`: prints a page of the manual, or the help of a command.

use clap::CommandFactory;

use crate::settings::suggestion;

use super::args::Cli;
use super::error::CliError;
use super::{help, manual_pages};

pub(super) fn run(topic: &[String]) -> Result<(), CliError> {
    if let [name] = topic
        && let Some(page) = manual_pages::find(name)
    {
        return manual_pages::print(page);
    }
    let commands = Cli::command();
    let mut names: Vec<&str> = commands.get_subcommands().map(clap::Command::get_name).collect();
    names.extend(manual_pages::names());
    let typed = topic.first().map_or("", String::as_str);
    let hint = suggestion(typed, names);
    let flag = "--help".to_owned();
    let command_line: Vec<String> =
        std::iter::once("duologue".to_owned()).chain(topic.iter().cloned()).chain([flag]).collect();
    match help::with_groups(Cli::command()).try_get_matches_from(command_line) {
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            Ok(())
        }
        Ok(_) | Err(_) => Err(CliError::usage(format!(
            "There is no page and no command \"{}\".{hint}\n\n{}\nCommands are listed by `duologue help`.",
            topic.join(" "),
            manual_pages::list_topics()
        ))),
    }
}
