//! `duologue --plain`: a conversation as whole lines, for screen readers and simple terminals.
//! May not move the cursor, take a line back or write an escape code.

mod answer;
mod commands;
mod lines;
mod printer;

use std::io::{self, IsTerminal};
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::chat::{Change, Conversation, ConversationId, Message, Readability, Role, title};
use crate::runtime::reply_worker::Server;
use crate::runtime::{Start, clock};
use crate::settings::Settings;
use crate::store::Store;
use crate::view::age;

use super::problem::{Problem, code};
use super::{collect, open, output};
use lines::{Lines, Said};

/// What is under way between one line and the next.
struct Plain {
    settings: Settings,
    store: Store,
    runtime: Runtime,
    /// Who answers; it remembers what the server refuses.
    server: Arc<Server>,
    /// The conversation; `None` is one that begins with the next message.
    open: Option<ConversationId>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Line,
    Leave,
}

/// Holds a conversation line by line until the input ends.
///
/// # Errors
/// When the chats cannot be read at all, or standard output is broken.
pub fn run(settings: Settings, first: Start) -> Result<u8, Problem> {
    let mut store = open::store(&settings)?;
    collect::left_running(&settings, &mut store, None)?;
    let server = Arc::new(Server::new(settings.clone()));
    let mut plain = Plain { settings, store, runtime: open::runtime()?, server, open: None };
    // From here on Ctrl+C is ours: one that comes with the first prompt must not end the program.
    plain.runtime.block_on(lines::watch_interrupts());
    plain.greet();
    if let Start::Open(id) = first {
        plain.open(id)?;
    }
    let mut lines = Lines::start();
    // Ctrl+C stops meaning the end of the program only once somebody waits for it; that has to be
    // before the first prompt is there to press it at.
    plain.runtime.block_on(async {
        let _ = tokio::time::timeout(std::time::Duration::ZERO, tokio::signal::ctrl_c()).await;
    });
    loop {
        if io::stdin().is_terminal() {
            output::ask("You: ");
        }
        match plain.runtime.block_on(lines.next()) {
            Said::Message(text) => {
                if plain.take(&text)? == Next::Leave {
                    break;
                }
            }
            Said::Interrupted => output::say("Nothing is being answered. /quit leaves."),
            Said::End => break,
        }
    }
    plain.runtime.shutdown_background();
    Ok(code::DONE)
}

impl Plain {
    fn greet(&self) {
        let (user, model) = (&self.settings.user, &self.settings.model);
        output::say(&format!("duologue, plain lines. User {user}, model {model}."));
        output::say(
            "Write a message and press Enter. A backslash at the end goes on with another line. /help lists commands.",
        );
    }

    /// A line is a command or a message. What goes wrong with it is said, and the next one counts.
    fn take(&mut self, text: &str) -> Result<Next, Problem> {
        let done = match commands::parse(text) {
            None => Ok(Next::Line),
            Some(commands::Line::Message(text)) => self.ask(&text).map(|()| Next::Line),
            Some(commands::Line::Command(command)) => self.command(command),
            Some(commands::Line::Unknown(name)) => {
                output::say(&format!(
                    "There is no command /{name}. /help lists them. A message that begins with a slash is written with two."
                ));
                Ok(Next::Line)
            }
        };
        // Only a standard output nobody can write to ends the conversation.
        done.or_else(|problem| {
            output::say(&problem.text);
            output::write("").map(|()| Next::Line)
        })
    }

    fn ask(&mut self, text: &str) -> Result<(), Problem> {
        if let Some(id) = self.open.clone() {
            self.collect(&id)?;
        }
        let at = clock::now();
        let message = Message::question(text, at);
        let (id, changes) = if let Some(id) = self.open.clone() {
            let change = Change::Append { id: id.clone(), message };
            (id, vec![change])
        } else {
            let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
            let title = title::from_question(text);
            let create = Change::Create { id: id.clone(), title, at };
            (id.clone(), vec![create, Change::Append { id, message }])
        };
        self.turn(&id, changes)
    }

    /// Opens a conversation and reads out how it ended.
    fn open(&mut self, id: ConversationId) -> Result<(), Problem> {
        let conversation = self.store.conversation(&id)?;
        self.open = Some(id);
        output::say(&format!(
            "Opened: {}. {} messages.",
            name(&conversation.title),
            conversation.messages.len()
        ));
        let last = conversation.messages.len().saturating_sub(2);
        self.read_out(&conversation, last)
    }

    /// Reads the messages from a place on out, roles spelled out.
    fn read_out(&mut self, conversation: &Conversation, from: usize) -> Result<(), Problem> {
        match &conversation.readability {
            Readability::Whole => {}
            Readability::NotStoredLocally => {
                output::say("Its messages were kept by the Assistants API, not stored locally.");
            }
            Readability::Damaged(reason) => {
                output::say(&format!("It is damaged: {reason}. It is kept as it is."));
            }
        }
        let marks = self.store.marks(conversation);
        let now = clock::now();
        for (place, message) in conversation.messages.iter().enumerate().skip(from) {
            let who = match &message.role {
                Role::User => "You asked",
                Role::Assistant => "The assistant answered",
                Role::Other(word) => word,
            };
            let text = message.text.trim_end_matches('\n');
            let when = age::since(message.timestamp, now);
            output::write_clean(&format!("{who}, {when}:\n{text}\n"))?;
            for (_, why) in marks.iter().filter(|(at, _)| *at == place) {
                output::write_clean(&format!("This answer is not whole: {why}\n"))?;
            }
        }
        let last = conversation.messages.last();
        if last.is_some_and(|message| message.role == Role::User) {
            let on_web = !self.store.asked_elsewhere(&[conversation.summary()], now).is_empty();
            output::say(if on_web {
                "The last question is being answered on the web. /retry asks it here as well."
            } else {
                "The last question has no answer. /retry asks it again."
            });
        }
        Ok(())
    }
}

/// A title on one line.
fn name(title: &str) -> String {
    if title.is_empty() { "no title".to_owned() } else { title.replace('\n', " ") }
}
