//! One turn of the plain mode: asks, prints the answer and says how it ended.

use crate::chat::{AnswerOptions, ConversationId, EndReport, FailureKind, ReplyOutcome};
use crate::cli::attach::AttachedFiles;
use crate::cli::error::CliError;
use crate::cli::turn_driver::{self, Question, QuestionKind, TurnEnvironment};
use crate::cli::{attach, background, bootstrap, models, output};
use crate::runtime::clock;

use super::line_printer::LinePrinter;
use super::session::PlainSession;

impl PlainSession {
    /// Asks a question in the open conversation, or starts one with it.
    pub(super) fn ask(&mut self, text: &str) -> Result<(), CliError> {
        // Presets are read each time: another program may have changed or broken them.
        let options = bootstrap::load_answer_options(&self.settings)?;
        self.ask_with(text, options)
    }

    /// The same with these options.
    pub(super) fn ask_with(&mut self, text: &str, options: AnswerOptions) -> Result<(), CliError> {
        if let Some(id) = self.open_conversation.clone() {
            self.collect(&id)?;
        }
        let text = attach::add_mentions(text.to_owned(), &self.attached);
        let (id, question) = QuestionKind::new(self.open_conversation.clone(), &text, clock::now());
        self.run_turn(&id, question, options)?;
        self.attached.clear();
        Ok(())
    }

    /// Asks a question and prints its answer; both are stored.
    pub(super) fn run_turn(
        &mut self,
        id: &ConversationId,
        kind: QuestionKind,
        options: AnswerOptions,
    ) -> Result<(), CliError> {
        let is_retry = matches!(kind, QuestionKind::Retry(_));
        let files = match &kind {
            QuestionKind::New(_) => self.attached.clone(),
            QuestionKind::Retry(_) => Vec::new(),
        };
        let files = AttachedFiles { paths: files, encoding: None };
        let question = Question { conversation: id.clone(), kind, options, files };
        let environment = TurnEnvironment {
            settings: &self.settings,
            store: &mut self.store,
            session: &mut self.server,
        };
        let mut printer = LinePrinter::new(&mut self.lines);
        let result = turn_driver::ask(environment, question, &mut printer);
        let is_accepted = printer.question_stored;
        if is_accepted {
            self.open_conversation = Some(id.clone());
        }
        // A question that is in the file can be asked again whatever the reason.
        let advice = if is_retry && !is_accepted { " Use /retry to ask again." } else { "" };
        let report = result.map_err(|error| CliError { text: error.text + advice, ..error })?;
        self.print_outcome(&report);
        Ok(())
    }

    /// Waits for the answer of a conversation that an earlier run left at the server.
    pub(super) fn collect(&mut self, id: &ConversationId) -> Result<(), CliError> {
        background::collect_answers(&self.settings, &mut self.store, &mut self.server, Some(id))
    }

    /// Says how a turn ended and what to do next.
    fn print_outcome(&self, report: &EndReport) {
        // With a screen reader nothing else shows that the answer is complete.
        let sentence = report.sentence().unwrap_or_else(|| "End of the answer.".to_owned());
        output::print_message(&sentence);
        match &report.outcome {
            ReplyOutcome::Completed if !report.has_text => {
                output::print_message("Use /retry to ask again.");
            }
            ReplyOutcome::Completed | ReplyOutcome::Incomplete(_) | ReplyOutcome::Stopped => {}
            ReplyOutcome::LeftRunning(_) => {
                output::print_message("Use /retry to fetch the answer.");
            }
            ReplyOutcome::Failed(failure) if failure.kind == FailureKind::ModelUnavailable => {
                let _ = models::suggest(&self.settings);
                output::print_message("Use /model NAME to choose another model, then /retry.");
            }
            // A partial answer counts as one: the question cannot be asked again.
            ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) if report.has_text => {
                output::print_message("Use /continue to continue the answer.");
            }
            ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) => {
                output::print_message("Use /retry to ask again.");
            }
        }
    }
}
