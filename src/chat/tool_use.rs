//! One call of a tool by a model, with its result.

use super::Timestamp;

/// A tool call that was run for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// The name of the tool.
    pub name: String,
    /// The input as JSON text, an object.
    pub input: String,
    /// The result as JSON text, because its numbers may be longer than any number type.
    pub output: String,
    /// Whether the tool succeeded.
    pub success: bool,
    /// Whether the call reached the tools. One whose arguments are not JSON is answered and not stored,
    /// as in the web app (hcorion/ai-multitool bdc7763, 2026).
    pub was_run: bool,
    /// When it ran, in whole seconds.
    pub at: Timestamp,
    /// The input as displayed.
    pub input_display: String,
    /// The result as displayed.
    pub output_display: String,
}

impl ToolUse {
    /// Formats the call in one line. Hostile text, like everything from a model.
    #[must_use]
    pub fn line(&self) -> String {
        match (self.input_display.as_str(), self.success) {
            ("", _) => format!("{}: {}", self.name, self.output_display),
            (input, true) => format!("{}: {input} = {}", self.name, self.output_display),
            (input, false) => format!("{}: {input}: {}", self.name, self.output_display),
        }
    }
}
