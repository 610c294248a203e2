//! The state of a plain conversation, and how a stored one is read out.

use crate::chat::{Conversation, ConversationId, Role, count};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::server_session::ServerSession;
use crate::runtime::clipboard::LineClipboard;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::Store;
use crate::view::age;

use super::line_reader::LineReader;

/// What lasts from one line of input to the next.
pub(super) struct PlainSession {
    pub(super) settings: Settings,
    pub(super) store: Store,
    pub(super) server: ServerSession,
    /// The conversation that questions go to; `None` where the next one starts its own.
    pub(super) open_conversation: Option<ConversationId>,
    /// Reads standard input, also where a tool call needs an answer.
    pub(super) lines: LineReader,
    /// Files that go with the next question.
    pub(super) attached: Vec<String>,
    pub(super) clipboard: LineClipboard,
}

impl PlainSession {
    /// Opens a conversation and reads out its last question and answer.
    pub(super) fn open_conversation(&mut self, id: ConversationId) -> Result<(), CliError> {
        let conversation = self.store.conversation(&id)?;
        self.open_conversation = Some(id);
        output::print_message(&format!(
            "Opened: {}. {}.",
            display_title(conversation.title.text()),
            count::phrase(conversation.messages.len(), "message")
        ));
        let last = conversation.messages.len().saturating_sub(2);
        self.read_out(&conversation, last)
    }

    /// Reads out the messages from the index `from` on, with roles and ages.
    pub(super) fn read_out(
        &mut self,
        conversation: &Conversation,
        from: usize,
    ) -> Result<(), CliError> {
        if let Some(sentence) = conversation.readability.sentence() {
            output::print_message(&sentence);
        }
        let early_ends = self.store.answer_records().early_ends(conversation);
        let (now, zone) = (clock::now(), clock::local_time_zone());
        for (index, message) in conversation.messages.iter().enumerate().skip(from) {
            let speaker = match &message.role {
                Role::User => "You asked",
                Role::Assistant => "The assistant answered",
                Role::Other(role) => role,
            };
            let text = message.text.trim_end_matches('\n');
            let when = age::age_phrase(message.timestamp, now, &zone);
            output::write_clean(&format!("{speaker}, {when}:\n{text}\n"))?;
            for (_, why) in early_ends.iter().filter(|(at, _)| *at == index) {
                output::write_clean(&format!("This answer is incomplete: {why}\n"))?;
            }
        }
        let last = conversation.messages.last();
        if last.is_some_and(|message| message.role == Role::User) {
            let on_web = !self.store.remote_questions(&[conversation.summary()], now).is_empty();
            output::print_message(if on_web {
                "The last question is being answered in the web app. Use /retry to ask it here as \
                 well."
            } else {
                "The last question has no answer. Use /retry to ask it again."
            });
        }
        Ok(())
    }
}

/// A title on one line.
pub(super) fn display_title(title: &str) -> String {
    if title.is_empty() { "no title".to_owned() } else { title.replace('\n', " ") }
}
