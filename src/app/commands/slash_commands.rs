//! Slash commands: every action of the key table by name, and commands with an argument.

use crate::settings::{Action, ActionGroup};

/// Short names, in the order of the palette. Every action can be called by its own name too.
const SHORT_NAMES: &[(&str, Action)] = &[
    ("new", Action::NewConversation),
    ("resume", Action::Filter),
    ("find", Action::FindEverywhere),
    ("rename", Action::Rename),
    ("model", Action::ChooseModel),
    ("server", Action::ChooseServer),
    ("export", Action::Export),
    ("web", Action::Web),
    ("preset", Action::ChoosePreset),
    ("retry", Action::Retry),
    ("cancel", Action::Stop),
    ("edit", Action::EditQuestion),
    ("copy", Action::Copy),
    ("attach", Action::Attach),
    ("templates", Action::ChooseTemplate),
    ("paste", Action::Paste),
    ("search", Action::Find),
    ("editor", Action::ExternalEditor),
    ("delete", Action::Delete),
    ("undo", Action::Undo),
    ("usage", Action::ShowUsage),
    ("help", Action::Help),
    ("quit", Action::Quit),
];

/// Names that other programs use.
const ALIASES: &[(&str, Action)] = &[
    ("exit", Action::Quit),
    ("q", Action::Quit),
    ("clear", Action::NewConversation),
    ("regenerate", Action::Retry),
    ("history", Action::FindEverywhere),
    ("keys", Action::Help),
];

/// What a command does where text follows its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentCommand {
    /// Renames the conversation on screen.
    Rename,
    /// Opens the conversation whose title matches best.
    Resume,
    /// Exports to this file.
    Export,
    /// Selects this reasoning effort for the next questions.
    Effort,
    /// Searches all conversations for this text.
    FindEverywhere,
    /// Copies this code block, or everything.
    Copy,
    /// Attaches this file to the question being written.
    Attach,
    /// Searches the open conversation.
    Find,
    /// Uses this model for the next questions.
    Model,
    /// Uses this server, by its name in `config.toml`.
    Server,
    /// Uses this theme and saves the choice.
    Theme,
    /// Sets the reading width in columns.
    ReadingWidth,
    /// Uses this preset, by its id or name.
    Preset,
}

impl ArgumentCommand {
    /// The description of the command with an argument, where it differs from the one without.
    #[must_use]
    pub const fn description(self) -> Option<&'static str> {
        match self {
            Self::Resume => Some("Open the conversation whose title matches best"),
            Self::Copy => Some("Copy the last answer, one of its code blocks, or the conversation"),
            Self::ReadingWidth => Some("Set the text width"),
            _ => None,
        }
    }
}

/// The commands with an argument, and its name in the help.
const ARGUMENT_COMMANDS: &[(&str, &str, ArgumentCommand)] = &[
    ("rename", "TITLE", ArgumentCommand::Rename),
    ("resume", "TITLE", ArgumentCommand::Resume),
    ("export", "FILE", ArgumentCommand::Export),
    ("effort", "LEVEL", ArgumentCommand::Effort),
    ("find", "WORDS", ArgumentCommand::FindEverywhere),
    ("copy", "NUMBER or chat", ArgumentCommand::Copy),
    ("attach", "FILE", ArgumentCommand::Attach),
    ("search", "TEXT", ArgumentCommand::Find),
    ("model", "NAME", ArgumentCommand::Model),
    ("server", "NAME", ArgumentCommand::Server),
    ("theme", "NAME", ArgumentCommand::Theme),
    ("reading-width", "COLUMNS", ArgumentCommand::ReadingWidth),
    ("preset", "NAME", ArgumentCommand::Preset),
];

/// A command that can be called by name.
#[derive(Debug, Clone, Copy)]
pub struct SlashCommand {
    /// Its name, without the slash.
    pub name: &'static str,
    /// What it does, as the key table says it.
    pub description: &'static str,
    /// What Enter runs where no argument is given.
    pub action: Action,
    /// The argument's name in the help, and what it does.
    pub argument: Option<(&'static str, ArgumentCommand)>,
}

impl SlashCommand {
    /// The task it is for.
    #[must_use]
    pub const fn group(&self) -> ActionGroup {
        self.action.group()
    }
}

/// A command with its argument.
#[derive(Debug, Clone)]
pub(crate) struct CommandCall {
    pub(crate) command: SlashCommand,
    /// The argument; empty where there is none.
    pub(crate) argument: String,
}

/// All commands: those with a short name first, then the others in the order of the key table.
pub fn commands() -> impl Iterator<Item = SlashCommand> {
    let is_short = |action: &Action| SHORT_NAMES.iter().any(|(_, known)| known == action);
    let short = SHORT_NAMES.iter().map(|(_, action)| *action);
    let rest = Action::ALL.iter().copied().filter(move |action| !is_short(action));
    short.chain(rest).map(command_for)
}

/// Returns the first name of an action in slash commands, for hints.
#[must_use]
pub fn name_of_action(action: Action) -> &'static str {
    command_for(action).name
}

/// Finds a command by any of its names, aliases included.
#[must_use]
pub(crate) fn find_by_name(name: &str) -> Option<SlashCommand> {
    commands().find(|command| all_names(command).any(|known| known == name))
}

/// Tells a slash command from a text that only begins with a slash.
#[must_use]
pub fn is_command(name: &str) -> bool {
    find_by_name(name).is_some()
}

/// Returns the short name, the name in the key table, then the aliases.
pub(crate) fn all_names(command: &SlashCommand) -> impl Iterator<Item = &'static str> {
    let action = command.action;
    let aliases = ALIASES.iter().filter(move |(_, known)| *known == action);
    [command.name, action.name()].into_iter().chain(aliases.map(|(name, _)| *name))
}

/// The command that a text calls; `None` where it is an ordinary text.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<CommandCall> {
    let called = text.trim_end().strip_prefix('/')?;
    if called.contains('\n') {
        return None;
    }
    let (name, words) = called.split_once(' ').unwrap_or((called, ""));
    let command = find_by_name(name)?;
    // A text after a command without an argument makes it an ordinary sentence.
    let words = words.trim().to_owned();
    (words.is_empty() || command.argument.is_some())
        .then_some(CommandCall { command, argument: words })
}

fn command_for(action: Action) -> SlashCommand {
    let short = SHORT_NAMES.iter().find(|(_, known)| *known == action);
    let name = short.map_or(action.name(), |(name, _)| name);
    let takes = ARGUMENT_COMMANDS.iter().find(|(known, _, _)| *known == name);
    let words = takes.map(|(_, words, take)| (*words, *take));
    // What the name says and the words of the action do not.
    let own = words.filter(|(_, take)| *take == ArgumentCommand::Resume);
    let description = own.and_then(|(_, take)| take.description());
    let description = description.unwrap_or(action.description());
    SlashCommand { name, description, action, argument: words }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_commands_share_a_name_and_every_word_taker_is_reached() {
        let names: BTreeSet<&str> = commands().map(|command| command.name).collect();
        assert_eq!(names.len(), Action::ALL.len());
        for (alias, action) in ALIASES {
            assert!(!names.contains(alias), "{alias}");
            assert_eq!(find_by_name(alias).unwrap().action, *action, "{alias}");
        }
        for (name, _, _) in ARGUMENT_COMMANDS {
            assert!(find_by_name(name).unwrap().argument.is_some(), "{name}");
        }
    }

    #[test]
    fn a_text_that_only_looks_like_a_command_is_a_text() {
        assert!(parse("/help").is_some());
        assert_eq!(parse("/rename  My title ").unwrap().argument, "My title");
        assert!(parse("/etc/hosts is what?").is_none());
        assert!(parse("/help me with this").is_none());
        assert!(parse("/new\nline").is_none());
        assert!(parse("help").is_none());
    }
}
