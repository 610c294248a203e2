//! Where the answer of a turn goes that a command drives. `ask` and `--plain` differ in this alone, and
//! in what they advise when it has ended.
//! Must not decide anything about the turn.

use std::future::{Future, pending};

use crate::chat::{ReplyEnding, ReplyEvent, TextDelta, TurnEvent};

use crate::cli::error::CliError;
use crate::cli::output;

/// Shows a turn to whoever asked.
pub trait TurnOutput {
    /// Called once the question is on disk, before it is sent.
    ///
    /// # Errors
    /// When standard output fails.
    fn begin(&mut self) -> Result<(), CliError> {
        Ok(())
    }

    /// Shows what came of the answer; it is in the journal.
    ///
    /// # Errors
    /// When standard output fails.
    fn show_delta(&mut self, delta: &TextDelta) -> Result<(), CliError>;

    /// Shows an event to a reader that wants to know of each. What had to be done about it is done.
    ///
    /// # Errors
    /// When standard output fails.
    fn observe(&mut self, event: &ReplyEvent) -> Result<(), CliError> {
        let _ = event;
        Ok(())
    }

    /// Shows what is not shown yet of an answer that has ended; it is stored, or could not be.
    ///
    /// # Errors
    /// When standard output fails.
    fn finish(&mut self, ending: &ReplyEnding) -> Result<(), CliError>;

    /// Tells the person something beside the answer.
    fn print_message(&mut self, sentence: &str) {
        output::print_message(sentence);
    }

    /// Returns when it has shown that time passes, and is called again then.
    fn tick(&mut self) -> impl Future<Output = ()>;

    /// What Ctrl+C means for the turn.
    fn interrupt_event(&self) -> TurnEvent;
}

/// For an answer of an earlier run: it is stored, and whoever wants to reads it there.
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
