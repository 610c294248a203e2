//! What one part of the program asks another for; `update` dispatches it.
//! Must not be done where it is asked for: the parts would have to know each other.

use crate::settings::Action;

use crate::app::slash_commands::CommandCall;
use crate::app::{Effect, Input};

/// What one part asks another for.
#[derive(Debug, Clone)]
pub enum UiRequest {
    /// Do what an input means, which was not meant for the part that got it.
    Input(Input),
    /// Do an action of the key table.
    RunAction(Action),
    /// Do what was called by name.
    RunCommand(CommandCall),
    /// Ask the question again that has no answer.
    Retry,
}

/// What came of an input, an action or a command: effects, and what another part is still to do
/// after them.
#[derive(Debug, Default)]
pub struct Reaction {
    /// What the runtime is to do.
    pub effects: Vec<Effect>,
    /// What another part is to do.
    pub next: Option<UiRequest>,
}

impl From<Vec<Effect>> for Reaction {
    fn from(effects: Vec<Effect>) -> Self {
        Self { effects, next: None }
    }
}

impl From<UiRequest> for Reaction {
    fn from(request: UiRequest) -> Self {
        Self { effects: Vec::new(), next: Some(request) }
    }
}
