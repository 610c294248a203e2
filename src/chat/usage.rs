//! What an answer took: tokens, time and cost.

use serde::{Deserialize, Serialize};

use super::Cost;

/// The tokens of one response, as the server counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, the whole response chain included.
    pub input_tokens: u64,
    /// Of the input tokens, those read from the server's cache.
    pub cached_tokens: u64,
    /// Tokens written, reasoning included.
    pub output_tokens: u64,
    /// Of the output tokens, those spent on reasoning.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Adds up two usages.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            reasoning_tokens: self.reasoning_tokens.saturating_add(other.reasoning_tokens),
        }
    }
}

/// How long an answer took, in milliseconds from the moment it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// The time until the first output, reasoning included.
    pub first_output_ms: Option<u64>,
    /// The time until the end.
    pub total_ms: u64,
}

/// What an answer took, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnswerStats {
    /// The tokens, where the server counted them.
    pub usage: Option<Usage>,
    /// The time, where it was measured.
    pub timing: Option<Timing>,
    /// The cost, where the model has a price.
    pub cost: Option<Cost>,
}

impl AnswerStats {
    /// Computes the output tokens per second; `None` where tokens or time are unknown.
    #[must_use]
    pub fn tokens_per_second(&self) -> Option<u64> {
        let (usage, timing) = (self.usage?, self.timing?);
        usage.output_tokens.saturating_mul(1000).checked_div(timing.total_ms)
    }
}

/// A number with thousands separators.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && digits.len().saturating_sub(position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
