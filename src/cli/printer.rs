//! An answer as it comes, on standard output: as text, as a line of JSON for each event, or as one
//! object at the end.
//! May not take back what a pipe has already read.

use serde_json::{Value, json};

use crate::chat::{Activity, ConversationId, Ending, Outcome, ReplyEvent, ResponseId};

use super::output;
use super::problem::Problem;

/// What is printed of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// Its text.
    Text,
    /// One object when it has ended.
    Json,
    /// A line for each event.
    Events,
}

impl Print {
    /// What two flags ask for; they exclude each other.
    #[must_use]
    pub const fn of(json: bool, events: bool) -> Self {
        match (json, events) {
            (_, true) => Self::Events,
            (true, false) => Self::Json,
            (false, false) => Self::Text,
        }
    }
}

/// Prints an answer, and knows what it has printed.
#[derive(Debug)]
pub struct Printer {
    print: Print,
    printed: String,
}

impl Printer {
    /// Nothing is printed yet, but where the answer goes.
    ///
    /// # Errors
    /// When standard output fails.
    pub fn begin(print: Print, id: &ConversationId) -> Result<Self, Problem> {
        if print == Print::Events {
            output::write_json(&json!({ "type": "started", "threadId": id.as_str() }))?;
        }
        Ok(Self { print, printed: String::new() })
    }

    /// The answer so far.
    #[must_use]
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// Prints what an event says, as far as that is wanted.
    ///
    /// # Errors
    /// When standard output fails.
    pub fn take(&mut self, event: &ReplyEvent) -> Result<(), Problem> {
        if self.print == Print::Events
            && let Some(line) = line(event)
        {
            output::write_json(&line)?;
        }
        match event {
            ReplyEvent::TextAppended(text) => self.append(text),
            ReplyEvent::TextReplaced(text) => self.replace(text),
            ReplyEvent::Ended(ending) => self.finish(&ending.text),
            ReplyEvent::Accepted { .. }
            | ReplyEvent::ReasoningAppended(_)
            | ReplyEvent::Activity(_)
            | ReplyEvent::ToolUsed(_)
            | ReplyEvent::Retrying { .. }
            | ReplyEvent::EffortLeftOut
            | ReplyEvent::Learned(_)
            | ReplyEvent::Notice(_) => Ok(()),
        }
    }

    /// Prints the end, where it is not text alone.
    ///
    /// # Errors
    /// When standard output fails.
    pub fn end(self, id: &ConversationId, ending: &Ending) -> Result<(), Problem> {
        match self.print {
            Print::Text => Ok(()),
            Print::Json => output::write_json(&as_json(id, ending)),
            Print::Events => {
                let mut line = as_json(id, ending);
                if let Some(fields) = line.as_object_mut() {
                    fields.shift_insert(0, "type".to_owned(), json!("ended"));
                }
                output::write_json(&line)
            }
        }
    }

    fn append(&mut self, text: &str) -> Result<(), Problem> {
        self.printed.push_str(text);
        if self.print == Print::Text { output::write_clean(text) } else { Ok(()) }
    }

    /// What was printed was wrong: only what follows the part that still stands can be printed.
    fn replace(&mut self, whole: &str) -> Result<(), Problem> {
        if let Some(more) = whole.strip_prefix(self.printed.as_str()) {
            let more = more.to_owned();
            return self.append(&more);
        }
        if self.print == Print::Text {
            output::say("The server corrected the answer; the stored text is the right one.");
            output::write("\n\n")?;
            output::write_clean(whole)?;
        }
        whole.clone_into(&mut self.printed);
        Ok(())
    }

    fn finish(&mut self, whole: &str) -> Result<(), Problem> {
        if whole != self.printed {
            self.replace(whole)?;
        }
        self.end_line()
    }

    /// Ends the line the answer is in the middle of.
    ///
    /// # Errors
    /// When standard output fails.
    pub fn end_line(&self) -> Result<(), Problem> {
        if self.print == Print::Text && !self.printed.is_empty() && !self.printed.ends_with('\n') {
            output::write("\n")?;
        }
        Ok(())
    }
}

/// An event for a machine; the end has a line of its own when it is stored.
fn line(event: &ReplyEvent) -> Option<Value> {
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
                Activity::Reasoning => ("reasoning", None),
                Activity::WebSearch { query } => ("web_search", query.as_deref()),
                Activity::ToolCall { name } => ("tool_call", Some(name.as_str())),
                Activity::ToolUsed { line } => ("tool_used", Some(line.as_str())),
            };
            json!({ "type": "activity", "activity": name, "detail": detail })
        }
        ReplyEvent::ToolUsed(tool) => json!({ "type": "tool", "text": tool.line() }),
        ReplyEvent::Retrying { attempt, after, failure } => json!({
            "type": "retrying",
            "attempt": attempt,
            "seconds": after.as_secs_f64(),
            "message": failure.sentence,
        }),
        ReplyEvent::Notice(text) => json!({ "type": "notice", "message": text }),
        ReplyEvent::EffortLeftOut | ReplyEvent::Learned(_) | ReplyEvent::Ended(_) => return None,
    })
}

fn as_json(id: &ConversationId, ending: &Ending) -> Value {
    let status = match &ending.outcome {
        Outcome::Completed => "completed",
        Outcome::Incomplete(_) => "incomplete",
        Outcome::Stopped => "stopped",
        Outcome::Interrupted(_) => "interrupted",
        Outcome::LeftRunning(_) => "in_progress",
        Outcome::Failed(_) => "failed",
    };
    json!({
        "threadId": id.as_str(),
        "text": ending.text,
        "response_id": ending.response_id.as_ref().map(ResponseId::as_str),
        "model": ending.model,
        "status": status,
        "usage": ending.taken.usage,
    })
}
