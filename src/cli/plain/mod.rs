//! `duologue --plain`: a conversation as whole lines, for screen readers and simple terminals.
//! Must not move the cursor, change a printed line or write an escape code: a screen reader would read
//! it out.

mod answer;
mod approval;
mod commands;
mod interrupts;
mod line_printer;
mod line_reader;
mod question_options;
mod run_command;
mod session;
mod take_out;
mod template_question;

use std::io::{self, IsTerminal};

use crate::chat::UnstoredCopy;
use crate::runtime::clipboard::LineClipboard;
use crate::runtime::{InitialConversation, clock};
use crate::settings::Settings;

use super::error::{CliError, code};
use super::server_session::ServerSession;
use super::{background, bootstrap, output};
use commands::PlainInput;
use interrupts::Interrupts;
use line_reader::{LineReader, UserInput};
use run_command::LoopAction;
use session::PlainSession;

/// How to send a text that begins as a command does.
const ESCAPE_ADVICE: &str = "Start a message with two slashes to send one slash.";

/// Holds a conversation line by line until the input ends. Fails where the chats cannot be read at all
/// or standard output is broken.
pub(super) fn run(settings: Settings, first: InitialConversation) -> Result<u8, CliError> {
    let mut store = bootstrap::open_store(&settings)?;
    let mut server = ServerSession::start(&settings)?;
    background::collect_answers(&settings, &mut store, &mut server, None)?;
    let had_terminal = io::stdin().is_terminal();
    let clipboard = LineClipboard::new(settings.paths.state.clone());
    let mut plain = PlainSession {
        settings,
        store,
        server,
        open_conversation: None,
        lines: LineReader::start(),
        attached: Vec::new(),
        clipboard,
    };
    let result = plain.converse(first);
    plain.report_unstored();
    plain.server.close();
    // A terminal that hung up is none any more.
    let is_lost = had_terminal && !io::stdin().is_terminal();
    result.map(|()| if is_lost { code::TERMINAL_LOST } else { code::DONE })
}

/// Ends the line of a prompt behind which no line was entered.
fn end_prompt() {
    if io::stdin().is_terminal() {
        output::print_message("");
    }
}

impl PlainSession {
    fn converse(&mut self, first: InitialConversation) -> Result<(), CliError> {
        let runtime = self.server.handle().clone();
        let listen = || {
            let _context = runtime.enter();
            Interrupts::listen()
        };
        self.greet();
        if let InitialConversation::Existing(id) = first {
            self.open_conversation(id)?;
        }
        loop {
            // Before the prompt: Ctrl+C right behind the prompt must be seen.
            let mut interrupts = listen()?;
            if io::stdin().is_terminal() {
                output::print_prompt("You: ");
            }
            match runtime.block_on(self.lines.next(&mut interrupts)) {
                UserInput::Message(text) => {
                    if self.handle_line(&text)? == LoopAction::Quit {
                        return Ok(());
                    }
                }
                UserInput::Interrupted => {
                    end_prompt();
                    output::print_message("No answer is running. Use /quit to quit.");
                }
                UserInput::Discarded => {
                    output::print_message("The unfinished message was discarded.");
                }
                UserInput::Unreadable(error) => return Err(error),
                UserInput::End => {
                    end_prompt();
                    return Ok(());
                }
            }
        }
    }

    /// Tries once more to store what could not be, and says what is lost at the end.
    fn report_unstored(&mut self) {
        if !self.store.has_unstored_answers() {
            return;
        }
        let _ = self.store.store_again(clock::now());
        self.store.take_stored_answers();
        if self.store.has_unstored_answers() {
            output::print_message(match self.store.unstored_copy() {
                UnstoredCopy::Journal => {
                    "The last answer is safe in the state folder and is added to the file at the next \
                     start."
                }
                UnstoredCopy::Memory => {
                    "The last answer could not be stored. It is only above: copy it from there."
                }
            });
        }
    }

    fn greet(&self) {
        let (user, model) = (&self.settings.user, &self.settings.model);
        output::print_message(&format!("duologue in plain mode. User {user}, model {model}."));
        if self.settings.is_key_missing() {
            output::print_message(
                "No API key is set. Run `duologue setup` to choose a server and store a key.",
            );
        }
        output::print_message(
            "Type a message and press Enter. End a line with a backslash to continue on the next. \
             /help lists the commands.",
        );
    }

    /// Runs a command or asks a question. A failure is printed, and the next line is read.
    fn handle_line(&mut self, text: &str) -> Result<LoopAction, CliError> {
        let result = match commands::parse(text) {
            None => Ok(LoopAction::Continue),
            Some(PlainInput::Message(text)) => self.ask(&text).map(|()| LoopAction::Continue),
            Some(PlainInput::Command(command)) => self.run_command(command),
            Some(PlainInput::Unknown(unknown)) => {
                self.ask_with_template(unknown).map(|()| LoopAction::Continue)
            }
            Some(PlainInput::UnusedArgument(name)) => {
                output::print_message(&format!(
                    "/{name} takes nothing after its name. {ESCAPE_ADVICE}"
                ));
                Ok(LoopAction::Continue)
            }
        };
        bootstrap::print_notices(&mut self.store);
        // Only a broken standard output ends the conversation.
        result.or_else(|error| {
            output::print_message(&error.text);
            output::write("").map(|()| LoopAction::Continue)
        })
    }
}
