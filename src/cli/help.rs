//! The help of the program: commands grouped by task, with examples. The manual page has the same examples.

use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory};

use crate::settings::nearest;

use super::args::Cli;
use super::manual_pages;

/// The commands by task, in the order of the help.
const GROUPS: &[(&str, &[&str])] = &[
    ("Ask", &["ask", "resume"]),
    ("Read and find", &["list", "show", "search", "usage"]),
    ("Change", &["rename", "delete", "undo"]),
    ("Move in and out", &["export", "import", "merge"]),
    ("Web app", &["web", "doctor", "migrate"]),
    ("Set up", &["setup", "config", "models", "presets", "templates", "mcp", "completions"]),
    ("More", &["demo-server", "man", "licenses", "help"]),
];

/// Command lines to begin with, each with what it does.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    ("duologue", "open the window"),
    ("duologue setup", "choose a server, a key and a model"),
    ("duologue ask \"What is a monad?\"", "ask and print the answer"),
    ("git diff | duologue ask \"Review this\"", "add piped text to the question"),
    ("duologue ask -c \"And in Haskell?\"", "continue the conversation that was changed last"),
    ("duologue search monad", "search all conversations"),
    ("duologue export --all -o notes/", "export all conversations to a folder"),
    ("duologue --demo", "try everything without a key"),
];

/// Where to get help.
const MORE_HELP: &str =
    "`duologue help COMMAND` explains a command; F1 in the window shows the keys.";

/// The names of the commands that help lists.
pub(super) fn command_names(command: &Command) -> Vec<String> {
    let listed = command.get_subcommands().filter(|command| !command.is_hide_set());
    listed.map(|command| command.get_name().to_owned()).collect()
}

/// Adds the command that may be meant to an error about an unknown one. The parser suggests none where
/// two letters are exchanged.
pub(super) fn suggest_command(error: &mut clap::Error, names: &[String]) {
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(name) = nearest(typed, names.iter().map(String::as_str))
    {
        let suggested = ContextValue::Strings(vec![name.to_owned()]);
        error.insert(ContextKind::SuggestedSubcommand, suggested);
    }
}

/// The command line as `duologue --help` shows it.
#[must_use]
pub fn grouped_command() -> Command {
    with_groups(Cli::command())
}

/// The command line with grouped help.
pub(super) fn with_groups(command: Command) -> Command {
    let text = commands_by_task(&command);
    let text = text.trim_end();
    let examples = examples();
    let topics = manual_pages::list_topics();
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}\n\nOptions:\n{{options}}\n\n{examples}\n{topics}\n{MORE_HELP}"
    ))
}

fn commands_by_task(command: &Command) -> String {
    let mut text = String::new();
    for (task, names) in GROUPS {
        text.push_str(&format!("{task}:\n"));
        for name in *names {
            let about = match command.find_subcommand(name) {
                Some(command) => command.get_about().map(ToString::to_string).unwrap_or_default(),
                None => String::new(),
            };
            text.push_str(&format!("  {name:<12} {about}\n"));
        }
        text.push('\n');
    }
    text
}

fn examples() -> String {
    let mut text = "Examples:\n".to_owned();
    for (line, what) in EXAMPLES {
        text.push_str(&format!("  {line:<39} {what}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group_and_every_example_can_be_parsed() {
        let command = Cli::command();
        let mut wanted: Vec<String> = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(|command| command.get_name().to_owned())
            .collect();
        let mut grouped: Vec<String> =
            GROUPS.iter().flat_map(|(_, names)| names.iter().map(|it| (*it).to_owned())).collect();
        wanted.sort();
        grouped.sort();
        assert_eq!(grouped, wanted);
        for (line, _) in EXAMPLES {
            let line = line.rsplit("| ").next().unwrap();
            let words = line.split('"').enumerate().flat_map(|(index, part)| {
                if index % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }
            });
            assert!(Cli::command().try_get_matches_from(words).is_ok(), "{line}");
        }
    }
}
