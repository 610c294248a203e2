//! How the next question is asked: effort and tools, changed by keys and commands.
//! May not ask anything.

use crate::chat::Manner;

use super::{Effect, NoticeKind, Session, State};

/// Every tool there is, by name.
pub const TOOLS: [&str; 2] = ["calculator", "web_search"];

impl Session {
    /// How the next question is asked.
    #[must_use]
    pub fn manner(&self) -> Manner {
        Manner {
            model: self.model.clone(),
            effort: self.effort.clone(),
            tools: self.tools.clone(),
            instructions: None,
            run: self.run,
            preset: None,
        }
    }
}

/// The next effort, for questions from now on.
pub fn step_effort(state: &mut State) -> Vec<Effect> {
    let mut manner = state.session.manner();
    manner.step_effort();
    state.session.effort = manner.effort;
    let said = match &state.session.effort {
        Some(effort) => format!("Questions ask for reasoning effort {effort} from now on."),
        None => "Questions leave the reasoning effort to the model from now on.".to_owned(),
    };
    state.say(NoticeKind::Info, said);
    Vec::new()
}

/// Turns the tools on, or off again.
pub fn toggle_tools(state: &mut State) -> Vec<Effect> {
    let said = if state.session.tools.is_empty() {
        state.session.tools = TOOLS.map(str::to_owned).to_vec();
        "The model may use the calculator and search the web from now on."
    } else {
        state.session.tools.clear();
        "The model answers without tools from now on."
    };
    state.say(NoticeKind::Info, said);
    Vec::new()
}
