//! What each command of the plain mode does.

use crate::chat::{Change, ConversationId, Readability, Title, count, title};
use crate::cli::error::CliError;
use crate::cli::rename::renamed_sentence;
use crate::cli::turn_driver::QuestionKind;
use crate::cli::{bootstrap, conversations, output, search};
use crate::runtime::clock;
use crate::store::{Query, StoreError};
use crate::view::age;

use super::commands::{Confirmation, HELP, PlainCommand};
use super::session::{PlainSession, display_title};

/// Conversations that `/list` names where no number is given.
const DEFAULT_LIST_LEN: usize = 10;

/// Whether the plain mode goes on after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopAction {
    Continue,
    Quit,
}

impl PlainSession {
    pub(super) fn run_command(&mut self, command: PlainCommand) -> Result<LoopAction, CliError> {
        match command {
            PlainCommand::Help => output::write(&format!("{}\n", HELP.join("\n")))?,
            PlainCommand::List(count) => self.list(count.unwrap_or(DEFAULT_LIST_LEN))?,
            PlainCommand::Open(wanted) => {
                let id = self.resolve_conversation(&wanted)?;
                self.open_conversation(id)?;
            }
            PlainCommand::New => {
                self.open_conversation = None;
                output::print_message("The next message starts a new conversation.");
            }
            PlainCommand::Read(count) => self.read(count)?,
            PlainCommand::Retry => self.retry()?,
            PlainCommand::Rename(title) => self.rename(&title)?,
            PlainCommand::Delete(confirmation) => self.delete(confirmation)?,
            PlainCommand::Undo => output::print_message(&self.store.undo(None)?.to_string()),
            PlainCommand::Model(name) if name.is_empty() => {
                output::print_message(&format!("The model is {}.", self.settings.model));
            }
            PlainCommand::Model(name) => self.choose_model(&name),
            PlainCommand::Models => self.list_models()?,
            PlainCommand::Server(name) => self.server(&name)?,
            PlainCommand::Continue => self.continue_answer()?,
            PlainCommand::Attach(path) => self.attach(&path)?,
            PlainCommand::Preset(name) => self.preset(&name)?,
            PlainCommand::Templates => self.list_templates()?,
            PlainCommand::Find(words) => self.find(&words)?,
            PlainCommand::Effort(name) => self.effort(&name)?,
            PlainCommand::Tools(names) => self.tools(&names)?,
            PlainCommand::Export(path) => self.export(&path)?,
            PlainCommand::Copy(number) => self.copy(&number)?,
            PlainCommand::Details => self.read_details()?,
            PlainCommand::Quit => return Ok(LoopAction::Quit),
        }
        Ok(LoopAction::Continue)
    }

    /// The open conversation; without one, says how to open one.
    pub(super) fn open_id(&self) -> Option<ConversationId> {
        if self.open_conversation.is_none() {
            output::print_message("No conversation is open. Use /list to list conversations.");
        }
        self.open_conversation.clone()
    }

    fn list(&mut self, count: usize) -> Result<(), CliError> {
        let rows = conversations::list_newest_first(&mut self.store)?;
        if rows.is_empty() {
            output::print_message("There are no conversations yet.");
        }
        let (now, zone) = (clock::now(), clock::local_time_zone());
        let mut text = String::new();
        for (index, row) in rows.iter().take(count).enumerate() {
            let state = match &row.readability {
                Readability::Whole => count::phrase(row.message_count, "message"),
                Readability::NotStoredLocally => "not stored locally".to_owned(),
                Readability::Damaged(_) => "damaged".to_owned(),
            };
            let when = age::age_phrase(row.last_update, now, &zone);
            let (number, title) = (index.saturating_add(1), display_title(row.title.text()));
            text.push_str(&format!("{number}. {title}, {state}, {when}.\n"));
        }
        output::write_clean(&text)?;
        if rows.len() > count {
            output::print_message(&format!(
                "{} in all. Use /list {} to list them all.",
                rows.len(),
                rows.len()
            ));
        }
        Ok(())
    }

    /// A number of `/list` below 10000, else an id, the start of one, or a title.
    fn resolve_conversation(&mut self, wanted: &str) -> Result<ConversationId, CliError> {
        let index = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(index) = index.filter(|_| wanted.len() < 5)
            && let Some(row) =
                conversations::list_newest_first(&mut self.store)?.into_iter().nth(index)
        {
            return Ok(row.id);
        }
        self.store.resolve_id(wanted).map_err(|error| match error {
            StoreError::NotFound(_) => CliError::failed(format!("{error} /list shows them.")),
            other => other.into(),
        })
    }

    fn find(&mut self, words: &str) -> Result<(), CliError> {
        let Some(query) = Query::new(words) else {
            output::print_message("Name the words to find: /find borrow checker.");
            return Ok(());
        };
        let found = search::print_hits(self.store.search(query)?)?;
        if !found {
            output::print_message(&format!("No matches for \"{words}\"."));
        }
        Ok(())
    }

    fn read(&mut self, count: Option<usize>) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let conversation = self.store.conversation(&id)?;
        output::write_clean(&format!("{}\n", display_title(conversation.title.text())))?;
        let from = count.map_or(0, |count| conversation.messages.len().saturating_sub(count));
        self.read_out(&conversation, from)
    }

    fn retry(&mut self) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        if !self.store.conversation(&id)?.is_unanswered() {
            output::print_message("The last question already has an answer.");
            return Ok(());
        }
        self.collect(&id)?;
        let conversation = self.store.conversation(&id)?;
        if let Some(question) = QuestionKind::last_unanswered(&conversation) {
            let options = bootstrap::load_answer_options(&self.settings)?;
            return self.run_turn(&id, question, options);
        }
        let last = conversation.messages.len().saturating_sub(1);
        self.read_out(&conversation, last)
    }

    fn rename(&mut self, title: &str) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let Some(title) = Title::typed(title) else {
            output::print_message("The title is empty. Use /rename TITLE.");
            return Ok(());
        };
        let before = self.store.conversation(&id)?.title;
        if before == title {
            output::print_message(&title::unchanged_sentence(&title));
            return Ok(());
        }
        let change = Change::Rename { id, title: title.clone(), at: clock::now() };
        self.store.apply(&change, clock::now())?;
        let renamed = renamed_sentence(Some(&before), &title);
        output::print_message(&format!("{renamed} /undo restores the old title."));
        Ok(())
    }

    fn delete(&mut self, confirmation: Confirmation) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        if confirmation == Confirmation::Missing {
            let title = self.store.conversation(&id)?.title;
            output::print_message(&format!(
                "This deletes \"{}\". Type /delete yes to confirm.",
                display_title(title.text())
            ));
            return Ok(());
        }
        self.open_conversation = None;
        self.store.apply(&Change::Delete { id }, clock::now())?;
        output::print_message("Conversation deleted. Use /undo to restore it.");
        Ok(())
    }
}
