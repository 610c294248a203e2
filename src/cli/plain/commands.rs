//! Commands of the plain mode: a slash, a word, and what it is about.
//! May not hold a conversation; a message is the caller's.

use crate::chat::{Change, ConversationId, Readability, Summary, title};
use crate::cli::problem::Problem;
use crate::cli::{models, output};
use crate::runtime::clock;
use crate::view::age;

use super::{Next, Plain, name};

/// Conversations that are read out where nobody says how many.
const SHOWN: usize = 10;

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A message for the model.
    Message(String),
    /// Something to do.
    Command(Command),
    /// A word nobody knows.
    Unknown(String),
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    List(Option<usize>),
    Open(String),
    New,
    Read(Option<usize>),
    Retry,
    Rename(String),
    Delete(Sure),
    Undo,
    Model(String),
    Quit,
}

/// Whether the person was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    No,
    Yes,
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
pub(super) fn parse(text: &str) -> Option<Line> {
    if text.trim().is_empty() {
        return None;
    }
    let Some(rest) = text.strip_prefix('/').filter(|_| !text.trim_end().contains('\n')) else {
        return Some(Line::Message(text.to_owned()));
    };
    if rest.starts_with('/') {
        return Some(Line::Message(rest.to_owned()));
    }
    let (word, words) = rest.trim_end().split_once(' ').unwrap_or((rest.trim_end(), ""));
    let words = words.trim();
    let command = match (word, words) {
        ("help" | "?", _) => Command::Help,
        ("list", _) => Command::List(words.parse().ok()),
        ("open" | "resume", _) if !words.is_empty() => Command::Open(words.to_owned()),
        ("open" | "resume", _) => Command::List(None),
        ("new", _) => Command::New,
        ("read" | "show", _) => Command::Read(words.parse().ok()),
        ("retry", _) => Command::Retry,
        ("rename", _) => Command::Rename(words.to_owned()),
        ("delete", "yes") => Command::Delete(Sure::Yes),
        ("delete", _) => Command::Delete(Sure::No),
        ("undo", _) => Command::Undo,
        ("models", _) => Command::Model("?".to_owned()),
        ("model", _) => Command::Model(words.to_owned()),
        ("quit" | "exit" | "q", _) => Command::Quit,
        // A path is the beginning of a message.
        _ if word.contains('/') => return Some(Line::Message(text.to_owned())),
        _ => return Some(Line::Unknown(word.to_owned())),
    };
    Some(Line::Command(command))
}

impl Plain {
    pub(super) fn command(&mut self, command: Command) -> Result<Next, Problem> {
        match command {
            Command::Help => output::write(&format!("{}\n", HELP.join("\n")))?,
            Command::List(many) => self.list(many.unwrap_or(SHOWN))?,
            Command::Open(wanted) => {
                let id = self.wanted(&wanted)?;
                self.open(id)?;
            }
            Command::New => {
                self.open = None;
                output::say("The next message begins a conversation.");
            }
            Command::Read(many) => self.read(many)?,
            Command::Retry => self.retry()?,
            Command::Rename(words) => self.rename(&words)?,
            Command::Delete(sure) => self.delete(sure)?,
            Command::Undo => match self.store.undo(None)? {
                Some(said) => output::say(&said),
                None => output::say("There is nothing to take back."),
            },
            Command::Model(name) => self.model(&name)?,
            Command::Quit => return Ok(Next::Leave),
        }
        Ok(Next::Line)
    }

    fn rows(&mut self) -> Result<Vec<Summary>, Problem> {
        let mut rows = self.store.list()?;
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_update));
        Ok(rows)
    }

    fn list(&mut self, many: usize) -> Result<(), Problem> {
        let rows = self.rows()?;
        if rows.is_empty() {
            output::say("There are no conversations yet.");
        }
        let now = clock::now();
        let mut text = String::new();
        for (place, row) in rows.iter().take(many).enumerate() {
            let state = match &row.readability {
                Readability::Whole => format!("{} messages", row.message_count),
                Readability::NotStoredLocally => "not stored locally".to_owned(),
                Readability::Damaged(_) => "damaged".to_owned(),
            };
            let when = age::since(row.last_update, now);
            let (number, title) = (place.saturating_add(1), name(&row.title));
            text.push_str(&format!("{number}. {title}, {state}, {when}.\n"));
        }
        output::write_clean(&text)?;
        if rows.len() > many {
            output::say(&format!("{} in all; /list {} reads them.", rows.len(), rows.len()));
        }
        Ok(())
    }

    /// A number of the list, else whatever the command line takes.
    fn wanted(&mut self, wanted: &str) -> Result<ConversationId, Problem> {
        let place = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(place) = place.filter(|_| wanted.len() < 5)
            && let Some(row) = self.rows()?.into_iter().nth(place)
        {
            return Ok(row.id);
        }
        Ok(self.store.find(wanted)?)
    }

    fn read(&mut self, many: Option<usize>) -> Result<(), Problem> {
        let Some(id) = self.open.clone() else {
            output::say("No conversation is open. /list names them.");
            return Ok(());
        };
        let conversation = self.store.conversation(&id)?;
        output::write_clean(&format!("{}\n", name(&conversation.title)))?;
        let from = many.map_or(0, |many| conversation.messages.len().saturating_sub(many));
        self.read_out(&conversation, from)
    }

    fn retry(&mut self) -> Result<(), Problem> {
        let Some(id) = self.open.clone() else {
            output::say("No conversation is open. /list names them.");
            return Ok(());
        };
        if !self.store.conversation(&id)?.is_unanswered() {
            output::say("The last question has its answer.");
            return Ok(());
        }
        self.collect(&id)?;
        let conversation = self.store.conversation(&id)?;
        if conversation.is_unanswered() {
            return self.turn(&id, Vec::new());
        }
        let last = conversation.messages.len().saturating_sub(1);
        self.read_out(&conversation, last)
    }

    fn rename(&mut self, words: &str) -> Result<(), Problem> {
        let Some(id) = self.open.clone() else {
            output::say("No conversation is open. /list names them.");
            return Ok(());
        };
        let Some(title) = title::on_update(words).filter(|title| !title.is_empty()) else {
            output::say("A title needs at least one letter: /rename TITLE");
            return Ok(());
        };
        self.store.apply(&Change::Rename { id, title, at: clock::now() }, clock::now())?;
        output::say("Renamed.");
        Ok(())
    }

    fn delete(&mut self, sure: Sure) -> Result<(), Problem> {
        let Some(id) = self.open.clone() else {
            output::say("No conversation is open. /list names them.");
            return Ok(());
        };
        if sure == Sure::No {
            let title = self.store.conversation(&id)?.title;
            output::say(&format!("This deletes \"{}\". /delete yes does it.", name(&title)));
            return Ok(());
        }
        self.open = None;
        self.store.apply(&Change::Delete { id }, clock::now())?;
        output::say("Deleted. /undo brings it back.");
        Ok(())
    }

    fn model(&mut self, name: &str) -> Result<(), Problem> {
        match name {
            "" => output::say(&format!("The model is {}.", self.settings.model)),
            "?" => {
                let mut text = String::new();
                for model in models::fetch(&self.settings)? {
                    text.push_str(&format!("{}\n", model.id));
                }
                output::write_clean(&text)?;
            }
            name => {
                name.clone_into(&mut self.settings.model);
                output::say(&format!("Questions go to {name} from now on."));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Line {
        Line::Message(text.to_owned())
    }

    #[test]
    fn a_line_is_a_command_only_where_it_is_nothing_else() {
        assert_eq!(parse("/list 3"), Some(Line::Command(Command::List(Some(3)))));
        assert_eq!(parse("/open Trip to Rome"), {
            Some(Line::Command(Command::Open("Trip to Rome".into())))
        });
        assert_eq!(parse("/fly"), Some(Line::Unknown("fly".into())));
        assert_eq!(parse("/etc/hosts, what is it?"), Some(message("/etc/hosts, what is it?")));
        assert_eq!(parse("//list is a command"), Some(message("/list is a command")));
        assert_eq!(parse("/list\nof things"), Some(message("/list\nof things")));
        assert_eq!(parse("hello"), Some(message("hello")));
        assert_eq!(parse("  "), None);
    }
}
