//! `duologue --plain`: a conversation as whole lines, for screen readers and simple terminals.
//! May not move the cursor, take a line back or write an escape code.

mod answer;
mod commands;
mod line_printer;
mod line_reader;

use std::io::{self, IsTerminal};
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::chat::{Change, Conversation, ConversationId, Message, Readability, Role, title};
use crate::runtime::reply_worker::ApiServer;
use crate::runtime::{InitialConversation, clock};
use crate::settings::Settings;
use crate::store::Store;
use crate::view::age;

use super::output;
use crate::cli::error::{CliError, code};
use crate::cli::plain::line_reader::{LineReader, UserInput};
use crate::cli::turn_driver::QuestionKind;
use crate::cli::{background, bootstrap};

/// What is under way between one line and the next.
struct PlainSession {
    settings: Settings,
    store: Store,
    runtime: Runtime,
    /// Who answers; it remembers what the server refuses.
    server: Arc<ApiServer>,
    /// The conversation; `None` is one that begins with the next message.
    open_conversation: Option<ConversationId>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoopAction {
    Continue,
    Quit,
}

/// Holds a conversation line by line until the input ends.
///
/// # Errors
/// When the chats cannot be read at all, or standard output is broken.
pub fn run(settings: Settings, first: InitialConversation) -> Result<u8, CliError> {
    let mut store = bootstrap::open_store(&settings)?;
    background::collect_answers(&settings, &mut store, None)?;
    let server = Arc::new(ApiServer::new(settings.clone()));
    let mut plain = PlainSession {
        settings,
        store,
        runtime: bootstrap::build_runtime()?,
        server,
        open_conversation: None,
    };
    // From here on Ctrl+C is ours: one that comes with the first prompt must not end the program.
    plain.runtime.block_on(line_reader::watch_interrupts());
    plain.greet();
    if let InitialConversation::Existing(id) = first {
        plain.open_conversation(id)?;
    }
    let mut lines = LineReader::start();
    // Ctrl+C stops meaning the end of the program only once somebody waits for it; that has to be
    // before the first prompt is there to press it at.
    plain.runtime.block_on(async {
        let _ = tokio::time::timeout(std::time::Duration::ZERO, tokio::signal::ctrl_c()).await;
    });
    loop {
        if io::stdin().is_terminal() {
            output::print_prompt("You: ");
        }
        match plain.runtime.block_on(lines.next()) {
            UserInput::Message(text) => {
                if plain.handle_line(&text)? == LoopAction::Quit {
                    break;
                }
            }
            UserInput::Interrupted => {
                output::print_message("Nothing is being answered. /quit leaves.")
            }
            UserInput::End => break,
        }
    }
    plain.runtime.shutdown_background();
    Ok(code::DONE)
}

impl PlainSession {
    fn greet(&self) {
        let (user, model) = (&self.settings.user, &self.settings.model);
        output::print_message(&format!("duologue, plain lines. User {user}, model {model}."));
        output::print_message(
            "Write a message and press Enter. A backslash at the end goes on with another line. /help lists commands.",
        );
    }

    /// A line is a command or a message. What goes wrong with it is said, and the next one counts.
    fn handle_line(&mut self, text: &str) -> Result<LoopAction, CliError> {
        let done = match commands::parse(text) {
            None => Ok(LoopAction::Continue),
            Some(commands::PlainInput::Message(text)) => {
                self.ask(&text).map(|()| LoopAction::Continue)
            }
            Some(commands::PlainInput::Command(command)) => self.run_command(command),
            Some(commands::PlainInput::Unknown(name)) => {
                output::print_message(&format!(
                    "There is no command /{name}. /help lists them. A message that begins with a slash is written with two."
                ));
                Ok(LoopAction::Continue)
            }
        };
        // Only a standard output nobody can write to ends the conversation.
        done.or_else(|problem| {
            output::print_message(&problem.text);
            output::write("").map(|()| LoopAction::Continue)
        })
    }

    fn ask(&mut self, text: &str) -> Result<(), CliError> {
        if let Some(id) = self.open_conversation.clone() {
            self.collect(&id)?;
        }
        let at = clock::now();
        let message = Message::question(text, at);
        let (id, changes) = if let Some(id) = self.open_conversation.clone() {
            let change = Change::Append { id: id.clone(), message };
            (id, vec![change])
        } else {
            let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
            let title = title::from_question(text);
            let create = Change::Create { id: id.clone(), title, at };
            (id.clone(), vec![create, Change::Append { id, message }])
        };
        self.run_turn(&id, QuestionKind::New(changes))
    }

    /// Opens a conversation and reads out how it ended.
    fn open_conversation(&mut self, id: ConversationId) -> Result<(), CliError> {
        let conversation = self.store.conversation(&id)?;
        self.open_conversation = Some(id);
        output::print_message(&format!(
            "Opened: {}. {} messages.",
            display_title(&conversation.title),
            conversation.messages.len()
        ));
        let last = conversation.messages.len().saturating_sub(2);
        self.read_out(&conversation, last)
    }

    /// Reads the messages from a place on out, roles spelled out.
    fn read_out(&mut self, conversation: &Conversation, from: usize) -> Result<(), CliError> {
        match &conversation.readability {
            Readability::Whole => {}
            Readability::NotStoredLocally => {
                output::print_message(
                    "Its messages were kept by the Assistants API, not stored locally.",
                );
            }
            Readability::Damaged(reason) => {
                output::print_message(&format!("It is damaged: {reason}. It is kept as it is."));
            }
        }
        let marks = self.store.early_ends(conversation);
        let now = clock::now();
        for (place, message) in conversation.messages.iter().enumerate().skip(from) {
            let who = match &message.role {
                Role::User => "You asked",
                Role::Assistant => "The assistant answered",
                Role::Other(word) => word,
            };
            let text = message.text.trim_end_matches('\n');
            let when = age::age_phrase(message.timestamp, now);
            output::write_clean(&format!("{who}, {when}:\n{text}\n"))?;
            for (_, why) in marks.iter().filter(|(at, _)| *at == place) {
                output::write_clean(&format!("This answer is not whole: {why}\n"))?;
            }
        }
        let last = conversation.messages.last();
        if last.is_some_and(|message| message.role == Role::User) {
            let on_web = !self.store.remote_questions(&[conversation.summary()], now).is_empty();
            output::print_message(if on_web {
                "The last question is being answered on the web. /retry asks it here as well."
            } else {
                "The last question has no answer. /retry asks it again."
            });
        }
        Ok(())
    }
}

/// A title on one line.
fn display_title(title: &str) -> String {
    if title.is_empty() { "no title".to_owned() } else { title.replace('\n', " ") }
}
