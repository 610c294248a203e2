//! Sends a whole conversation of which only the end is in memory, and warns before an expensive one.

use std::io;

use crate::chat::usage::grouped;
use crate::chat::{ContextPolicy, Failure, FailureKind, ReplyEvent};
use crate::settings::context_window;

use crate::api::errors::error_body::ErrorBody;
use crate::api::reply::reply_task::{ReplyTask, RetryState};
use crate::api::reply::tool_results::HistoryOwner;
use crate::api::reply::tool_rounds::ToolRounds;
use crate::api::request::body::Body;
use crate::api::request::streamed_request::{RequestSize, StreamedRequest};

/// Bytes of text per token, as a rule of thumb for English
/// (<https://help.openai.com/en/articles/4936856>, read on 2026-11-29).
const BYTES_PER_TOKEN: u64 = 4;

impl ReplyTask {
    /// Who stores the earlier responses of this answer.
    pub(super) fn history_owner(&self, state: &RetryState) -> HistoryOwner {
        let is_stored = self.request.policy == ContextPolicy::Chain;
        if is_stored && !self.is_transcript_sent(state) {
            HistoryOwner::Server
        } else {
            HistoryOwner::Client
        }
    }

    /// Whether the transcript is read while it is sent.
    pub(super) fn is_transcript_streamed(&self, state: &RetryState, rounds: &ToolRounds) -> bool {
        let is_chained = self.request.context.previous_response_id.is_some();
        let is_known = if rounds.last().is_some() {
            self.history_owner(state) == HistoryOwner::Server
        } else {
            is_chained && !self.is_transcript_sent(state)
        };
        self.request.transcript.is_some() && !is_known
    }

    /// Puts the transcript in front of a body and reads it once; `None` where the body has everything.
    pub(super) async fn add_transcript(
        &self,
        state: &RetryState,
        rounds: &ToolRounds,
        body: &Body,
    ) -> Result<Option<(StreamedRequest, RequestSize)>, Failure> {
        let transcript = self.request.transcript.clone();
        let Some(transcript) = transcript.filter(|_| self.is_transcript_streamed(state, rounds))
        else {
            return Ok(None);
        };
        let (body, endpoint) = (body.clone(), state.endpoint);
        let address = self.client.address().clone();
        let measure = move || {
            let streamed = StreamedRequest { body, transcript, address, endpoint };
            let size = streamed.measure()?;
            io::Result::Ok((streamed, size))
        };
        let measured = tokio::task::spawn_blocking(measure).await.map_err(io::Error::other);
        measured.and_then(|measured| measured).map(Some).map_err(|error| {
            tracing::warn!(%error, "a conversation could not be read");
            let sentence = "The whole conversation has to be sent, but could not be read.";
            Failure::new(FailureKind::Storage, sentence, "Ask again.")
        })
    }

    /// Says once that the transcript is longer than what the model accepts.
    pub(super) async fn report_long_transcript(
        &self,
        state: &mut RetryState,
        streamed: Option<RequestSize>,
    ) {
        if state.is_length_reported {
            return;
        }
        let bytes = match (streamed, &self.request.whole_context) {
            (Some(size), _) => size.text_bytes,
            (None, Some(whole)) if self.is_transcript_sent(state) => whole.text_bytes(),
            (None, _) if self.request.context.previous_response_id.is_some() => return,
            (None, _) => self.request.context.text_bytes(),
        };
        let tokens = bytes / BYTES_PER_TOKEN;
        let Some(window) = context_window(&self.request.model).filter(|window| tokens > *window)
        else {
            return;
        };
        state.is_length_reported = true;
        let (tokens, window) = (grouped(tokens), grouped(window));
        let model = &self.request.model;
        let notice =
            format!("This conversation is about {tokens} tokens; {model} accepts {window}.");
        self.send_event(ReplyEvent::Notice(notice)).await;
    }

    /// Finds what the server's words repeat of a transcript that is not in memory.
    pub(super) async fn find_echoes(&mut self, error: &ErrorBody) {
        let Some(message) = error.message.clone() else { return };
        let Some(transcript) = self.request.transcript.take() else { return };
        let found = tokio::task::spawn_blocking(move || transcript.find_echoes(&message)).await;
        self.request.transcript = found.ok();
    }
}
