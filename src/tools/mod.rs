//! The functions a model may call on this machine: what each is called, takes and gives.
//! May not touch the network, the disk or the screen: a tool is a bounded computation.

pub mod calculator;
mod tool;
mod tool_output;
pub mod tool_set;

pub use calculator::Calculator;
pub use tool::Tool;
pub use tool_output::ToolOutput;
pub use tool_set::ToolSet;
