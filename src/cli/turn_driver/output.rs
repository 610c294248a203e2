//! Where the answer of a turn goes. `ask` and `--plain` differ in this, and in what they advise afterwards.

use std::future::{Future, pending, ready};

use crate::chat::{PermissionScope, ReplyEnding, ReplyEvent, TextDelta, ToolRequest, TurnEvent};

use crate::cli::error::CliError;
use crate::cli::output;

/// Prints a turn as it goes on. Methods fail where standard output does.
pub(crate) trait TurnOutput {
    /// Called once the question is on disk, before it is sent.
    fn begin(&mut self) -> Result<(), CliError> {
        Ok(())
    }

    /// Prints a piece of the answer, which is in the journal already.
    fn show_delta(&mut self, delta: &TextDelta) -> Result<(), CliError>;

    /// Prints an event for a reader that wants each, after the turn has handled it.
    fn observe(&mut self, event: &ReplyEvent) -> Result<(), CliError> {
        let _ = event;
        Ok(())
    }

    /// Prints the rest of an answer that has ended and was stored, or could not be.
    fn finish(&mut self, ending: &ReplyEnding) -> Result<(), CliError>;

    /// Prints a message that is not part of the answer.
    fn print_message(&mut self, sentence: &str) {
        output::print_message(sentence);
    }

    /// Asks the user whether a call may run; `None` where it may not, or nobody can be asked.
    fn ask_approval(
        &mut self,
        request: &ToolRequest,
    ) -> impl Future<Output = Option<PermissionScope>> {
        self.print_message(&format!(
            "The tool {name} was not called, because nobody could be asked. To allow its calls, use --tools \
             {name}, or name the tool in `allow` of [mcp.{server}] in config.toml.",
            name = request.name(),
            server = request.server,
        ));
        ready(None)
    }

    /// Shows that time passes, then returns to be called again.
    fn tick(&mut self) -> impl Future<Output = ()>;

    /// What Ctrl+C means: to stop the answer, or to leave it running.
    fn interrupt_event(&self) -> TurnEvent;
}

/// Prints nothing: the answer of an earlier run is only stored.
#[derive(Debug)]
pub(super) struct NoOutput;

impl TurnOutput for NoOutput {
    fn show_delta(&mut self, _delta: &TextDelta) -> Result<(), CliError> {
        Ok(())
    }

    fn finish(&mut self, _ending: &ReplyEnding) -> Result<(), CliError> {
        Ok(())
    }

    fn tick(&mut self) -> impl Future<Output = ()> {
        pending()
    }

    fn interrupt_event(&self) -> TurnEvent {
        TurnEvent::LeaveRequested
    }
}
