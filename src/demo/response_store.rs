//! The responses the server remembers, each with the conversation that led to it.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// The most responses kept; beyond that the oldest is forgotten.
const MAX_RESPONSES: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HistoryMessage {
    /// `user`, `assistant`, or `tool` for the output of a tool.
    pub(super) role: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResponseRecord {
    /// The response object at its end.
    pub(super) response: Value,
    /// The items of its own turn.
    pub(super) input: Vec<Value>,
    /// The whole conversation, its answer last.
    pub(super) history: Vec<HistoryMessage>,
    /// The calls whose outputs the next request has to bring.
    pub(super) pending_calls: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct ResponseStore {
    responses: HashMap<String, ResponseRecord>,
    order: VecDeque<String>,
    refusal_counts: HashMap<String, u32>,
}

impl ResponseStore {
    pub(super) fn keep(&mut self, id: String, response: ResponseRecord) {
        self.order.push_back(id.clone());
        self.responses.insert(id, response);
        if self.order.len() > MAX_RESPONSES
            && let Some(oldest) = self.order.pop_front()
        {
            self.responses.remove(&oldest);
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<&ResponseRecord> {
        self.responses.get(id)
    }

    /// Removes a response; returns `false` for an unknown id, which the API answers with 404.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        self.responses.remove(id).is_some()
    }

    /// Counts a refusal of a question; returns how many came before.
    pub(super) fn count_refusal(&mut self, question: &str) -> u32 {
        let times = self.refusal_counts.entry(question.to_owned()).or_default();
        let before = *times;
        *times = times.saturating_add(1);
        before
    }
}
