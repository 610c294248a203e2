//! The tools that a model may call. A tool of this program is a bounded computation and must not touch
//! network, disk or screen, because a model decides when it runs. Tools of other programs are behind a
//! trait; the user is asked before they run.

pub mod calculator;
mod external;
mod python_json;
mod python_numbers;
mod tool;
mod tool_output;
pub mod tool_set;

pub use calculator::Calculator;
pub use external::{ApprovalRule, ExternalTool, OpenedTools, ToolFuture, ToolHost};
pub use tool::Tool;
pub use tool_output::{MAX_OUTPUT_BYTES, ToolOutput};
pub use tool_set::{ToolSet, parse_object};
