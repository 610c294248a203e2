//! Decides that the whole conversation has to be sent because a server has lost the previous response: its
//! id has expired, or responses are not stored. `ReplyTask::build_body` makes the request.

use serde_json::Value;

use crate::chat::{CapabilityUpdate, FailureKind, ReplyEvent, ResponseId};

use super::reply_task::{ReplyTask, RetryState};
use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::error_table;
use crate::api::request::body::Body;

impl ReplyTask {
    /// Prepares to send the whole conversation, once, where the error says that the server does not know
    /// the previous response; `false` for every other error.
    pub(super) async fn must_send_whole_conversation(
        &self,
        state: &mut RetryState,
        body: &Body,
        error: &ErrorBody,
    ) -> bool {
        let previous = body.get("previous_response_id").and_then(Value::as_str);
        let is_lost = error_table::failure_kind(error) == FailureKind::PreviousResponseNotFound
            && previous.is_some()
            && self.has_whole_conversation()
            && !state.has_replayed;
        if is_lost {
            state.has_replayed = true;
            let of_context = self.request.context.previous_response_id.as_ref();
            // After a call of a tool, the body names the response before it.
            let is_of_this_answer = previous != of_context.map(ResponseId::as_str);
            let is_recent = is_of_this_answer
                || of_context.is_some_and(|id| self.client.capabilities().has_created(id));
            let notice = if error.searchable_text().contains("zero data retention") {
                self.client.capabilities().record_nothing_stored();
                let update = ReplyEvent::CapabilityLearned(CapabilityUpdate::NothingStored);
                self.send_event(update).await;
                "The server keeps nothing for this organization (Zero Data Retention); earlier turns \
                 are sent with every question from now on."
            } else if is_recent {
                self.client.capabilities().record_without_storage(&self.request.model);
                "The server does not store earlier turns. From now on they are sent with every \
                 question."
            } else {
                "The server no longer had the earlier turns. They were sent again."
            };
            self.send_event(ReplyEvent::Notice(notice.to_owned())).await;
        }
        is_lost
    }

    /// Whether all earlier turns are here; there are none before the first question.
    fn has_whole_conversation(&self) -> bool {
        self.request.context.previous_response_id.is_none()
            || self.request.whole_context.is_some()
            || self.request.transcript.is_some()
    }
}
