//! What one part of the program asks another for; `update` dispatches it.
//! Must not be done where it is asked for: the parts would have to know each other.

use crate::settings::Action;

use super::slash::Call;
use super::{Effect, Input};

/// What one part asks another for.
#[derive(Debug, Clone)]
pub enum Request {
    /// Do what an input means, which was not meant for the part that got it.
    Input(Input),
    /// Do an action of the key table.
    Act(Action),
    /// Do what was called by name.
    Call(Call),
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
    pub then: Option<Request>,
}

impl From<Vec<Effect>> for Reaction {
    fn from(effects: Vec<Effect>) -> Self {
        Self { effects, then: None }
    }
}

impl From<Request> for Reaction {
    fn from(request: Request) -> Self {
        Self { effects: Vec::new(), then: Some(request) }
    }
}
