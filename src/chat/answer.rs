//! What is kept of an answer that has ended: the message both programs see, and our own record.
//! May not write anything; the store keeps both.

use serde::{Deserialize, Serialize};

use super::{
    AnswerStats, Cost, Message, ReplyEnding, ReplyOutcome, ResponseId, Timestamp, Timing, Usage,
};

/// Whether the web app's account can chain from responses of the server that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebChain {
    /// It can: the response id may go into the shared file.
    Possible,
    /// It cannot: an id there would make the chat fail for ever in the browser.
    Impossible,
}

/// What only this program knows about an answer; kept beside the shared file, never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// When the answer was stored; with its length this finds the message again.
    pub timestamp: Timestamp,
    /// Bytes of its text.
    pub text_bytes: usize,
    /// The response it really came from.
    pub response_id: Option<ResponseId>,
    /// The model that really answered.
    pub model: Option<String>,
    /// What it took in tokens.
    pub usage: Option<Usage>,
    /// How long it took.
    pub timing: Option<Timing>,
    /// What it cost by the prices of that day.
    pub cost: Option<Cost>,
    /// Why it is not whole, in one sentence for people.
    pub ended_early: Option<String>,
}

impl AnswerRecord {
    /// A record of which nothing is known but which message it is about.
    #[must_use]
    pub const fn bare(timestamp: Timestamp, text_bytes: usize) -> Self {
        Self {
            timestamp,
            text_bytes,
            response_id: None,
            model: None,
            usage: None,
            timing: None,
            cost: None,
            ended_early: None,
        }
    }

    /// Tokens, time and money.
    #[must_use]
    pub const fn stats(&self) -> AnswerStats {
        AnswerStats { usage: self.usage, timing: self.timing, cost: self.cost }
    }

    /// Whether a message is the one this record is about.
    #[must_use]
    pub fn is_about(&self, message: &Message) -> bool {
        self.timestamp == message.timestamp && self.text_bytes == message.text.len()
    }
}

/// The message an ending leaves in the shared file, and the record of it.
///
/// No text, no message: the question stays unanswered, as the web app leaves it. Only a completed
/// answer carries its response id, and only where the web app can chain from it.
#[must_use]
pub fn message_and_record(
    ending: &ReplyEnding,
    now: Timestamp,
    web: WebChain,
) -> Option<(Message, AnswerRecord)> {
    // What goes on at the server is kept when it is whole.
    if ending.text.trim().is_empty() || matches!(ending.outcome, ReplyOutcome::LeftRunning(_)) {
        return None;
    }
    let completed = ending.outcome == ReplyOutcome::Completed;
    let response_id = ending.response_id.clone().filter(|_| completed && web == WebChain::Possible);
    let mut message = Message::answer(ending.text.clone(), now, response_id);
    message.reasoning_data.clone_from(&ending.reasoning_data);
    message.agent_preset_id.clone_from(&ending.preset);
    message.reasoning_level.clone_from(&ending.effort);
    let record = AnswerRecord {
        timestamp: now,
        text_bytes: ending.text.len(),
        response_id: ending.response_id.clone(),
        model: ending.model.clone(),
        usage: ending.stats.usage,
        timing: ending.stats.timing,
        cost: ending.stats.cost,
        ended_early: early_end_reason(&ending.outcome),
    };
    Some((message, record))
}

/// What had come of an answer before stays, where its end brings less and is not the whole of it: it
/// may be all there will ever be.
pub fn keep_partial_text(ending: &mut ReplyEnding, came: &str) {
    if ending.outcome != ReplyOutcome::Completed && came.starts_with(&ending.text) {
        came.clone_into(&mut ending.text);
    }
}

/// Why an answer is not whole, in one sentence; `None` where it is.
#[must_use]
pub fn early_end_reason(outcome: &ReplyOutcome) -> Option<String> {
    match outcome {
        ReplyOutcome::Completed => None,
        ReplyOutcome::Stopped => Some("Stopped here.".to_owned()),
        ReplyOutcome::Incomplete(reason) => Some(reason.clone()),
        ReplyOutcome::Interrupted(failure) | ReplyOutcome::Failed(failure) => {
            Some(failure.sentence.clone())
        }
        ReplyOutcome::LeftRunning(_) => Some("It is still running on the server.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(outcome: ReplyOutcome, text: &str) -> ReplyEnding {
        ReplyEnding {
            response_id: Some(ResponseId::new("resp_1")),
            ..ReplyEnding::with_text(outcome, text)
        }
    }

    #[test]
    fn only_a_completed_answer_the_web_can_chain_from_carries_its_id() {
        let now = Timestamp::from_seconds(5);
        let id = |outcome, web| {
            message_and_record(&ending(outcome, "a"), now, web).unwrap().0.response_id
        };
        assert!(id(ReplyOutcome::Completed, WebChain::Possible).is_some());
        assert!(id(ReplyOutcome::Completed, WebChain::Impossible).is_none());
        assert!(id(ReplyOutcome::Stopped, WebChain::Possible).is_none());
        assert!(id(ReplyOutcome::Incomplete("cut".into()), WebChain::Possible).is_none());
    }

    #[test]
    fn the_true_id_is_kept_beside_the_file_and_no_text_leaves_nothing() {
        let now = Timestamp::from_seconds(5);
        let (message, record) =
            message_and_record(&ending(ReplyOutcome::Stopped, "half"), now, WebChain::Possible)
                .unwrap();
        assert!(record.is_about(&message));
        assert_eq!(record.response_id, Some(ResponseId::new("resp_1")));
        assert_eq!(record.ended_early.as_deref(), Some("Stopped here."));
        assert_eq!(
            message_and_record(&ending(ReplyOutcome::Completed, ""), now, WebChain::Possible),
            None
        );
    }
}
