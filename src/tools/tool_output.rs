//! The result of a tool call, with the web app's errors for a tool that could not run
//! (hcorion/ai-multitool bdc7763, measured 2026-11-29).

use serde_json::json;

use crate::chat::{Timestamp, ToolUse};

use super::calculator::json_text;

/// The longest output of a tool, in bytes: about 25,000 tokens. It is part of the conversation, and stored.
/// Our choice: the web app has no limit.
pub const MAX_OUTPUT_BYTES: usize = 100_000;

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutput {
    /// Whether the output is a result; else it says what went wrong.
    pub success: bool,
    /// The result as JSON text, as the model gets it and the web app stores it; not a value, because
    /// its numbers may exceed 64 bits.
    pub output: String,
    /// The input as shown to people.
    pub input_display: String,
    /// The result as shown to people.
    pub output_display: String,
}

impl ToolOutput {
    /// Creates the result of a tool of another program, or of a call that was not run.
    #[must_use]
    pub fn of_text(success: bool, text: &str) -> Self {
        let key = if success { "result" } else { "error" };
        let output_display = if success { text.to_owned() } else { format!("Error: {text}") };
        Self {
            success,
            output: json!({ "success": success, key: text }).to_string(),
            input_display: String::new(),
            output_display,
        }
    }

    /// Makes the record of the call from its result; `input` is JSON text of an object.
    #[must_use]
    pub fn into_use(self, name: &str, input: String, at: Timestamp) -> ToolUse {
        ToolUse {
            name: name.to_owned(),
            input,
            output: self.output,
            success: self.success,
            was_run: true,
            at,
            input_display: self.input_display,
            output_display: self.output_display,
        }
    }
}

/// Returns the result of a tool that raised an error.
pub(super) fn failed(tool: &str, why: &str) -> ToolOutput {
    coded("execution_error", tool, &format!("Tool execution failed: {why}"))
}

/// Returns the result of a call that failed with an error code.
pub(super) fn coded(code: &str, tool: &str, error: &str) -> ToolOutput {
    let mut output = "{\"success\": false, \"error\": ".to_owned();
    json_text(error, &mut output);
    output.push_str(", \"error_code\": ");
    json_text(code, &mut output);
    output.push_str(", \"tool_name\": ");
    json_text(tool, &mut output);
    output.push('}');
    ToolOutput {
        success: false,
        output,
        input_display: String::new(),
        output_display: format!("Error: {error}"),
    }
}
