//! Handles the events of the model's reasoning.

use crate::api::transport::wire::JsonFields;
use crate::chat::{ReplyEvent, ResponseId, Timestamp};

use super::reasoning::ReasoningKind;
use super::{Reducer, text_or_empty};

impl Reducer {
    pub(super) fn handle_reasoning(
        &mut self,
        kind: &str,
        event: JsonFields<'_>,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        let index = event.count("summary_index").or_else(|| event.count("content_index"));
        let part = (event.count("output_index"), index);
        let more = match kind {
            "response.reasoning_summary_text.delta" => {
                self.reasoning.append(ReasoningKind::Summary, part, text_or_empty(event, "delta"))
            }
            "response.reasoning_text.delta" => {
                self.reasoning.append(ReasoningKind::Raw, part, text_or_empty(event, "delta"))
            }
            "response.reasoning_summary_text.done" => {
                self.reasoning.ended_at = now;
                let id = self.response_id.as_ref().map_or("", ResponseId::as_str);
                id.clone_into(&mut self.reasoning.response_id);
                self.reasoning.set_final(ReasoningKind::Summary, part, text_or_empty(event, "text"))
            }
            "response.reasoning_text.done" => {
                self.reasoning.set_final(ReasoningKind::Raw, part, text_or_empty(event, "text"))
            }
            "response.reasoning_summary_part.added" => {
                let text = text_or_empty(event.object("part"), "text");
                if !text.is_empty() {
                    self.reasoning.parts.push(text.to_owned());
                }
                None
            }
            _ => None,
        };
        self.push_reasoning(more, events);
    }

    pub(super) fn push_reasoning(&mut self, more: Option<String>, events: &mut Vec<ReplyEvent>) {
        if let Some(more) = more {
            self.has_begun = true;
            events.push(ReplyEvent::ReasoningAppended(more));
        }
    }
}
