//! How a question is to be answered: model, reasoning effort, tools, instructions.

use super::{AnswerServer, ExecutionMode, ReplyEnding, Retention};

/// The options a question is sent with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerOptions {
    /// The name of the model, as the server knows it.
    pub model: String,
    /// `reasoning.effort` of the request; `None` leaves the model's default.
    pub effort: Option<String>,
    /// The tools the model may use, by name; none unless the user or a preset turned them on.
    pub tools: Vec<String>,
    /// Instructions that replace those of the settings.
    pub instructions: Option<String>,
    /// Whether the server finishes the answer without a connection.
    pub mode: ExecutionMode,
    /// Whether the server may store the response, so that the next question can be chained from it.
    pub retention: Retention,
    /// The id of the preset these options came from.
    pub preset: Option<String>,
    /// The server to ask; `None` for the one the program was started with.
    pub server: Option<AnswerServer>,
}

/// The efforts a key cycles through; `None` is the model's default. Those that most models accept
/// (`reasoning.effort`, platform.openai.com/docs, 2026-11); others are typed after `/effort`.
pub const EFFORTS: [Option<&str>; 5] =
    [None, Some("low"), Some("medium"), Some("high"), Some("none")];

impl AnswerOptions {
    /// Creates options that name only a model.
    #[must_use]
    pub fn of(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// Selects the next of [`EFFORTS`]; the first one after an effort that is not among them.
    pub fn select_next_effort(&mut self) {
        let index = EFFORTS.iter().position(|effort| *effort == self.effort.as_deref());
        let next = index.map_or(0, |index| index.saturating_add(1));
        self.effort = EFFORTS.get(next).copied().flatten().map(str::to_owned);
    }

    /// Copies to an ending what is stored about the options with its message or its record.
    pub fn copy_to_ending(&self, ending: &mut ReplyEnding) {
        ending.preset.clone_from(&self.preset);
        ending.effort.clone_from(&self.effort);
        ending.server.clone_from(&self.server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selecting_the_next_effort_cycles_and_starts_over_after_an_unlisted_one() {
        let mut options = AnswerOptions::of("m");
        let mut seen = Vec::new();
        for _ in 0..6 {
            options.select_next_effort();
            seen.push(options.effort.clone().unwrap_or_default());
        }
        assert_eq!(seen, ["low", "medium", "high", "none", "", "low"]);
        options.effort = Some("xhigh".into());
        options.select_next_effort();
        assert_eq!(options.effort, None);
    }
}
