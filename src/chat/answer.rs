//! What is stored of an answer that has ended: the message in the shared file and the private record.

use serde::{Deserialize, Serialize};

use super::{
    AnswerStats, Answerer, Cost, Message, ReplyEnding, ReplyOutcome, ResponseId, Timestamp, Timing,
    Usage,
};

/// The question that makes a model continue an answer that ended early.
pub const CONTINUE_PROMPT: &str = "Continue exactly where you stopped.";

/// Whether the web app's account can chain from responses of the server that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebChain {
    /// It can: the response id may go into the shared file.
    Possible,
    /// It cannot: an id there would make the chat fail for ever in the browser.
    Impossible,
}

/// What only duologue knows about an answer. It is stored beside the shared file, never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// When the answer was stored; together with `text_bytes` it identifies the message.
    pub timestamp: Timestamp,
    /// The length of the answer's text in bytes.
    pub text_bytes: usize,
    /// The response it came from, whether or not the web app could chain from it.
    pub response_id: Option<ResponseId>,
    /// The model that answered, as the server named it.
    pub model: Option<String>,
    /// The server that answered, by its label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The tokens it took, as the server counted them.
    pub usage: Option<Usage>,
    /// The time until its first piece and until its end.
    pub timing: Option<Timing>,
    /// What it cost at the prices of the day it was stored.
    pub cost: Option<Cost>,
    /// Why the answer is incomplete, in one sentence for people.
    pub ended_early: Option<String>,
}

impl AnswerRecord {
    /// Creates a record that only identifies its message.
    #[must_use]
    pub const fn without_details(timestamp: Timestamp, text_bytes: usize) -> Self {
        Self {
            timestamp,
            text_bytes,
            response_id: None,
            model: None,
            server: None,
            usage: None,
            timing: None,
            cost: None,
            ended_early: None,
        }
    }

    /// Returns the model and the server that gave the answer.
    #[must_use]
    pub fn answerer(&self) -> Answerer {
        Answerer { model: self.model.clone(), server: self.server.clone() }
    }

    /// Collects what the answer took, for display.
    #[must_use]
    pub const fn stats(&self) -> AnswerStats {
        AnswerStats { usage: self.usage, timing: self.timing, cost: self.cost }
    }

    /// Why an answer ended early, if one of these records says so.
    #[must_use]
    pub fn early_end<'a>(records: &'a [Self], answer: &Message) -> Option<&'a str> {
        let record = records.iter().find(|record| record.is_about(answer))?;
        record.ended_early.as_deref()
    }

    /// The positions of answers that ended early, each with the reason.
    #[must_use]
    pub fn early_ends(records: &[Self], messages: &[Message]) -> Vec<(usize, String)> {
        let reason = |message| Self::early_end(records, message).map(str::to_owned);
        let messages = messages.iter().enumerate();
        messages.filter_map(|(position, message)| Some((position, reason(message)?))).collect()
    }

    /// Tells whether the record belongs to a message.
    #[must_use]
    pub fn is_about(&self, message: &Message) -> bool {
        self.timestamp == message.timestamp && self.text_bytes == message.text.len()
    }
}

/// Builds the message that an ending adds to the shared file, and the record of it.
///
/// Without text there is no message: the question stays unanswered, as in the web app. Only a completed
/// answer carries its response id, and only where the web app can chain from it.
#[must_use]
pub fn message_and_record(
    ending: &ReplyEnding,
    now: Timestamp,
    web: WebChain,
) -> Option<(Message, AnswerRecord)> {
    // An answer that is still running is stored once it is complete.
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
        server: ending.server.as_ref().map(|server| server.label().to_owned()),
        usage: ending.stats.usage,
        timing: ending.stats.timing,
        cost: ending.stats.cost,
        ended_early: early_end_reason(&ending.outcome),
    };
    Some((message, record))
}

/// Keeps the text received so far where an unsuccessful ending carries less of it: there may never
/// be more.
pub fn keep_partial_text(ending: &mut ReplyEnding, received: &str) {
    if ending.outcome != ReplyOutcome::Completed && received.starts_with(&ending.text) {
        received.clone_into(&mut ending.text);
    }
}

/// Says in one sentence why an answer is incomplete; `None` where it is complete.
#[must_use]
pub fn early_end_reason(outcome: &ReplyOutcome) -> Option<String> {
    match outcome {
        ReplyOutcome::Completed => None,
        ReplyOutcome::Stopped => Some("Stopped here.".to_owned()),
        ReplyOutcome::Incomplete(reason) => Some(reason.clone()),
        ReplyOutcome::Interrupted(failure) | ReplyOutcome::Failed(failure) => {
            Some(failure.sentence.clone())
        }
        ReplyOutcome::LeftRunning(_) => {
            Some("The answer is still running on the server.".to_owned())
        }
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
    fn only_a_completed_answer_the_web_app_can_chain_from_carries_its_id() {
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
    fn the_record_has_the_response_id_and_an_ending_without_text_has_no_message() {
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
