//! An answer as it comes, on standard output: as text, as a line of JSON for each event, or as one
//! object at the end.
//! May not take back what a pipe has already read.

use serde_json::{Value, json};

use crate::chat::{
    Activity, ConversationId, Delta, Ending, Outcome, ReplyEvent, ResponseId, TurnEvent,
};

use super::output;
use super::problem::Problem;
use super::progress::Waiting;
use super::turn_driver::TurnOutput;

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
    conversation: ConversationId,
    printed: String,
    waiting: Waiting,
}

impl Printer {
    /// A printer for the answer of a model to a question in a conversation.
    #[must_use]
    pub fn new(print: Print, conversation: ConversationId, model: &str) -> Self {
        Self { print, conversation, printed: String::new(), waiting: Waiting::new(model) }
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

    /// Ends the line the answer is in the middle of.
    fn end_line(&self) -> Result<(), Problem> {
        if self.print == Print::Text && !self.printed.is_empty() && !self.printed.ends_with('\n') {
            output::write("\n")?;
        }
        Ok(())
    }
}

impl TurnOutput for Printer {
    fn begin(&mut self) -> Result<(), Problem> {
        if self.print != Print::Events {
            return Ok(());
        }
        output::write_json(&json!({ "type": "started", "threadId": self.conversation.as_str() }))
    }

    fn delta(&mut self, delta: &Delta) -> Result<(), Problem> {
        self.waiting.give_way();
        match delta {
            Delta::Append(text) => self.append(text),
            Delta::Replace(text) => self.replace(text),
        }
    }

    fn observe(&mut self, event: &ReplyEvent) -> Result<(), Problem> {
        let line = line(event).filter(|_| self.print == Print::Events);
        line.map_or(Ok(()), |line| output::write_json(&line))
    }

    fn finish(&mut self, ending: &Ending) -> Result<(), Problem> {
        self.waiting.clear();
        if ending.text != self.printed {
            self.replace(&ending.text)?;
        }
        self.end_line()?;
        let mut object = as_json(&self.conversation, ending);
        match (self.print, object.as_object_mut()) {
            (Print::Text, _) => return Ok(()),
            (Print::Events, Some(fields)) => {
                fields.shift_insert(0, "type".to_owned(), json!("ended"));
            }
            (Print::Json | Print::Events, _) => {}
        }
        output::write_json(&object)
    }

    fn say(&mut self, sentence: &str) {
        self.waiting.clear();
        output::say(sentence);
    }

    async fn tick(&mut self) {
        self.waiting.tick(&self.printed).await;
    }

    fn interrupted(&self) -> TurnEvent {
        // With it the program ends.
        TurnEvent::LeaveRequested
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
