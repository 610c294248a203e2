//! One call of a tool by a model, with what it gave back.
//! May not run anything.

use super::Timestamp;

/// A tool that was used for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// The tool's name.
    pub name: String,
    /// Its input: the text of a JSON object.
    pub input: String,
    /// Its result: JSON text, exact where a number is longer than a machine's.
    pub output: String,
    /// Whether it worked.
    pub success: bool,
    /// When it was used.
    pub at: Timestamp,
    /// The input for people.
    pub input_display: String,
    /// The result for people.
    pub output_display: String,
}

impl ToolUse {
    /// The call in one line for people; hostile text, as everything a model sent.
    #[must_use]
    pub fn line(&self) -> String {
        match (self.input_display.as_str(), self.success) {
            ("", _) => format!("{}: {}", self.name, self.output_display),
            (input, true) => format!("{}: {input} = {}", self.name, self.output_display),
            (input, false) => format!("{}: {input}: {}", self.name, self.output_display),
        }
    }
}
