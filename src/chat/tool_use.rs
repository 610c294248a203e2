//! One call of a tool by a model, with its result.

use super::Timestamp;

/// The most characters of an input or a result in one line.
const MAX_LINE_CHARS: usize = 300;

/// A tool call that was run for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// As the model called it: a function of this program, or `server/tool`.
    pub name: String,
    /// The input as JSON text, an object.
    pub input: String,
    /// The result as JSON text, because its numbers may be longer than any number type.
    pub output: String,
    /// Whether the output is a result; else it says what went wrong.
    pub success: bool,
    /// Whether the call reached the tools. One whose arguments are not JSON is answered and not stored,
    /// as in the web app (hcorion/ai-multitool bdc7763, 2026).
    pub was_run: bool,
    /// When it ran, in whole seconds.
    pub at: Timestamp,
    /// The input as one line for people, without the JSON around a single expression.
    pub input_display: String,
    /// The result as displayed.
    pub output_display: String,
}

impl ToolUse {
    /// Formats the call in one line. Hostile text, like everything from a model.
    #[must_use]
    pub fn line(&self) -> String {
        let (input, output) = (shorten(&self.input_display), shorten(&self.output_display));
        match (input.as_str(), self.success) {
            ("", _) => format!("{}: {output}", self.name),
            (input, true) => format!("{}: {input} = {output}", self.name),
            (input, false) => format!("{}: {input}: {output}", self.name),
        }
    }
}

/// The start of a text on one line.
fn shorten(text: &str) -> String {
    let start: String = text.chars().take(MAX_LINE_CHARS).collect();
    let is_cut = start.len() < text.len();
    let mut short = if start.contains('\n') {
        start.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        start
    };
    if is_cut {
        short.push('…');
    }
    short
}
