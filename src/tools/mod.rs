//! The tools that a model may call on this machine. A tool is a bounded computation and must not touch
//! network, disk or screen, because a model decides when it runs.

pub mod calculator;
mod python_json;
mod python_numbers;
mod tool;
mod tool_output;
pub mod tool_set;

pub use calculator::Calculator;
pub use tool::Tool;
pub use tool_output::ToolOutput;
pub use tool_set::ToolSet;
