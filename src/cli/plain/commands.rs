//! Commands of the plain mode: a slash, a word, and what it is about.
//! May not hold a conversation; a message is the caller's.

use crate::chat::{Change, ConversationId, ConversationSummary, Readability, title};
use crate::cli::error::CliError;
use crate::cli::{models, output};
use crate::runtime::clock;
use crate::view::age;

use super::{LoopAction, PlainSession, display_title};
use crate::cli::turn_driver::QuestionKind;

/// Conversations that are read out where nobody says how many.
const DEFAULT_LIST_LEN: usize = 10;

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

const HELP: &[&str] = &[
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

impl PlainSession {
    pub(super) fn run_command(&mut self, command: PlainCommand) -> Result<LoopAction, CliError> {
        match command {
            PlainCommand::Help => output::write(&format!("{}\n", HELP.join("\n")))?,
            PlainCommand::List(many) => self.list(many.unwrap_or(DEFAULT_LIST_LEN))?,
            PlainCommand::Open(wanted) => {
                let id = self.resolve_conversation(&wanted)?;
                self.open_conversation(id)?;
            }
            PlainCommand::New => {
                self.open_conversation = None;
                output::print_message("The next message begins a conversation.");
            }
            PlainCommand::Read(many) => self.read(many)?,
            PlainCommand::Retry => self.retry()?,
            PlainCommand::Rename(words) => self.rename(&words)?,
            PlainCommand::Delete(sure) => self.delete(sure)?,
            PlainCommand::Undo => match self.store.undo(None)? {
                Some(said) => output::print_message(&said),
                None => output::print_message("There is nothing to take back."),
            },
            PlainCommand::Model(name) => self.model(&name)?,
            PlainCommand::Quit => return Ok(LoopAction::Quit),
        }
        Ok(LoopAction::Continue)
    }

    fn rows(&mut self) -> Result<Vec<ConversationSummary>, CliError> {
        let mut rows = self.store.list()?;
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_update));
        Ok(rows)
    }

    fn list(&mut self, many: usize) -> Result<(), CliError> {
        let rows = self.rows()?;
        if rows.is_empty() {
            output::print_message("There are no conversations yet.");
        }
        let now = clock::now();
        let mut text = String::new();
        for (place, row) in rows.iter().take(many).enumerate() {
            let state = match &row.readability {
                Readability::Whole => format!("{} messages", row.message_count),
                Readability::NotStoredLocally => "not stored locally".to_owned(),
                Readability::Damaged(_) => "damaged".to_owned(),
            };
            let when = age::age_phrase(row.last_update, now);
            let (number, title) = (place.saturating_add(1), display_title(&row.title));
            text.push_str(&format!("{number}. {title}, {state}, {when}.\n"));
        }
        output::write_clean(&text)?;
        if rows.len() > many {
            output::print_message(&format!(
                "{} in all; /list {} reads them.",
                rows.len(),
                rows.len()
            ));
        }
        Ok(())
    }

    /// A number of the list, else whatever the command line takes.
    fn resolve_conversation(&mut self, wanted: &str) -> Result<ConversationId, CliError> {
        let place = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(place) = place.filter(|_| wanted.len() < 5)
            && let Some(row) = self.rows()?.into_iter().nth(place)
        {
            return Ok(row.id);
        }
        Ok(self.store.resolve_id(wanted)?)
    }

    fn read(&mut self, many: Option<usize>) -> Result<(), CliError> {
        let Some(id) = self.open_conversation.clone() else {
            output::print_message("No conversation is open. /list names them.");
            return Ok(());
        };
        let conversation = self.store.conversation(&id)?;
        output::write_clean(&format!("{}\n", display_title(&conversation.title)))?;
        let from = many.map_or(0, |many| conversation.messages.len().saturating_sub(many));
        self.read_out(&conversation, from)
    }

    fn retry(&mut self) -> Result<(), CliError> {
        let Some(id) = self.open_conversation.clone() else {
            output::print_message("No conversation is open. /list names them.");
            return Ok(());
        };
        if !self.store.conversation(&id)?.is_unanswered() {
            output::print_message("The last question has its answer.");
            return Ok(());
        }
        self.collect(&id)?;
        let conversation = self.store.conversation(&id)?;
        if let Some(asked) = QuestionKind::last_unanswered(&conversation) {
            return self.run_turn(&id, asked);
        }
        let last = conversation.messages.len().saturating_sub(1);
        self.read_out(&conversation, last)
    }

    fn rename(&mut self, words: &str) -> Result<(), CliError> {
        let Some(id) = self.open_conversation.clone() else {
            output::print_message("No conversation is open. /list names them.");
            return Ok(());
        };
        let Some(title) = title::on_update(words).filter(|title| !title.is_empty()) else {
            output::print_message("A title needs at least one letter: /rename TITLE");
            return Ok(());
        };
        self.store.apply(&Change::Rename { id, title, at: clock::now() }, clock::now())?;
        output::print_message("Renamed.");
        Ok(())
    }

    fn delete(&mut self, sure: Confirmation) -> Result<(), CliError> {
        let Some(id) = self.open_conversation.clone() else {
            output::print_message("No conversation is open. /list names them.");
            return Ok(());
        };
        if sure == Confirmation::Missing {
            let title = self.store.conversation(&id)?.title;
            output::print_message(&format!(
                "This deletes \"{}\". /delete yes does it.",
                display_title(&title)
            ));
            return Ok(());
        }
        self.open_conversation = None;
        self.store.apply(&Change::Delete { id }, clock::now())?;
        output::print_message("Deleted. /undo brings it back.");
        Ok(())
    }

    fn model(&mut self, name: &str) -> Result<(), CliError> {
        match name {
            "" => output::print_message(&format!("The model is {}.", self.settings.model)),
            "?" => {
                let mut text = String::new();
                for model in models::fetch(&self.settings)? {
                    text.push_str(&format!("{}\n", model.id));
                }
                output::write_clean(&text)?;
            }
            name => {
                name.clone_into(&mut self.settings.model);
                output::print_message(&format!("Questions go to {name} from now on."));
            }
        }
        Ok(())
    }
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
