//! Chooses the endpoint of a reply, and moves to Chat Completions where a server has no Responses API.

use tracing::info;

use crate::api::chat_completions::endpoint::{self, Endpoint};
use crate::api::chat_completions::{quirks, request_body};
use crate::api::errors::error_body::ErrorBody;
use crate::api::reply::reply_task::{ReplyTask, RetryState};
use crate::api::request::body::Body;
use crate::chat::{CapabilityUpdate, ReplyEvent};
use crate::settings::Protocol;

impl ReplyTask {
    /// The endpoint to begin with.
    pub(super) fn first_endpoint(&self) -> Endpoint {
        match self.client.settings().protocol {
            Protocol::Chat => Endpoint::ChatCompletions,
            Protocol::Auto if self.client.capabilities().is_without_responses() => {
                Endpoint::ChatCompletions
            }
            Protocol::Auto | Protocol::Responses => Endpoint::Responses,
        }
    }

    /// Moves to Chat Completions where the server says that it has no Responses API.
    pub(super) fn switch_endpoint(&self, state: &mut RetryState, error: &ErrorBody) -> bool {
        let may_switch = self.client.settings().protocol == Protocol::Auto
            && state.endpoint == Endpoint::Responses
            && endpoint::is_missing(error);
        if may_switch {
            info!(status = error.status, "no Responses API; using Chat Completions");
            state.endpoint = Endpoint::ChatCompletions;
        }
        may_switch
    }

    /// Remembers that the server has no Responses API, once it has answered as a chat completion: a wrong
    /// base URL has neither.
    pub(super) async fn remember_endpoint(&self, state: &RetryState) {
        let is_new = self.client.settings().protocol == Protocol::Auto
            && state.endpoint == Endpoint::ChatCompletions
            && !self.client.capabilities().is_without_responses();
        if is_new {
            self.client.capabilities().record_without_responses();
            let update = CapabilityUpdate::ResponsesMissing;
            self.send_event(ReplyEvent::CapabilityLearned(update)).await;
        }
    }

    /// Says once that a chat completion cannot search the web.
    pub(super) async fn report_missing_search(&self, state: &mut RetryState) {
        let is_chat = state.endpoint == Endpoint::ChatCompletions;
        if is_chat && self.request.web_search.is_some() && !state.search_reported {
            state.search_reported = true;
            let notice = "This server has no web search. The question was sent without it.";
            self.send_event(ReplyEvent::Notice(notice.to_owned())).await;
        }
    }

    /// Changes a body for the endpoint, before rejected parts are omitted.
    pub(super) fn adapt_body(&self, body: &mut Body, endpoint: Endpoint) {
        if endpoint == Endpoint::ChatCompletions {
            request_body::ask_for_usage(body, quirks::of(self.client.address()));
        }
    }
}
