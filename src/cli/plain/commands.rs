//! The commands of the plain mode, and which lines are one.

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlainInput {
    /// A message for the model.
    Message(String),
    /// Something to do.
    Command(PlainCommand),
    /// A word nobody knows.
    Unknown(String),
}

/// Something to do.
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
    Model(String),
    Quit,
}

/// Whether the person was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    Missing,
    Given,
}

/// What `/help` prints, one command a line.
pub(super) const HELP: &[&str] = &[
    "/list, or /list 30: the conversations, newest first, with numbers.",
    "/open 3, or the start of an id, or a title: opens one and reads the last question and answer.",
    "/new: the next message begins a conversation.",
    "/read, or /read 10: the whole conversation, or its last messages.",
    "/retry: asks the last question again, where it has no answer.",
    "/rename TITLE: gives the conversation another title.",
    "/delete: deletes the conversation, after a question. /undo brings it back.",
    "/model, or /model NAME: says or chooses the model. /models lists them.",
    "/quit, or Ctrl+D: leaves. Ctrl+C stops an answer and keeps what came.",
];

/// What a line is; nothing where nothing is written.
pub(super) fn parse(text: &str) -> Option<PlainInput> {
    if text.trim().is_empty() {
        return None;
    }
    let Some(rest) = text.strip_prefix('/').filter(|_| !text.trim_end().contains('\n')) else {
        return Some(PlainInput::Message(text.to_owned()));
    };
    if rest.starts_with('/') {
        return Some(PlainInput::Message(rest.to_owned()));
    }
    let (word, words) = rest.trim_end().split_once(' ').unwrap_or((rest.trim_end(), ""));
    let words = words.trim();
    let command = match (word, words) {
        ("help" | "?", _) => PlainCommand::Help,
        ("list", _) => PlainCommand::List(words.parse().ok()),
        ("open" | "resume", _) if !words.is_empty() => PlainCommand::Open(words.to_owned()),
        ("open" | "resume", _) => PlainCommand::List(None),
        ("new", _) => PlainCommand::New,
        ("read" | "show", _) => PlainCommand::Read(words.parse().ok()),
        ("retry", _) => PlainCommand::Retry,
        ("rename", _) => PlainCommand::Rename(words.to_owned()),
        ("delete", "yes") => PlainCommand::Delete(Confirmation::Given),
        ("delete", _) => PlainCommand::Delete(Confirmation::Missing),
        ("undo", _) => PlainCommand::Undo,
        ("models", _) => PlainCommand::Model("?".to_owned()),
        ("model", _) => PlainCommand::Model(words.to_owned()),
        ("quit" | "exit" | "q", _) => PlainCommand::Quit,
        // A path is the beginning of a message.
        _ if word.contains('/') => return Some(PlainInput::Message(text.to_owned())),
        _ => return Some(PlainInput::Unknown(word.to_owned())),
    };
    Some(PlainInput::Command(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> PlainInput {
        PlainInput::Message(text.to_owned())
    }

    #[test]
    fn a_line_is_a_command_only_where_it_is_nothing_else() {
        assert_eq!(parse("/list 3"), Some(PlainInput::Command(PlainCommand::List(Some(3)))));
        assert_eq!(parse("/open Trip to Rome"), {
            Some(PlainInput::Command(PlainCommand::Open("Trip to Rome".into())))
        });
        assert_eq!(parse("/fly"), Some(PlainInput::Unknown("fly".into())));
        assert_eq!(parse("/etc/hosts, what is it?"), Some(message("/etc/hosts, what is it?")));
        assert_eq!(parse("//list is a command"), Some(message("/list is a command")));
        assert_eq!(parse("/list\nof things"), Some(message("/list\nof things")));
        assert_eq!(parse("hello"), Some(message("hello")));
        assert_eq!(parse("  "), None);
    }
}
