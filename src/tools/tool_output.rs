//! What a call of a tool brings, and what the web app says where a tool did not run.

use super::calculator::json_text;

/// What a call brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutput {
    /// Whether it worked.
    pub success: bool,
    /// The result as JSON text, as the model gets it and the web app stores it. Text and not a
    /// value, because its numbers may be longer than a machine's.
    pub output: String,
    /// The input for people.
    pub input_display: String,
    /// The result for people.
    pub output_display: String,
}

/// The result of a tool that broke.
pub(super) fn failed(tool: &str, why: &str) -> ToolOutput {
    coded("execution_error", tool, &format!("Tool execution failed: {why}"))
}

/// The result of a tool that did not run.
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
