//! How the next question is asked: effort and tools, changed by keys and commands.
//! May not ask anything.

use crate::chat::{AnswerOptions, Preset, Retention};

use crate::app::{Effect, NoticeKind, Session, State};

/// Every tool there is, by name.
pub const TOOL_NAMES: [&str; 2] = ["calculator", "web_search"];

impl Session {
    /// Questions are asked by this preset from now on; what it does not name stays as it is.
    pub fn use_preset(&mut self, preset: Preset) {
        let mut options = self.options();
        preset.apply_to(&mut options);
        self.model = options.model;
        self.effort = options.effort;
        self.tools = options.tools;
        self.preset = Some(preset);
    }

    /// How the next question is asked.
    #[must_use]
    pub fn options(&self) -> AnswerOptions {
        AnswerOptions {
            model: self.model.clone(),
            effort: self.effort.clone(),
            tools: self.tools.clone(),
            instructions: self.preset.as_ref().and_then(|preset| preset.instructions.clone()),
            mode: self.execution_mode,
            retention: Retention::Stored,
            preset: self.preset.as_ref().map(|preset| preset.id.clone()),
        }
    }
}

/// The next effort, for questions from now on.
pub fn step_effort(state: &mut State) -> Vec<Effect> {
    let mut options = state.session.options();
    options.select_next_effort();
    state.session.effort = options.effort;
    show_effort(state)
}

fn show_effort(state: &mut State) -> Vec<Effect> {
    let said = match &state.session.effort {
        Some(effort) => format!("Reasoning effort: {effort}."),
        None => "Reasoning effort: the model's default.".to_owned(),
    };
    state.show_notice(NoticeKind::Info, said);
    Vec::new()
}

/// Takes an effort by its name; `own` leaves it to the model.
pub fn choose_effort(state: &mut State, name: &str) -> Vec<Effect> {
    let name = name.to_lowercase();
    state.session.effort = (name != "own").then_some(name);
    show_effort(state)
}

/// Turns the tools on, or off again.
pub fn toggle_tools(state: &mut State) -> Vec<Effect> {
    let said = if state.session.tools.is_empty() {
        state.session.tools = TOOL_NAMES.map(str::to_owned).to_vec();
        "Tools are on: the model may use the calculator and search the web."
    } else {
        state.session.tools.clear();
        "Tools are off."
    };
    state.show_notice(NoticeKind::Info, said);
    Vec::new()
}
