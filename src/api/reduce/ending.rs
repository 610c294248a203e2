//! The end of a reply: terminal events, errors in the stream, and the data stored with the answer.

use serde_json::{Map, Value, json};

use crate::api::errors::error_body::ErrorBody;
use crate::api::transport::wire::{JsonFields, WireEvent, answer_texts, parse_usage};
use crate::chat::{AnswerStats, ReplyEnding, ReplyEvent, ReplyOutcome, Timestamp, ToolUse};

use crate::api::reduce::Reducer;
use crate::api::reduce::final_status::{FailureSource, FinalStatus};

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
        match event.kind() {
            "error" | "response.error" => {
                let error = ErrorBody::from_json(event.body());
                self.final_status =
                    Some(FinalStatus::Failed { error, source: FailureSource::Error });
            }
            "chat.completion.chunk" | "chat.completion" => self.is_other_protocol = true,
            kind => {
                let response = event.fields().object("response");
                if let Some(status) = final_status(kind, response) {
                    self.final_status = Some(status);
                    self.absorb_response(response, now, events);
                }
            }
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
            whole.extend(answer_texts(JsonFields::of(raw)).map(|(_, text)| text));
            self.take_item(raw, None, now, events);
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

/// The status that an event reports with its response; `None` where it is not the last one.
fn final_status(kind: &str, response: JsonFields<'_>) -> Option<FinalStatus> {
    let status = match kind {
        "response.completed" | "response.done" => response.text("status").unwrap_or_default(),
        "response.incomplete" => "incomplete",
        "response.failed" => "failed",
        "response.cancelled" => "cancelled",
        _ => return None,
    };
    Some(match status {
        "incomplete" => {
            let details = response.object("incomplete_details");
            FinalStatus::Incomplete(details.text_or_number("reason"))
        }
        "failed" => {
            let error = response.value("error").map(ErrorBody::from_json).unwrap_or_default();
            FinalStatus::Failed { error, source: FailureSource::Response }
        }
        "cancelled" => FinalStatus::Cancelled,
        _ => FinalStatus::Completed,
    })
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
