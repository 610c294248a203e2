//! The functions a model may call on this machine: what each is called, takes and gives.
//! May not touch the network, the disk or the screen: a tool is a bounded computation.

pub mod calculator;
pub mod tool_set;

use std::fmt::Debug;

use serde_json::Value;

pub use crate::tools::tool_set::ToolSet;
pub use calculator::Calculator;

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
