//! One turn in plain lines: asked, read out, and told how it ended.
//! Must not decide anything about the turn.

use crate::chat::{Change, ConversationId, EndReport, FailureKind, Outcome};
use crate::cli::problem::Problem;
use crate::cli::turn_driver::{self, Question, TurnEnvironment};
use crate::cli::{collect, models, open, output};

use super::Plain;
use super::printer::Printer;

impl Plain {
    /// Stores what is new, asks, reads the answer out, stores it.
    pub(super) fn turn(
        &mut self,
        id: &ConversationId,
        changes: Vec<Change>,
    ) -> Result<(), Problem> {
        // Presets are looked at each time: somebody may have changed or broken them.
        let options = open::options(&self.settings)?;
        let question = Question { conversation: id.clone(), changes, options };
        let environment = TurnEnvironment {
            settings: &self.settings,
            server: &self.server,
            store: &mut self.store,
            runtime: &self.runtime,
        };
        let mut printer = Printer::default();
        let ended = turn_driver::ask(environment, question, &mut printer);
        if printer.question_stored {
            self.open = Some(id.clone());
        }
        self.tell(&ended?);
        Ok(())
    }

    /// Collects the answer of a conversation that was left at the server, before anything is asked in it.
    pub(super) fn collect(&mut self, id: &ConversationId) -> Result<(), Problem> {
        collect::left_running(&self.settings, &mut self.store, Some(id))
    }

    /// How a turn ended, and what to do about it.
    fn tell(&self, report: &EndReport) {
        // Whoever only listens does not see that nothing more comes.
        let sentence = report.sentence().unwrap_or_else(|| "End of the answer.".to_owned());
        output::say(&sentence);
        match &report.outcome {
            Outcome::Completed | Outcome::Incomplete(_) | Outcome::Stopped => {}
            Outcome::LeftRunning(_) => output::say("/retry fetches it."),
            Outcome::Failed(failure) if failure.kind == FailureKind::ModelGone => {
                models::suggest(&self.settings);
                output::say("/model NAME chooses another, /retry asks again.");
            }
            // A part of an answer counts as one: nothing is left to be asked again.
            Outcome::Interrupted(_) | Outcome::Failed(_) if report.has_text => {}
            Outcome::Interrupted(_) | Outcome::Failed(_) => output::say("/retry asks again."),
        }
    }
}
