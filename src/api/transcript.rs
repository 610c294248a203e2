//! The whole transcript of a very long conversation: read only where the server does not know it.

use crate::chat::usage::grouped;
use crate::chat::{Failure, FailureKind, ReplyEvent};
use crate::settings::context_window;

use crate::api::reply_task::{ReplyTask, RetryState};
use crate::api::request::ModelRequest;

/// Bytes of text per token, as a rule of thumb for English
/// (<https://help.openai.com/en/articles/4936856>, read on 2026-11-29).
const BYTES_PER_TOKEN: u64 = 4;

impl ReplyTask {
    /// Reads the whole conversation where it is to be sent and only its end is at hand.
    pub(super) async fn complete_transcript(&mut self, state: &RetryState) -> Result<(), Failure> {
        if !self.is_transcript_sent(state) {
            return Ok(());
        }
        let Some(whole) = self.request.whole.take() else { return Ok(()) };
        let made = tokio::task::spawn_blocking(move || whole.make()).await.ok().flatten();
        let failure = || {
            let sentence = "The whole conversation has to be sent, but could not be read.";
            Failure::new(FailureKind::Storage, sentence, "Ask again.")
        };
        let delivery = self.request.delivery;
        self.request = ModelRequest { delivery, ..made.ok_or_else(failure)? };
        Ok(())
    }

    /// Says once that the transcript is longer than what the model accepts.
    pub(super) async fn report_long_transcript(&self, state: &mut RetryState) {
        let context = match &self.request.fallback {
            Some(fallback) if self.is_transcript_sent(state) => fallback,
            _ => &self.request.context,
        };
        if context.previous_response_id.is_some() || state.is_length_reported {
            return;
        }
        let bytes: usize = context.replay.iter().map(|message| message.text.len()).sum();
        let tokens = u64::try_from(bytes).unwrap_or(u64::MAX) / BYTES_PER_TOKEN;
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
}
