//! A choice of models, shown when asked for and when the one in use did not work.
//! May not ask the server; the list arrives as a fact.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{ApiEffect, Effect, NoticeKind, State, StoreEffect, reply};
use crate::chat::{Failure, Lesson};

use super::{Overlay, cursor};

/// Models to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPicker {
    /// Why the list is shown, where something went wrong.
    pub reason: Option<String>,
    /// The model that is gone, where that is why.
    pub gone: Option<String>,
    /// The choices; `None` while they are being fetched.
    pub models: Option<Vec<String>>,
    /// Position of the cursor.
    pub selected: usize,
}

/// Lets the user choose a model; `reason` where the one in use did not work.
pub fn ask(state: &mut State, reason: Option<String>) -> Vec<Effect> {
    open(state, reason, None)
}

/// Lets the user choose a model in place of one that is gone.
pub fn ask_instead(state: &mut State, reason: String, gone: String) -> Vec<Effect> {
    open(state, Some(reason), Some(gone))
}

fn open(state: &mut State, reason: Option<String>, gone: Option<String>) -> Vec<Effect> {
    let picker = ModelPicker { reason, gone, models: None, selected: 0 };
    state.overlay = Some(Overlay::Models(picker));
    vec![Effect::Api(ApiEffect::ListModels)]
}

/// Takes the list of models the server offers.
pub fn take(state: &mut State, listed: Result<Vec<String>, Failure>) -> Vec<Effect> {
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    match listed {
        Ok(offered) => {
            picker.selected = offered.iter().position(|it| *it == state.session.model).unwrap_or(0);
            picker.models = Some(offered);
        }
        Err(failure) => {
            state.overlay = None;
            state.say(NoticeKind::Error, failure.to_string());
        }
    }
    Vec::new()
}

/// Moves the cursor; Enter chooses.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Enter {
        return choose(state);
    }
    if let Some(Overlay::Models(picker)) = state.overlay.as_mut() {
        let rows = picker.models.as_ref().map_or(0, Vec::len);
        if let Some(to) = cursor::moved_without_text(picker.selected, rows, key) {
            picker.selected = to;
        }
    }
    Vec::new()
}

/// Takes the model under the cursor, and asks the question that still waits again.
fn choose(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Models(picker)) = state.overlay.take() else {
        return Vec::new();
    };
    let ModelPicker { reason, gone, models: Some(models), selected } = picker else {
        return Vec::new();
    };
    let Some(model) = models.get(selected) else {
        return Vec::new();
    };
    use_model(state, model);
    let chosen = model.clone();
    let lesson = gone
        .filter(|gone| *gone != chosen)
        .map(|gone| Effect::Store(StoreEffect::Learn(Lesson::StandsIn { gone, chosen })));
    let mut effects: Vec<Effect> = lesson.into_iter().collect();
    if reason.is_some() {
        effects.extend(reply::retry(state));
    }
    effects
}

/// Takes a model by its name, whether or not the server lists it.
pub fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    use_model(state, name);
    Vec::new()
}

fn use_model(state: &mut State, model: &str) {
    model.clone_into(&mut state.session.model);
    state.say(NoticeKind::Info, format!("Questions go to {model} from now on."));
}
