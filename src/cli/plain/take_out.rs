//! Takes text out of a plain conversation: to a file, or to the clipboard.

use crate::chat::mention::unquoted;
use crate::chat::{Conversation, Role, count};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::runtime::export;
use crate::runtime::new_file::{format_of, write_failure, write_new_file, written_sentence};
use crate::view::markdown::code_blocks;

use super::session::PlainSession;

impl PlainSession {
    /// Writes the conversation to a new file; without a name, to one named after the title.
    pub(super) fn export(&mut self, path: &str) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let stored = self.store.stored_conversation(&id)?;
        let named = Some(unquoted(path)).filter(|path| !path.is_empty());
        export::check_readable(&stored, format_of(named))?;
        let records = self.store.answer_records().records(&id);
        let written = write_new_file(&stored.about, named, |format, to| {
            export::write_document(&stored, &records, format, to, &mut |_| Ok(()))
        });
        let path = written.map_err(|error| write_failure(named, &error))?;
        output::print_message(&written_sentence(named, path));
        Ok(())
    }

    /// Copies the last answer, or the code block of it with this number.
    pub(super) fn copy(&mut self, number: &str) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let conversation = self.store.conversation(&id)?;
        let Some(answer) = last_answer(&conversation) else {
            output::print_message("There is no answer to copy yet.");
            return Ok(());
        };
        let message = if number.is_empty() {
            self.clipboard.copy("the answer", answer.to_owned())
        } else {
            let blocks = code_blocks(answer);
            let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match at.and_then(|at| blocks.get(at)) {
                Some(code) => self.clipboard.copy(&format!("code block {number}"), code.clone()),
                None if blocks.is_empty() => {
                    "The last answer has no code blocks. /copy copies all of it.".to_owned()
                }
                None => format!(
                    "The last answer has {}. Use /copy, or /copy 1 for the first.",
                    count::phrase(blocks.len(), "code block")
                ),
            }
        };
        output::print_message(&message);
        Ok(())
    }
}

fn last_answer(conversation: &Conversation) -> Option<&str> {
    let answer =
        conversation.messages.iter().rev().find(|message| message.role == Role::Assistant)?;
    Some(&answer.text)
}
