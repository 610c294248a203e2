//! How the event loop and the program end.

use std::io;

use crate::app::State;
use crate::chat::ConversationId;

/// Why the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// The user quit.
    Done,
    /// The user wants to run `duologue setup`, and then the window again on this conversation.
    Setup(Option<ConversationId>),
    /// A signal of this number ended it.
    Signal(i32),
    /// The terminal went away.
    TerminalLost,
}

/// Why the loop ended although it was not asked to.
#[derive(Debug)]
pub enum LoopFailure {
    /// The terminal cannot be written to any more.
    Terminal(io::Error),
    /// The store thread panicked.
    StoreThread,
}

/// What is left when the loop has ended.
#[derive(Debug)]
pub struct LoopExit {
    /// The state at the end.
    pub state: State,
    /// Set when the loop was not asked to end.
    pub failure: Option<LoopFailure>,
    /// Sentences about what could not be stored on the way out, to be printed.
    pub messages: Vec<String>,
}

impl From<io::Error> for LoopFailure {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}
