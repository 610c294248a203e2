//! The trait of a tool.

use std::fmt::Debug;

use serde_json::Value;

use super::tool_output::ToolOutput;

/// One function a model may call.
pub trait Tool: Debug + Send + Sync {
    /// What the model and the user's settings call it.
    fn name(&self) -> &'static str;

    /// What it does, for the model.
    fn description(&self) -> &'static str;

    /// The JSON schema of its input, strict: every property required, no others.
    fn parameters(&self) -> Value;

    /// Does it. Whatever the input, it comes back soon, and a failure is a result like another.
    fn run(&self, input: &Value) -> ToolOutput;
}
