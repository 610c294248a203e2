//! The interface of a tool.

use std::fmt::Debug;

use serde_json::Value;

use super::tool_output::ToolOutput;

/// A function that a model may call.
pub trait Tool: Debug + Send + Sync {
    /// Returns its name in requests and settings.
    fn name(&self) -> &'static str;

    /// Returns what it does, for the model.
    fn description(&self) -> &'static str;

    /// Returns the strict JSON schema of its input: every property required, no others allowed.
    fn parameters(&self) -> Value;

    /// Runs it. It must return soon for any input; a failure is a result for the model.
    fn run(&self, input: &Value) -> ToolOutput;
}
