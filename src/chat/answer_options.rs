//! How a question is to be answered: by which model, how hard it thinks, with which tools.
//! May not know what a server or a tool does with it.

use super::{ExecutionMode, ReplyEnding, Retention};

/// How a question is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerOptions {
    /// The model asked.
    pub model: String,
    /// `reasoning.effort`, where the user wants another than the model's own.
    pub effort: Option<String>,
    /// The tools the model may use, by name; none unless the user or a preset turned them on.
    pub tools: Vec<String>,
    /// Instructions in place of the usual ones.
    pub instructions: Option<String>,
    /// Whether the server makes the answer only while the connection stands.
    pub mode: ExecutionMode,
    /// Whether the server may keep the response.
    pub retention: Retention,
    /// The preset all this came from, as the shared file names it.
    pub preset: Option<String>,
}

/// Efforts a key steps through; `None` is the model's own.
pub const EFFORTS: [Option<&str>; 5] =
    [None, Some("low"), Some("medium"), Some("high"), Some("none")];

impl AnswerOptions {
    /// Only a model.
    #[must_use]
    pub fn of(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// Takes the next effort; behind one that is not among those stepped through comes the first.
    pub fn select_next_effort(&mut self) {
        let at = EFFORTS.iter().position(|it| *it == self.effort.as_deref());
        let next = at.map_or(0, |at| at.saturating_add(1));
        self.effort = EFFORTS.get(next).copied().flatten().map(str::to_owned);
    }

    /// Notes on an ending how its question was asked, for the message that is kept of it.
    pub fn copy_to_ending(&self, ending: &mut ReplyEnding) {
        ending.preset.clone_from(&self.preset);
        ending.effort.clone_from(&self.effort);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_go_round() {
        let mut it = AnswerOptions::of("m");
        let mut seen = Vec::new();
        for _ in 0..6 {
            it.select_next_effort();
            seen.push(it.effort.clone().unwrap_or_default());
        }
        assert_eq!(seen, ["low", "medium", "high", "none", "", "low"]);
        it.effort = Some("xhigh".into());
        it.select_next_effort();
        assert_eq!(it.effort, None);
    }
}
