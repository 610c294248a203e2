//! How a reply ends: terminal events, errors in the stream, and what is kept of it all.
//! May not put errors into words; the error table does.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::api::trouble::Trouble;
use crate::api::wire::{Event, Fields, answer_texts, usage};
use crate::chat::{Ending, Outcome, ReplyEvent, Taken, Timestamp, ToolUse};

use super::Reducer;
use super::verdict::{Told, Verdict};

impl Reducer {
    /// What was written in the response under way, without what stood before it.
    #[must_use]
    pub fn said_now(&self) -> &str {
        self.answer.text_now()
    }

    /// Takes an event that may end the reply.
    pub(super) fn read_end(&mut self, event: &Event, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        let fields = event.fields();
        let response = fields.object("response");
        match event.kind() {
            "response.completed" | "response.done" => match response.text("status") {
                Some("incomplete") => self.end_early(response, now, said),
                Some("failed") => self.fail_response(response, now, said),
                Some("cancelled") => self.cancel(response, now, said),
                Some(_) | None => {
                    self.verdict = Some(Verdict::Completed);
                    self.take_response(response, now, said);
                }
            },
            "response.incomplete" => self.end_early(response, now, said),
            "response.failed" => self.fail_response(response, now, said),
            "response.cancelled" => self.cancel(response, now, said),
            "error" | "response.error" => {
                let trouble = Trouble::from_json(event.body());
                self.verdict = Some(Verdict::Failed { trouble, told: Told::Error });
            }
            "chat.completion.chunk" | "chat.completion" => self.foreign = true,
            _ => {}
        }
    }

    /// Takes an event behind the end: only a reason, or the real end, can still change anything.
    pub(super) fn read_after_the_end(&mut self, event: &Event, now: Timestamp) -> Vec<ReplyEvent> {
        let mut said = Vec::new();
        let empty = self.answer.text().is_empty() && self.calls.all().is_empty();
        match (self.verdict.take(), event.kind()) {
            (Some(Verdict::Completed), "response.created") if empty => {
                self.begin(event.fields().object("response"), &mut said);
            }
            (Some(Verdict::Failed { trouble, told }), kind) => {
                self.read_end(event, now, &mut said);
                self.verdict = Some(match (self.verdict.take(), kind) {
                    (Some(Verdict::Failed { trouble: more, told: also }), _) => Verdict::Failed {
                        trouble: trouble.or_more_specific(more),
                        told: if told == also { told } else { Told::Both },
                    },
                    // An error that was not the end after all.
                    (Some(end), _) if told == Told::Error => end,
                    (Some(_) | None, _) => Verdict::Failed { trouble, told },
                });
            }
            (verdict, _) => self.verdict = verdict,
        }
        said
    }

    /// All that is known of the reply, with how it ended.
    #[must_use]
    pub fn ending(&self, outcome: Outcome) -> Ending {
        Ending {
            text: self.answer.text().to_owned(),
            response_id: self.response_id.clone(),
            model: self.model.clone(),
            taken: Taken { usage: self.usage_in_all(), ..Taken::default() },
            reasoning_data: self.reasoning_data(),
            ..Ending::bare(outcome, "")
        }
    }

    fn end_early(&mut self, response: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        let reason = response.object("incomplete_details").word("reason");
        self.verdict = Some(Verdict::Incomplete(reason));
        self.take_response(response, now, said);
    }

    fn cancel(&mut self, response: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        self.verdict = Some(Verdict::Cancelled);
        self.take_response(response, now, said);
    }

    fn fail_response(&mut self, response: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        let trouble = response.value("error").map(Trouble::from_json).unwrap_or_default();
        self.verdict = Some(Verdict::Failed { trouble, told: Told::Response });
        self.take_response(response, now, said);
    }

    /// Takes the response of a terminal event: names, tokens, and whatever never came in pieces.
    fn take_response(&mut self, response: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        self.name(response);
        self.usage = usage(response).or(self.usage);
        let mut whole = String::new();
        for item in response.list("output") {
            let item = Fields::of(item);
            match item.text("type").unwrap_or("message") {
                "message" => {
                    whole.extend(answer_texts(item).map(|(_, text)| text));
                    self.annotate_from(item);
                    if self.message.is_none() {
                        self.message = Some(super::message_data(item, now));
                    }
                }
                "reasoning" => {
                    let more = self.thoughts.settle_item(None, item);
                    self.think(more, said);
                }
                "web_search_call" => {
                    self.searches.take_item(item, now);
                }
                "function_call" => self.calls.take_item(None, item),
                "custom_tool_call" if self.strange_calls.is_empty() => {
                    self.strange_calls.push(item.text("name").unwrap_or("tool").to_owned());
                }
                _ => {}
            }
        }
        // What failed may name less than what was streamed; only an end that counts shortens it.
        let failed = matches!(self.verdict, Some(Verdict::Failed { .. } | Verdict::Cancelled));
        if !failed || whole.len() > self.answer.text().len() {
            let change = self.answer.settle_whole(whole);
            self.tell(change, said);
        }
    }

    /// What the web app stores beside an answer; nothing where it would store nothing.
    fn reasoning_data(&self) -> Option<String> {
        let thoughts = &self.thoughts;
        let nothing = thoughts.parts.is_empty()
            && thoughts.complete().is_empty()
            && self.searches.is_empty()
            && self.tools.is_empty()
            && self.message.is_none();
        if nothing {
            return None;
        }
        let message = self.message.as_ref().map(|message| {
            let mut message: Map<String, Value> = message.clone();
            message.insert("annotations".into(), json!(self.annotations));
            message
        });
        let data = Stored {
            summary_parts: &thoughts.parts,
            complete_summary: thoughts.complete(),
            timestamp: thoughts.ended_at.seconds(),
            response_id: &thoughts.response_id,
            web_searches: self.searches.stored(),
            tool_outputs: self.tools.iter().filter_map(stored_tool).collect(),
            message_data: message,
        };
        serde_json::to_string(&data).ok()
    }
}

/// What the web app stores beside an answer, in its order of keys.
#[derive(Serialize)]
struct Stored<'a> {
    summary_parts: &'a [String],
    complete_summary: String,
    timestamp: i64,
    response_id: &'a str,
    web_searches: Value,
    tool_outputs: Vec<Box<RawValue>>,
    message_data: Option<Map<String, Value>>,
}

/// A tool that was used, as the web app stores it; its result may hold numbers longer than a
/// machine's, so it stays text.
fn stored_tool(tool: &ToolUse) -> Option<Box<RawValue>> {
    let text = format!(
        "{{\"tool_name\":{},\"input\":{},\"output\":{},\"success\":{},\"timestamp\":{},\
         \"input_display\":{},\"output_display\":{}}}",
        json!(tool.name),
        tool.input,
        tool.output,
        tool.success,
        tool.at.seconds(),
        json!(tool.input_display),
        json!(tool.output_display),
    );
    RawValue::from_string(text).ok()
}
