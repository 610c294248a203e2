//! Prints an answer as it comes: as text, as a line of JSON for each event, or as one object at the end.

use serde_json::{Value, json};

use crate::chat::{
    ConversationId, ModelActivity, ReplyEnding, ReplyEvent, ReplyOutcome, ResponseId, TextDelta,
    TurnEvent,
};

use crate::view::markdown::TextEnd;

use super::error::CliError;
use super::file_check::FileCheck;
use super::markdown_printer::MarkdownPrinter;
use super::mcp::waiting_for;
use super::output;
use super::progress::WaitIndicator;
use super::render::Renderer;
use super::turn_driver::TurnOutput;

/// What `ask` prints of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFormat {
    /// The text as it comes.
    Text,
    /// One JSON object once the answer has ended.
    Json,
    /// A line of JSON for each event.
    Events,
}

impl AnswerFormat {
    /// The format that `--json` or `--events` asks for; the two exclude each other.
    pub(super) const fn of(json: bool, events: bool) -> Self {
        match (json, events) {
            (_, true) => Self::Events,
            (true, false) => Self::Json,
            (false, false) => Self::Text,
        }
    }
}

/// Prints an answer and remembers what it has printed: a pipe cannot be rewritten.
pub(super) struct AnswerPrinter {
    format: AnswerFormat,
    /// Lays the text out, on a terminal.
    markdown: Option<MarkdownPrinter>,
    conversation: ConversationId,
    printed: String,
    wait_indicator: WaitIndicator,
    /// What the answer waits for: the model, or what the model uses.
    awaited: String,
    model: String,
    /// The check of the file, which prints its line after everything else.
    check: FileCheck,
}

impl AnswerPrinter {
    pub(super) fn new(
        format: AnswerFormat,
        conversation: ConversationId,
        model: &str,
        renderer: Option<Renderer>,
        check: FileCheck,
    ) -> Self {
        let renderer = renderer.filter(|_| format == AnswerFormat::Text);
        Self {
            format,
            markdown: renderer.map(MarkdownPrinter::new),
            conversation,
            printed: String::new(),
            wait_indicator: WaitIndicator::new(),
            awaited: model.to_owned(),
            model: model.to_owned(),
            check,
        }
    }

    fn append(&mut self, text: &str) -> Result<(), CliError> {
        self.printed.push_str(text);
        match (self.format, &mut self.markdown) {
            (AnswerFormat::Text, Some(markdown)) => markdown.append(text),
            (AnswerFormat::Text, None) => output::write_clean(text),
            (AnswerFormat::Json | AnswerFormat::Events, _) => Ok(()),
        }
    }

    /// Corrects the answer. What follows an unchanged beginning is appended; otherwise it is printed anew.
    fn replace(&mut self, whole: &str) -> Result<(), CliError> {
        if let Some(more) = whole.strip_prefix(self.printed.as_str()) {
            let more = more.to_owned();
            return self.append(&more);
        }
        if self.format == AnswerFormat::Text {
            output::print_message("The server corrected the answer; the corrected text is stored.");
            match &mut self.markdown {
                Some(markdown) => markdown.replace(whole)?,
                None => output::write_clean(&format!("\n\n{whole}"))?,
            }
        }
        whole.clone_into(&mut self.printed);
        Ok(())
    }

    /// Ends the line the answer is in the middle of.
    fn end_line(&mut self, end: TextEnd) -> Result<(), CliError> {
        if let Some(markdown) = &mut self.markdown {
            return markdown.finish(end);
        }
        if self.format == AnswerFormat::Text
            && !self.printed.is_empty()
            && !self.printed.ends_with('\n')
        {
            output::write("\n")?;
        }
        Ok(())
    }
}

impl TurnOutput for AnswerPrinter {
    fn begin(&mut self) -> Result<(), CliError> {
        if self.format != AnswerFormat::Events {
            return Ok(());
        }
        output::write_json(&json!({ "type": "started", "threadId": self.conversation.as_str() }))
    }

    fn show_delta(&mut self, delta: &TextDelta) -> Result<(), CliError> {
        self.wait_indicator.clear_for_answer();
        self.check.start_if_large();
        match delta {
            TextDelta::Append(text) => self.append(text),
            TextDelta::Replace(text) => self.replace(text),
        }
    }

    fn observe(&mut self, event: &ReplyEvent) -> Result<(), CliError> {
        self.awaited = match event {
            ReplyEvent::Activity(ModelActivity::ServerStart { name }) => waiting_for(name),
            ReplyEvent::Activity(ModelActivity::ToolCall { name }) => format!("Using {name},"),
            _ => self.model.clone(),
        };
        let json = event_json(event).filter(|_| self.format == AnswerFormat::Events);
        json.map_or(Ok(()), |json| output::write_json(&json))
    }

    fn finish(&mut self, ending: &ReplyEnding) -> Result<(), CliError> {
        self.wait_indicator.clear();
        if ending.text != self.printed {
            self.replace(&ending.text)?;
        }
        let is_complete = ending.outcome == ReplyOutcome::Completed;
        self.end_line(if is_complete { TextEnd::Open } else { TextEnd::Cut })?;
        let mut object = as_json(&self.conversation, ending);
        match (self.format, object.as_object_mut()) {
            (AnswerFormat::Text, _) => return Ok(()),
            (AnswerFormat::Events, Some(fields)) => {
                fields.shift_insert(0, "type".to_owned(), json!("ended"));
            }
            (AnswerFormat::Json | AnswerFormat::Events, _) => {}
        }
        output::write_json(&object)
    }

    fn print_message(&mut self, sentence: &str) {
        self.wait_indicator.clear();
        output::print_message(sentence);
    }

    async fn tick(&mut self) {
        let redraw = self.markdown.as_mut().and_then(|it| it.next_redraw().map(|next| (it, next)));
        if let Some((markdown, next)) = redraw {
            tokio::time::sleep_until(next.into()).await;
            // A terminal that is gone is noticed at the next piece, or at the end.
            let _ = markdown.redraw();
        } else {
            self.wait_indicator.next_second().await;
            self.wait_indicator.show(&self.awaited, &self.printed);
        }
    }

    fn interrupt_event(&self) -> TurnEvent {
        // Ctrl+C ends the program: a background answer is left running.
        TurnEvent::LeaveRequested
    }
}

/// An event as JSON; the end has a line of its own, printed once it is stored.
fn event_json(event: &ReplyEvent) -> Option<Value> {
    Some(match event {
        ReplyEvent::Accepted { response_id, model, .. } => json!({
            "type": "accepted",
            "response_id": response_id.as_ref().map(ResponseId::as_str),
            "model": model,
        }),
        ReplyEvent::TextAppended(text) => json!({ "type": "text", "text": text }),
        ReplyEvent::TextReplaced(text) => json!({ "type": "text_replaced", "text": text }),
        ReplyEvent::ReasoningAppended(text) => json!({ "type": "reasoning", "text": text }),
        ReplyEvent::Activity(activity) => {
            let (name, detail) = match activity {
                ModelActivity::Reasoning => ("reasoning", None),
                ModelActivity::WebSearch { query } => ("web_search", query.as_deref()),
                ModelActivity::ServerStart { name } => ("server_start", Some(name.as_str())),
                ModelActivity::ToolCall { name } => ("tool_call", Some(name.as_str())),
                ModelActivity::ToolUsed { line } => ("tool_used", Some(line.as_str())),
            };
            json!({ "type": "activity", "activity": name, "detail": detail })
        }
        ReplyEvent::ApprovalNeeded(request) => json!({
            "type": "approval_needed",
            "tool": request.name(),
            "arguments": request.arguments,
        }),
        ReplyEvent::ToolUsed(tool) => json!({ "type": "tool", "text": tool.line() }),
        ReplyEvent::Retrying { attempt, after, failure } => json!({
            "type": "retrying",
            "attempt": attempt,
            "seconds": after.as_secs_f64(),
            "message": failure.sentence,
        }),
        ReplyEvent::Notice(text) => json!({ "type": "notice", "message": text }),
        ReplyEvent::EffortOmitted | ReplyEvent::CapabilityLearned(_) | ReplyEvent::Ended(_) => {
            return None;
        }
    })
}

fn as_json(id: &ConversationId, ending: &ReplyEnding) -> Value {
    let status = match &ending.outcome {
        ReplyOutcome::Completed => "completed",
        ReplyOutcome::Incomplete(_) => "incomplete",
        ReplyOutcome::Stopped => "stopped",
        ReplyOutcome::Interrupted(_) => "interrupted",
        ReplyOutcome::LeftRunning(_) => "in_progress",
        ReplyOutcome::Failed(_) => "failed",
    };
    json!({
        "threadId": id.as_str(),
        "text": ending.text,
        "response_id": ending.response_id.as_ref().map(ResponseId::as_str),
        "model": ending.model,
        "status": status,
        "usage": ending.stats.usage,
    })
}
