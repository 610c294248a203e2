//! One turn in plain lines: asked, read out, and told how it ended.
//! Must not decide anything about the turn.

use crate::chat::{ConversationId, EndReport, FailureKind, ReplyOutcome};
use crate::cli::error::CliError;
use crate::cli::turn_driver::{self, Question, QuestionKind, TurnEnvironment};
use crate::cli::{background, bootstrap, models, output};

use super::PlainSession;
use crate::cli::plain::line_printer::LinePrinter;

impl PlainSession {
    /// Stores what is new, asks, reads the answer out, stores it.
    pub(super) fn run_turn(
        &mut self,
        id: &ConversationId,
        asked: QuestionKind,
    ) -> Result<(), CliError> {
        // Presets are looked at each time: somebody may have changed or broken them.
        let options = bootstrap::load_answer_options(&self.settings)?;
        let question = Question { conversation: id.clone(), kind: asked, options };
        let environment = TurnEnvironment {
            settings: &self.settings,
            server: &self.server,
            store: &mut self.store,
            runtime: &self.runtime,
        };
        let mut printer = LinePrinter::default();
        let ended = turn_driver::ask(environment, question, &mut printer);
        if printer.question_stored {
            self.open_conversation = Some(id.clone());
        }
        self.print_outcome(&ended?);
        Ok(())
    }

    /// Collects the answer of a conversation that was left at the server, before anything is asked in it.
    pub(super) fn collect(&mut self, id: &ConversationId) -> Result<(), CliError> {
        background::collect_answers(&self.settings, &mut self.store, Some(id))
    }

    /// How a turn ended, and what to do about it.
    fn print_outcome(&self, report: &EndReport) {
        // Whoever only listens does not see that nothing more comes.
        let sentence = report.sentence().unwrap_or_else(|| "End of the answer.".to_owned());
        output::print_message(&sentence);
        match &report.outcome {
            ReplyOutcome::Completed | ReplyOutcome::Incomplete(_) | ReplyOutcome::Stopped => {}
            ReplyOutcome::LeftRunning(_) => output::print_message("/retry fetches it."),
            ReplyOutcome::Failed(failure) if failure.kind == FailureKind::ModelUnavailable => {
                models::suggest(&self.settings);
                output::print_message("/model NAME chooses another, /retry asks again.");
            }
            // A part of an answer counts as one: nothing is left to be asked again.
            ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) if report.has_text => {}
            ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) => {
                output::print_message("/retry asks again.")
            }
        }
    }
}
