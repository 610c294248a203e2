//! What the server remembers: each response with the conversation that led to it.
//! May not forget within a run, but for the oldest of very many.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// Responses kept at most.
const MAX_RESPONSES: usize = 10_000;

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryMessage {
    /// `user`, `assistant`, or `tool` for what a tool gave.
    pub role: String,
    /// The text.
    pub text: String,
}

/// One response.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredResponse {
    /// The response object as it was sent in the end.
    pub response: Value,
    /// The items of its own turn.
    pub input: Vec<Value>,
    /// The whole conversation, its answer last.
    pub history: Vec<HistoryMessage>,
    /// Calls that must be answered before it can be gone on from.
    pub pending_calls: Vec<String>,
}

/// Everything remembered.
#[derive(Debug, Default)]
pub struct ResponseStore {
    responses: HashMap<String, StoredResponse>,
    order: VecDeque<String>,
    refusal_counts: HashMap<String, u32>,
}

impl ResponseStore {
    /// Keeps a response.
    pub fn keep(&mut self, id: String, given: StoredResponse) {
        self.order.push_back(id.clone());
        self.responses.insert(id, given);
        if self.order.len() > MAX_RESPONSES
            && let Some(oldest) = self.order.pop_front()
        {
            self.responses.remove(&oldest);
        }
    }

    /// A response by id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&StoredResponse> {
        self.responses.get(id)
    }

    /// Forgets a response; tells whether it was there.
    pub fn forget(&mut self, id: &str) -> bool {
        self.responses.remove(id).is_some()
    }

    /// How often a question has been turned away before, this time not counted.
    pub fn count_refusal(&mut self, question: &str) -> u32 {
        let times = self.refusal_counts.entry(question.to_owned()).or_default();
        let before = *times;
        *times = times.saturating_add(1);
        before
    }
}
