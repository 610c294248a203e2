//! Repeats a request without the parts a server rejects, and reports it. `rejected_parts` finds them.

use tracing::info;

use crate::chat::{CapabilityUpdate, ReplyEvent};

use crate::api::errors::error_body::ErrorBody;
use crate::api::reply::reply_task::{EffortState, ReplyTask, RetryState};
use crate::api::reply::tool_rounds::ToolRounds;
use crate::api::request::body::Body;
use crate::api::request::rejected_parts::{self, OmissionScope, RequestPart};

impl ReplyTask {
    /// Reports once that the effort is not sent, so that the answer is not stored with it.
    pub(super) async fn report_omitted_effort(
        &self,
        state: &mut RetryState,
        rounds: &ToolRounds,
        body: &Body,
    ) {
        let is_requested = self.request.effort.is_some() && !rounds.is_started();
        if is_requested
            && state.effort == EffortState::Sent
            && !rejected_parts::has_reasoning_field(body, "effort")
        {
            state.effort = EffortState::Omitted;
            self.send_event(ReplyEvent::EffortOmitted).await;
        }
    }

    /// Omits the part the server rejects from further attempts; `false` where there is none.
    pub(super) async fn omit_rejected_part(
        &self,
        state: &mut RetryState,
        body: &Body,
        error: &ErrorBody,
    ) -> bool {
        if state.omitted_count >= rejected_parts::MAX_OMITTED_PARTS {
            return false;
        }
        let Some(part) = rejected_parts::find_rejected_part(error, body) else {
            return false;
        };
        state.omitted_count = state.omitted_count.saturating_add(1);
        info!(part = part.name(), "omitting a rejected request part");
        let model = &self.request.model;
        let scope = part.omission_scope(error);
        let notice = match (&part, &self.request.effort) {
            (RequestPart::Parameter(_), _) if scope == OmissionScope::ThisQuestion => {
                "The server did not accept the tools. The question was sent without them."
                    .to_owned()
            }
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
        self.send_event(ReplyEvent::Notice(notice)).await;
        match scope {
            OmissionScope::ThisQuestion => state.omitted_parts.push(part),
            OmissionScope::Remembered => self.remember_rejected(part).await,
        }
        true
    }

    /// Turns streaming off where the stream cannot be parsed at all, for example because it starts with
    /// a byte order mark.
    pub(super) async fn stop_streaming(&self, state: &mut RetryState, body: &Body) -> bool {
        if state.omitted_count >= rejected_parts::MAX_OMITTED_PARTS || !body.contains_key("stream")
        {
            return false;
        }
        state.omitted_count = state.omitted_count.saturating_add(1);
        let notice = "The server's stream could not be read. The answer appears when it is \
                      complete.";
        self.send_event(ReplyEvent::Notice(notice.to_owned())).await;
        self.remember_rejected(RequestPart::Streaming).await;
        true
    }

    /// Omits a part from all requests to this model, until it is tried again.
    async fn remember_rejected(&self, part: RequestPart) {
        let model = self.request.model.clone();
        let update =
            CapabilityUpdate::ParameterRejected { model, parameter: part.name().to_owned() };
        self.client.capabilities().record_rejected_part(&self.request.model, part);
        self.send_event(ReplyEvent::CapabilityLearned(update)).await;
    }
}
