//! `duologue help`: prints a page of the manual, or the help of a command.

use clap::CommandFactory;

use super::args::Cli;
use super::error::CliError;
use super::{help, manual_pages};

pub(super) fn run(topic: &[String]) -> Result<(), CliError> {
    if let [name] = topic
        && let Some(page) = manual_pages::find(name)
    {
        return manual_pages::print(page);
    }
    let flag = "--help".to_owned();
    let command_line: Vec<String> =
        std::iter::once("duologue".to_owned()).chain(topic.iter().cloned()).chain([flag]).collect();
    match help::with_groups(Cli::command()).try_get_matches_from(command_line) {
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            Ok(())
        }
        Ok(_) | Err(_) => Err(CliError::usage(format!(
            "There is no page and no command \"{}\".\n\n{}\nCommands are listed by `duologue help`.",
            topic.join(" "),
            manual_pages::list_topics()
        ))),
    }
}
