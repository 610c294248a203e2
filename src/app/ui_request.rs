//! Requests of one part of the app to another, which `update` dispatches, so that the parts do not
//! import each other.

use crate::settings::Action;

use crate::app::commands::slash_commands::CommandCall;
use crate::app::{Effect, TemplateCall};

/// A request to another part of the app.
#[derive(Debug, Clone)]
pub(crate) enum UiRequest {
    /// Run an action of the key table.
    RunAction(Action),
    /// Run a slash command.
    RunCommand(CommandCall),
    /// Ask with a prompt template.
    UseTemplate(TemplateCall),
    /// Ask the unanswered question again.
    Retry,
}

/// The result of an input, an action or a command.
#[derive(Debug, Default)]
pub(crate) struct Reaction {
    pub(crate) effects: Vec<Effect>,
    /// The request to dispatch after the effects.
    pub(crate) next: Option<UiRequest>,
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
