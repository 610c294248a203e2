//! An answer as whole lines, printed when they are complete, never taken back.
//! May not print anything but lines.

use std::time::{Duration, Instant};

use crate::chat::{Delta, Ending, ReplyEvent, TurnEvent};
use crate::cli::output;
use crate::cli::problem::Problem;
use crate::cli::turn_driver::TurnOutput;

/// How often a person who hears nothing is told that it goes on.
const PATIENCE: Duration = Duration::from_secs(15);

/// What was printed of an answer, and what waits for the end of its line.
#[derive(Debug)]
pub(super) struct Printer {
    /// Whether its question is on disk.
    pub(super) question_stored: bool,
    whole: String,
    printed: usize,
    /// When something was heard last.
    heard: Instant,
}

impl Default for Printer {
    fn default() -> Self {
        let heard = Instant::now();
        Self { question_stored: false, whole: String::new(), printed: 0, heard }
    }
}

impl Printer {
    /// Takes more of the answer; prints the lines that are complete.
    fn append(&mut self, text: &str) -> Result<(), Problem> {
        if self.whole.is_empty() && !text.is_empty() {
            output::write("The assistant answers:\n")?;
        }
        self.whole.push_str(text);
        let waiting = self.whole.get(self.printed..).unwrap_or_default();
        if let Some(end) = waiting.rfind('\n') {
            let lines = waiting.get(..=end).unwrap_or_default();
            output::write_clean(lines)?;
            self.printed = self.printed.saturating_add(lines.len());
        }
        Ok(())
    }

    /// What came was wrong: only what follows the part that still stands can be printed.
    fn replace(&mut self, whole: &str) -> Result<(), Problem> {
        let printed = self.whole.get(..self.printed).unwrap_or_default();
        if whole.starts_with(printed) {
            let more = whole.get(self.whole.len()..).filter(|_| whole.starts_with(&self.whole));
            if let Some(more) = more {
                return self.append(more);
            }
            let more = whole.get(self.printed..).unwrap_or_default().to_owned();
            self.whole.truncate(self.printed);
            return self.append(&more);
        }
        output::write("The answer was corrected. It is now:\n")?;
        whole.clone_into(&mut self.whole);
        self.printed = 0;
        self.append("")
    }
}

impl TurnOutput for Printer {
    fn begin(&mut self) -> Result<(), Problem> {
        self.question_stored = true;
        Ok(())
    }

    fn delta(&mut self, delta: &Delta) -> Result<(), Problem> {
        match delta {
            Delta::Append(text) => self.append(text),
            Delta::Replace(text) => self.replace(text),
        }
    }

    fn observe(&mut self, _event: &ReplyEvent) -> Result<(), Problem> {
        self.heard = Instant::now();
        Ok(())
    }

    /// Prints what is left.
    fn finish(&mut self, ending: &Ending) -> Result<(), Problem> {
        if ending.text != self.whole {
            self.replace(&ending.text)?;
        }
        let rest = self.whole.get(self.printed..).unwrap_or_default().to_owned();
        self.printed = self.whole.len();
        if rest.is_empty() { Ok(()) } else { output::write_clean(&format!("{rest}\n")) }
    }

    async fn tick(&mut self) {
        tokio::time::sleep_until((self.heard + PATIENCE).into()).await;
        self.heard = Instant::now();
        output::say("Still waiting; Ctrl+C stops.");
    }

    fn interrupted(&self) -> TurnEvent {
        // The conversation goes on.
        TurnEvent::StopRequested
    }
}
