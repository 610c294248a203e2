//! The end of a reply: terminal events, errors in the stream, and the data stored with the answer.

use serde_json::{Map, Value, json};

use crate::api::errors::error_body::ErrorBody;
use crate::api::transport::wire::{JsonFields, WireEvent, answer_texts, parse_usage};
use crate::chat::{AnswerStats, ReplyEnding, ReplyEvent, ReplyOutcome, Timestamp, ToolUse};

use crate::api::reduce::final_status::{FailureSource, FinalStatus};
use crate::api::reduce::{Reducer, message_data};

impl Reducer {
    /// The text of the current response, without earlier ones of the same answer.
    #[must_use]
    pub fn current_text(&self) -> &str {
        self.answer.current_text()
    }

    /// Handles an event that may end the reply.
    pub(super) fn handle_terminal_event(
        &mut self,
        event: &WireEvent,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        let fields = event.fields();
        let response = fields.object("response");
        match event.kind() {
            "response.completed" | "response.done" => match response.text("status") {
                Some("incomplete") => self.handle_incomplete(response, now, events),
                Some("failed") => self.handle_failed(response, now, events),
                Some("cancelled") => self.handle_cancelled(response, now, events),
                Some(_) | None => {
                    self.final_status = Some(FinalStatus::Completed);
                    self.absorb_response(response, now, events);
                }
            },
            "response.incomplete" => self.handle_incomplete(response, now, events),
            "response.failed" => self.handle_failed(response, now, events),
            "response.cancelled" => self.handle_cancelled(response, now, events),
            "error" | "response.error" => {
                let error = ErrorBody::from_json(event.body());
                self.final_status =
                    Some(FinalStatus::Failed { error, source: FailureSource::Error });
            }
            "chat.completion.chunk" | "chat.completion" => self.is_other_protocol = true,
            _ => {}
        }
    }

    /// Handles an event after the end: only a more specific error or the real end changes anything.
    pub(super) fn handle_late_event(
        &mut self,
        event: &WireEvent,
        now: Timestamp,
    ) -> Vec<ReplyEvent> {
        let mut events = Vec::new();
        let empty = self.answer.text().is_empty() && self.calls.all().is_empty();
        match (self.final_status.take(), event.kind()) {
            (Some(FinalStatus::Completed), "response.created") if empty => {
                self.response_created(event.fields().object("response"), &mut events);
            }
            (Some(FinalStatus::Failed { error, source }), kind) => {
                self.handle_terminal_event(event, now, &mut events);
                self.final_status = Some(match (self.final_status.take(), kind) {
                    (Some(FinalStatus::Failed { error: more, source: other }), _) => {
                        FinalStatus::Failed {
                            error: error.merge_more_specific(more),
                            source: if source == other { source } else { FailureSource::Both },
                        }
                    }
                    // The error event was not the end.
                    (Some(end), _) if source == FailureSource::Error => end,
                    (Some(_) | None, _) => FinalStatus::Failed { error, source },
                });
            }
            (verdict, _) => self.final_status = verdict,
        }
        events
    }

    /// Builds the ending with everything known about the reply.
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
        events: &mut Vec<ReplyEvent>,
    ) {
        let reason = response.object("incomplete_details").text_or_number("reason");
        self.final_status = Some(FinalStatus::Incomplete(reason));
        self.absorb_response(response, now, events);
    }

    fn handle_cancelled(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        self.final_status = Some(FinalStatus::Cancelled);
        self.absorb_response(response, now, events);
    }

    fn handle_failed(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        let error = response.value("error").map(ErrorBody::from_json).unwrap_or_default();
        self.final_status = Some(FinalStatus::Failed { error, source: FailureSource::Response });
        self.absorb_response(response, now, events);
    }

    /// Takes over the response of a terminal event: id, model, usage, and output that was not streamed.
    fn absorb_response(
        &mut self,
        response: JsonFields<'_>,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        self.record_identity(response);
        self.usage = parse_usage(response).or(self.usage);
        let mut whole = String::new();
        for raw in response.list("output") {
            let item = JsonFields::of(raw);
            match item.text("type").unwrap_or("message") {
                "message" => {
                    whole.extend(answer_texts(item).map(|(_, text)| text));
                    self.annotate_item(item);
                    if self.message.is_none() {
                        self.message = Some(message_data(item, now));
                    }
                }
                "reasoning" => {
                    let more = self.reasoning.handle_item(None, item);
                    self.push_reasoning(more, events);
                }
                "web_search_call" => {
                    self.searches.handle_item(item, now);
                }
                "function_call" => self.calls.take_item(None, item),
                "custom_tool_call" if self.unsupported_calls.is_empty() => {
                    self.unsupported_calls.push(item.text("name").unwrap_or("tool").to_owned());
                }
                _ => self.take_hosted(Some(raw), now, events),
            }
        }
        // A failed response may contain less text than was streamed.
        let failed =
            matches!(self.final_status, Some(FinalStatus::Failed { .. } | FinalStatus::Cancelled));
        if !failed || whole.len() > self.current_text().len() {
            let change = self.answer.set_whole(whole);
            self.push_text_change(change, events);
        }
    }

    /// The reasoning data the web app would store with the answer; `None` where it would store none.
    fn reasoning_data(&self) -> Option<String> {
        let reasoning = &self.reasoning;
        let is_empty = reasoning.parts.is_empty()
            && reasoning.complete_text().is_empty()
            && self.searches.is_empty()
            && self.used_tools.is_empty()
            && self.message.is_none();
        if is_empty {
            return None;
        }
        let message = self.message.as_ref().map(|message| {
            let mut message: Map<String, Value> = message.clone();
            message.insert("annotations".into(), json!(self.annotations));
            message
        });
        let tools: Vec<String> = self.used_tools.iter().map(stored_tool).collect();
        // The keys in the order of the web app (hcorion/ai-multitool bdc7763, 2026).
        Some(format!(
            "{{\"summary_parts\":{},\"complete_summary\":{},\"timestamp\":{},\"response_id\":{},\
             \"web_searches\":{},\"tool_outputs\":[{}],\"message_data\":{}}}",
            json!(reasoning.parts),
            json!(reasoning.complete_text()),
            reasoning.ended_at.seconds(),
            json!(reasoning.response_id),
            self.searches.to_json(),
            tools.join(","),
            json!(message),
        ))
    }
}

/// A tool call as the web app stores it: JSON of Python, whose numbers may be longer than any number
/// type, and may be `NaN` or infinite.
fn stored_tool(tool: &ToolUse) -> String {
    format!(
        "{{\"tool_name\":{},\"input\":{},\"output\":{},\"success\":{},\"timestamp\":{},\
         \"input_display\":{},\"output_display\":{}}}",
        json!(tool.name),
        tool.input,
        tool.output,
        tool.success,
        tool.at.seconds(),
        json!(tool.input_display),
        json!(tool.output_display),
    )
}
