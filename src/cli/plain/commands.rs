//! The commands of the plain mode, and which lines are one.

/// A line of input, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlainInput {
    Message(String),
    Command(PlainCommand),
    /// A slash and a word that is no command: the name of a template, or a mistake.
    Unknown(UnknownCommand),
    /// Text after the name of a command that takes none; with the name.
    UnusedArgument(String),
}

/// A line that begins as a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownCommand {
    pub(super) name: String,
    pub(super) argument: String,
    /// The whole line, or the lines that were entered together.
    pub(super) text: String,
}

/// A command with its argument; `List` and `Read` take a number of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlainCommand {
    Help,
    List(Option<usize>),
    Open(String),
    New,
    Read(Option<usize>),
    Retry,
    Rename(String),
    Delete(Confirmation),
    Undo,
    /// A model; empty names the one in use.
    Model(String),
    Models,
    /// A server; empty names them.
    Server(String),
    Continue,
    /// A file for the next question; empty names those that are attached.
    Attach(String),
    /// A preset; empty names them, "none" uses none.
    Preset(String),
    Templates,
    /// A text to find in all conversations.
    Find(String),
    /// An effort; empty names the one in use, "none" leaves it to the model.
    Effort(String),
    /// Tools; empty names those in use, "none" turns all off.
    Tools(String),
    /// A file for the conversation; empty names it after the title.
    Export(String),
    /// The number of a code block; empty is the whole last answer.
    Copy(String),
    Details,
    Quit,
}

impl PlainCommand {
    /// Whether nothing may follow the name.
    const fn takes_no_argument(&self) -> bool {
        matches!(
            self,
            Self::Help
                | Self::New
                | Self::Retry
                | Self::Undo
                | Self::Models
                | Self::Continue
                | Self::Templates
                | Self::Details
                | Self::Quit
        )
    }
}

/// Whether a deletion was confirmed, by `/delete yes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    Missing,
    Given,
}

/// What `/help` prints, one command a line.
pub(super) const HELP: &[&str] = &[
    "/list, or /list 30: lists conversations, newest first, with numbers.",
    "/open 3, or the start of an id, or a title: opens a conversation and prints the last question and answer.",
    "/find WORDS: finds a text in all conversations. /open with the id opens one.",
    "/new: the next message starts a new conversation.",
    "/read, or /read 10: prints the whole conversation, or its last messages.",
    "/retry: asks the last question again if it has no answer.",
    "/continue: asks the model to continue an answer that ended early.",
    "/details: prints the details of the last answer: reasoning, searches, tools, the model.",
    "/copy, or /copy 2: copies the last answer, or its second code block, to the clipboard.",
    "/export, or /export FILE: writes the conversation to a new file, as HTML or JSON if its name ends in .html or .json, else as Markdown.",
    "/attach FILE: attaches a file to the next message.",
    "/rename TITLE: renames the conversation.",
    "/delete: deletes the conversation after a confirmation.",
    "/undo: undoes the last deletion, edit or renaming.",
    "/model, or /model NAME: shows or chooses the model.",
    "/models: lists the models of the server.",
    "/server, or /server NAME: lists the servers of config.toml or chooses one.",
    "/preset, or /preset NAME: lists or chooses a preset. /preset none uses none.",
    "/effort, or /effort LEVEL: shows or chooses the reasoning effort. /effort none leaves it to the model.",
    "/tools, or /tools NAMES: shows or chooses the tools the model may use. /tools none turns them off.",
    "/templates: lists the prompt templates. /NAME ARGUMENT asks with one of them.",
    "/quit, or Ctrl+D: quits. Ctrl+C stops an answer and keeps the partial text.",
];

/// Parses a line; `None` where it is empty. A doubled slash at its start makes it a message.
pub(super) fn parse(text: &str) -> Option<PlainInput> {
    if text.trim().is_empty() {
        return None;
    }
    let Some(rest) = text.strip_prefix('/') else {
        return Some(PlainInput::Message(text.to_owned()));
    };
    if rest.starts_with('/') {
        let message = if rest.trim_end().contains('\n') { text } else { rest };
        return Some(PlainInput::Message(message.to_owned()));
    }
    let (word, argument) =
        rest.trim_end().split_once(char::is_whitespace).unwrap_or((rest.trim_end(), ""));
    let argument = argument.trim();
    Some(match parse_command(word, argument) {
        // Only the argument of a template has several lines.
        Some(_) if rest.trim_end().contains('\n') => PlainInput::Message(text.to_owned()),
        Some(command) if command.takes_no_argument() && !argument.is_empty() => {
            PlainInput::UnusedArgument(word.to_owned())
        }
        Some(command) => PlainInput::Command(command),
        // A message may begin with a path.
        None if word.contains('/') => PlainInput::Message(text.to_owned()),
        None => PlainInput::Unknown(UnknownCommand {
            name: word.to_owned(),
            argument: argument.to_owned(),
            text: text.to_owned(),
        }),
    })
}

fn parse_command(word: &str, argument: &str) -> Option<PlainCommand> {
    Some(match (word, argument) {
        ("help" | "?", _) => PlainCommand::Help,
        ("list", _) => PlainCommand::List(argument.parse().ok()),
        ("open" | "resume", _) if !argument.is_empty() => PlainCommand::Open(argument.to_owned()),
        ("open" | "resume", _) => PlainCommand::List(None),
        ("new", _) => PlainCommand::New,
        ("read" | "show", _) => PlainCommand::Read(argument.parse().ok()),
        ("retry", _) => PlainCommand::Retry,
        ("rename", _) => PlainCommand::Rename(argument.to_owned()),
        ("delete", "yes") => PlainCommand::Delete(Confirmation::Given),
        ("delete", _) => PlainCommand::Delete(Confirmation::Missing),
        ("undo", _) => PlainCommand::Undo,
        ("models", _) => PlainCommand::Models,
        ("model", _) => PlainCommand::Model(argument.to_owned()),
        ("server" | "servers", _) => PlainCommand::Server(argument.to_owned()),
        ("continue", _) => PlainCommand::Continue,
        ("attach", _) => PlainCommand::Attach(argument.to_owned()),
        ("preset" | "presets", _) => PlainCommand::Preset(argument.to_owned()),
        ("templates", _) => PlainCommand::Templates,
        ("details", _) => PlainCommand::Details,
        ("export", _) => PlainCommand::Export(argument.to_owned()),
        ("copy", _) => PlainCommand::Copy(argument.to_owned()),
        ("find" | "search", _) => PlainCommand::Find(argument.to_owned()),
        ("effort", _) => PlainCommand::Effort(argument.to_owned()),
        ("tools", _) => PlainCommand::Tools(argument.to_owned()),
        ("quit" | "exit" | "q", _) => PlainCommand::Quit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> PlainInput {
        PlainInput::Message(text.to_owned())
    }

    #[test]
    fn only_a_slash_with_a_single_line_command_is_a_command() {
        assert_eq!(parse("/list 3"), Some(PlainInput::Command(PlainCommand::List(Some(3)))));
        assert_eq!(parse("/open Trip to Rome"), {
            Some(PlainInput::Command(PlainCommand::Open("Trip to Rome".into())))
        });
        let Some(PlainInput::Unknown(unknown)) = parse("/fly over\nthe sea") else { panic!() };
        assert_eq!((unknown.name.as_str(), unknown.argument.as_str()), ("fly", "over\nthe sea"));
        assert_eq!(parse("/etc/hosts, what is it?"), Some(message("/etc/hosts, what is it?")));
        assert_eq!(parse("//list is a command"), Some(message("/list is a command")));
        assert_eq!(parse("/list\nof things"), Some(message("/list\nof things")));
        assert_eq!(parse("hello"), Some(message("hello")));
        assert_eq!(parse("/undo all"), Some(PlainInput::UnusedArgument("undo".into())));
        assert_eq!(parse("/models "), Some(PlainInput::Command(PlainCommand::Models)));
        assert_eq!(parse("  "), None);
    }
}
