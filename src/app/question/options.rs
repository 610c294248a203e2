//! The options of the next question: preset, effort, tools.

use crate::chat::{AnswerOptions, Preset, Retention};

use crate::app::{Effect, NoticeKind, Session, State, question::servers};
use crate::settings::{Settings, check_effort, effort_sentence};

impl Session {
    /// Uses a preset for the next questions; what it leaves open stays unchanged.
    pub(crate) fn use_preset(&mut self, preset: Preset) {
        let mut options = self.options();
        preset.apply_to(&mut options);
        self.model = options.model;
        self.effort = options.effort;
        self.tools = options.tools;
        self.preset = Some(preset);
    }

    /// The options of the next question.
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
            server: self.server.clone(),
        }
    }
}

/// Selects the next effort.
pub(crate) fn step_effort(state: &mut State) -> Vec<Effect> {
    let mut options = state.session.options();
    options.select_next_effort();
    state.session.effort = options.effort;
    show_effort(state)
}

fn show_effort(state: &mut State) -> Vec<Effect> {
    let text = effort_sentence(state.session.effort.as_deref());
    state.show_notice(NoticeKind::Info, text);
    Vec::new()
}

/// Selects an effort by name; `own` leaves it to the model.
pub(crate) fn choose_effort(state: &mut State, name: &str) -> Vec<Effect> {
    let name = name.to_lowercase();
    if name == "own" {
        state.session.effort = None;
    } else if let Err(reason) = check_effort(&name, &servers::in_use(&state.session).host) {
        state.show_notice(NoticeKind::Warning, reason);
        return Vec::new();
    } else {
        state.session.effort = Some(name);
    }
    show_effort(state)
}

/// Turns all tools on, or off.
pub(crate) fn toggle_tools(state: &mut State) -> Vec<Effect> {
    let text = if state.session.tools.is_empty() {
        state.session.tools = Settings::OWN_TOOLS.map(str::to_owned).to_vec();
        "Tools are on: the model may use the calculator and search the web."
    } else {
        state.session.tools.clear();
        "Tools are off."
    };
    state.show_notice(NoticeKind::Info, text);
    Vec::new()
}
