//! Prints an answer in whole lines, each once it is complete.

use std::time::{Duration, Instant};

use crate::chat::{PermissionScope, ReplyEnding, ReplyEvent, TextDelta, ToolRequest, TurnEvent};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::turn_driver::TurnOutput;

use super::approval;
use super::line_reader::LineReader;

/// How long nothing may come before a message says that the answer is still awaited.
const WAIT_NOTICE_INTERVAL: Duration = Duration::from_secs(15);

/// The answer so far; its last line is printed once it is complete.
pub(super) struct LinePrinter<'a> {
    /// Whether the turn got as far as storing its question, so that `/retry` can ask it.
    pub(super) question_stored: bool,
    answer: String,
    printed_len: usize,
    /// When the last event of the server came, or the last message about waiting.
    last_event: Instant,
    /// Where the answers to questions about tool calls come from.
    lines: &'a mut LineReader,
}

impl<'a> LinePrinter<'a> {
    pub(super) fn new(lines: &'a mut LineReader) -> Self {
        Self {
            question_stored: false,
            answer: String::new(),
            printed_len: 0,
            last_event: Instant::now(),
            lines,
        }
    }

    /// Adds text to the answer; prints the lines that are complete.
    fn append(&mut self, text: &str) -> Result<(), CliError> {
        if self.answer.is_empty() && !text.is_empty() {
            output::write("The assistant answers:\n")?;
        }
        self.answer.push_str(text);
        let pending = self.answer.get(self.printed_len..).unwrap_or_default();
        if let Some(end) = pending.rfind('\n') {
            let lines = pending.get(..=end).unwrap_or_default();
            output::write_clean(lines)?;
            self.printed_len = self.printed_len.saturating_add(lines.len());
        }
        Ok(())
    }

    /// Corrects the answer. What follows an unchanged beginning is appended; otherwise it is printed anew.
    fn replace(&mut self, whole: &str) -> Result<(), CliError> {
        let printed = self.answer.get(..self.printed_len).unwrap_or_default();
        if whole.starts_with(printed) {
            let more = whole.get(self.answer.len()..).filter(|_| whole.starts_with(&self.answer));
            if let Some(more) = more {
                return self.append(more);
            }
            let more = whole.get(self.printed_len..).unwrap_or_default().to_owned();
            self.answer.truncate(self.printed_len);
            return self.append(&more);
        }
        output::write("The answer was corrected. It is now:\n")?;
        whole.clone_into(&mut self.answer);
        self.printed_len = 0;
        self.append("")
    }
}

impl TurnOutput for LinePrinter<'_> {
    fn begin(&mut self) -> Result<(), CliError> {
        self.question_stored = true;
        Ok(())
    }

    fn show_delta(&mut self, delta: &TextDelta) -> Result<(), CliError> {
        match delta {
            TextDelta::Append(text) => self.append(text),
            TextDelta::Replace(text) => self.replace(text),
        }
    }

    fn observe(&mut self, _event: &ReplyEvent) -> Result<(), CliError> {
        self.last_event = Instant::now();
        Ok(())
    }

    fn finish(&mut self, ending: &ReplyEnding) -> Result<(), CliError> {
        if ending.text != self.answer {
            self.replace(&ending.text)?;
        }
        let rest = self.answer.get(self.printed_len..).unwrap_or_default().to_owned();
        self.printed_len = self.answer.len();
        if rest.is_empty() { Ok(()) } else { output::write_clean(&format!("{rest}\n")) }
    }

    async fn ask_approval(&mut self, request: &ToolRequest) -> Option<PermissionScope> {
        approval::ask(self.lines, request).await
    }

    async fn tick(&mut self) {
        tokio::time::sleep_until((self.last_event + WAIT_NOTICE_INTERVAL).into()).await;
        self.last_event = Instant::now();
        output::print_message("Still waiting for the answer. Press Ctrl+C to stop.");
    }

    fn interrupt_event(&self) -> TurnEvent {
        // The conversation goes on.
        TurnEvent::StopRequested
    }
}
