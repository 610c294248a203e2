//! Asking without what a server refuses, and telling so.
//! May not decide what a refusal is about; `degrade` does.

use tracing::info;

use crate::chat::{CapabilityUpdate, ReplyEvent};

use crate::api::body::Body;
use crate::api::error_body::ErrorBody;
use crate::api::fallback::{self, OmissionScope, RequestPart};
use crate::api::reply_task::{EffortState, ReplyTask, RetryState};
use crate::api::tool_rounds::ToolRounds;

impl ReplyTask {
    /// Says once that the wished effort does not go along: the answer must not be signed with it.
    pub(super) async fn report_omitted_effort(
        &self,
        tries: &mut RetryState,
        rounds: &ToolRounds,
        body: &Body,
    ) {
        let wished = self.request.effort.is_some() && !rounds.is_started();
        if wished
            && tries.effort == EffortState::Sent
            && !fallback::has_reasoning_field(body, "effort")
        {
            tries.effort = EffortState::Omitted;
            self.send_event(ReplyEvent::EffortOmitted).await;
        }
    }

    /// Leaves out a part the server refuses.
    pub(super) async fn omit_rejected_part(
        &self,
        tries: &mut RetryState,
        body: &Body,
        trouble: &ErrorBody,
    ) -> bool {
        if tries.omitted_count >= fallback::MAX_OMITTED_PARTS {
            return false;
        }
        let Some(part) = fallback::find_rejected_part(trouble, body) else {
            return false;
        };
        tries.omitted_count = tries.omitted_count.saturating_add(1);
        info!(part = part.name(), "left out for this server and model");
        let model = &self.request.model;
        let said = match (&part, &self.request.effort) {
            (RequestPart::Effort, Some(effort)) => {
                format!(
                    "{model} does not support the effort `{effort}` on this server. The question \
                     was sent without it."
                )
            }
            (RequestPart::Streaming, _) => {
                format!(
                    "The server does not stream answers of {model}. The answer appears when \
                         it is complete."
                )
            }
            (other, _) => format!(
                "The server does not support `{}` with {model}. The question was sent without it.",
                other.name()
            ),
        };
        self.send_event(ReplyEvent::Notice(said)).await;
        match part.omission_scope() {
            OmissionScope::ThisQuestion => tries.omitted_parts.push(part),
            OmissionScope::Remembered => self.remember_rejected(part).await,
        }
        true
    }

    /// Asks for the answer in one piece where the stream cannot be read at all, as of a server that
    /// puts a byte order mark in front.
    pub(super) async fn stop_streaming(&self, tries: &mut RetryState, body: &Body) -> bool {
        if tries.omitted_count >= fallback::MAX_OMITTED_PARTS || !body.contains_key("stream") {
            return false;
        }
        tries.omitted_count = tries.omitted_count.saturating_add(1);
        let said = "The server's stream could not be read. The answer appears when it is complete.";
        self.send_event(ReplyEvent::Notice(said.to_owned())).await;
        self.remember_rejected(RequestPart::Streaming).await;
        true
    }

    /// Leaves a part out once and for all.
    async fn remember_rejected(&self, part: RequestPart) {
        let model = self.request.model.clone();
        let lesson =
            CapabilityUpdate::ParameterRejected { model, parameter: part.name().to_owned() };
        self.client.capabilities().record_rejected_part(&self.request.model, part);
        self.send_event(ReplyEvent::CapabilityLearned(lesson)).await;
    }
}
