//! The functions a model may call on this machine: what each is called, takes and gives.
//! May not touch the network, the disk or the screen: a tool is a bounded computation.

pub mod calculator;
mod done;
mod tool;
pub mod toolbox;

pub use calculator::Calculator;
pub use done::Done;
pub use tool::Tool;
pub use toolbox::Toolbox;
