//! How a reply ends: terminal events, errors in the stream, and what is kept of it all.
//! May not put errors into words; the error table does.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::api::error_body::ErrorBody;
use crate::api::wire::{JsonFields, WireEvent, answer_texts, parse_usage};
use crate::chat::{AnswerStats, ReplyEnding, ReplyEvent, ReplyOutcome, Timestamp, ToolUse};

use super::Reducer;
use crate::api::reduce::final_status::{FailureSource, FinalStatus};

impl Reducer {
    /// What was written in the response under way, without what stood before it.
    #[must_use]
    pub fn current_text(&self) -> &str {
        self.answer.current_text()
    }

    /// Takes an event that may end the reply.
    pub(super) fn handle_terminal_event(
        &mut self,
        event: &WireEvent,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        let fields = event.fields();
        let response = fields.object("response");
        match event.kind() {
            "response.completed" | "response.done" => match response.text("status") {
                Some("incomplete") => self.handle_incomplete(response, now, said),
                Some("failed") => self.handle_failed(response, now, said),
                Some("cancelled") => self.handle_cancelled(response, now, said),
                Some(_) | None => {
                    self.final_status = Some(FinalStatus::Completed);
                    self.absorb_response(response, now, said);
                }
            },
            "response.incomplete" => self.handle_incomplete(response, now, said),
            "response.failed" => self.handle_failed(response, now, said),
            "response.cancelled" => self.handle_cancelled(response, now, said),
            "error" | "response.error" => {
                let trouble = ErrorBody::from_json(event.body());
                self.final_status =
                    Some(FinalStatus::Failed { error: trouble, source: FailureSource::Error });
            }
            "chat.completion.chunk" | "chat.completion" => self.is_other_protocol = true,
            _ => {}
        }
    }

    /// Takes an event behind the end: only a reason, or the real end, can still change anything.
    pub(super) fn handle_late_event(
        &mut self,
        event: &WireEvent,
        now: Timestamp,
    ) -> Vec<ReplyEvent> {
        let mut said = Vec::new();
        let empty = self.answer.text().is_empty() && self.calls.all().is_empty();
        match (self.final_status.take(), event.kind()) {
            (Some(FinalStatus::Completed), "response.created") if empty => {
                self.response_created(event.fields().object("response"), &mut said);
            }
            (Some(FinalStatus::Failed { error: trouble, source: told }), kind) => {
                self.handle_terminal_event(event, now, &mut said);
                self.final_status = Some(match (self.final_status.take(), kind) {
                    (Some(FinalStatus::Failed { error: more, source: also }), _) => {
                        FinalStatus::Failed {
                            error: trouble.merge_more_specific(more),
                            source: if told == also { told } else { FailureSource::Both },
                        }
                    }
                    // An error that was not the end after all.
                    (Some(end), _) if told == FailureSource::Error => end,
                    (Some(_) | None, _) => FinalStatus::Failed { error: trouble, source: told },
                });
            }
            (verdict, _) => self.final_status = verdict,
        }
        said
    }

    /// All that is known of the reply, with how it ended.
    #[must_use]
    pub fn ending(&self, outcome: ReplyOutcome) -> ReplyEnding {
        ReplyEnding {
            text: self.answer.text().to_owned(),
            response_id: self.response_id.clone(),
            model: self.model.clone(),
            stats: AnswerStats { usage: self.total_usage(), ..AnswerStats::default() },
            reasoning_data: self.reasoning_data(),
            ..ReplyEnding::with_text(outcome, "")
        }
    }

    fn handle_incomplete(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        let reason = response.object("incomplete_details").text_or_number("reason");
        self.final_status = Some(FinalStatus::Incomplete(reason));
        self.absorb_response(response, now, said);
    }

    fn handle_cancelled(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        self.final_status = Some(FinalStatus::Cancelled);
        self.absorb_response(response, now, said);
    }

    fn handle_failed(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        let trouble = response.value("error").map(ErrorBody::from_json).unwrap_or_default();
        self.final_status =
            Some(FinalStatus::Failed { error: trouble, source: FailureSource::Response });
        self.absorb_response(response, now, said);
    }

    /// Takes the response of a terminal event: names, tokens, and whatever never came in pieces.
    fn absorb_response(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        self.record_identity(response);
        self.usage = parse_usage(response).or(self.usage);
        let mut whole = String::new();
        for item in response.list("output") {
            let item = JsonFields::of(item);
            match item.text("type").unwrap_or("message") {
                "message" => {
                    whole.extend(answer_texts(item).map(|(_, text)| text));
                    self.annotate_item(item);
                    if self.message.is_none() {
                        self.message = Some(super::message_data(item, now));
                    }
                }
                "reasoning" => {
                    let more = self.reasoning.handle_item(None, item);
                    self.push_reasoning(more, said);
                }
                "web_search_call" => {
                    self.searches.handle_item(item, now);
                }
                "function_call" => self.calls.take_item(None, item),
                "custom_tool_call" if self.unsupported_calls.is_empty() => {
                    self.unsupported_calls.push(item.text("name").unwrap_or("tool").to_owned());
                }
                _ => {}
            }
        }
        // What failed may name less than what was streamed; only an end that counts shortens it.
        let failed =
            matches!(self.final_status, Some(FinalStatus::Failed { .. } | FinalStatus::Cancelled));
        if !failed || whole.len() > self.answer.text().len() {
            let change = self.answer.set_whole(whole);
            self.push_text_change(change, said);
        }
    }

    /// What the web app stores beside an answer; nothing where it would store nothing.
    fn reasoning_data(&self) -> Option<String> {
        let thoughts = &self.reasoning;
        let nothing = thoughts.parts.is_empty()
            && thoughts.complete_text().is_empty()
            && self.searches.is_empty()
            && self.used_tools.is_empty()
            && self.message.is_none();
        if nothing {
            return None;
        }
        let message = self.message.as_ref().map(|message| {
            let mut message: Map<String, Value> = message.clone();
            message.insert("annotations".into(), json!(self.annotations));
            message
        });
        let data = ReasoningData {
            summary_parts: &thoughts.parts,
            complete_summary: thoughts.complete_text(),
            timestamp: thoughts.ended_at.seconds(),
            response_id: &thoughts.response_id,
            web_searches: self.searches.to_json(),
            tool_outputs: self.used_tools.iter().filter_map(stored_tool).collect(),
            message_data: message,
        };
        serde_json::to_string(&data).ok()
    }
}

/// What the web app stores beside an answer, in its order of keys.
#[derive(Serialize)]
struct ReasoningData<'a> {
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
