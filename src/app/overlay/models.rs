//! The model picker. After a failure with a missing model its choice also asks again.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    ApiEffect, Effect, ModelPicker, NoticeKind, Overlay, Reaction, State, StoreEffect, UiRequest,
};
use crate::chat::{CapabilityUpdate, Failure, FailureKind};

use super::cursor;

/// Opens the picker; after a failure with a missing model the choice also asks again.
pub(crate) fn show_picker(state: &mut State) -> Vec<Effect> {
    let failure = state.transcript.open.as_ref().and_then(|open| open.failure.as_ref());
    let is_missing = failure.is_some_and(|it| it.kind == FailureKind::ModelUnavailable);
    let picker = ModelPicker {
        editor: Editor::default(),
        missing_model: is_missing.then(|| state.session.model.clone()),
        models: None,
        matches: Vec::new(),
        selected: 0,
    };
    state.overlay = Some(Overlay::Models(Box::new(picker)));
    vec![Effect::Api(ApiEffect::ListModels)]
}

/// Takes the models of the server.
pub(crate) fn set_models(state: &mut State, listed: Result<Vec<String>, Failure>) -> Vec<Effect> {
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    match listed {
        Ok(mut offered) => {
            // Some servers list models that they no longer serve.
            offered.retain(|model| Some(model) != picker.missing_model.as_ref());
            let used = offered.iter().position(|it| *it == state.session.model);
            picker.models = Some(offered);
            picker.update_matches();
            if picker.editor.is_empty() {
                picker.selected = used.unwrap_or(0);
            }
        }
        Err(failure) => {
            state.overlay = None;
            state.show_notice(NoticeKind::Error, failure.without_id());
        }
    }
    Vec::new()
}

/// Edits the filter, moves the cursor and chooses.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    if key.code == KeyCode::Enter {
        return choose_selected(state);
    }
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    if let Some(to) = cursor::cursor_after_key(picker.selected, picker.matches.len(), key) {
        picker.selected = to;
    } else if editor::handle_key(&mut picker.editor, &state.keymap, key)
        == editor::KeyHandling::Handled
    {
        picker.update_matches();
    }
    Reaction::default()
}

/// Inserts pasted text into the filter.
pub(crate) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Models(picker)) = state.overlay.as_mut() {
        picker.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        picker.update_matches();
    }
    Vec::new()
}

/// Uses the selected model, and asks the unanswered question again.
fn choose_selected(state: &mut State) -> Reaction {
    let Some(Overlay::Models(picker)) = &state.overlay else {
        return Reaction::default();
    };
    // Without a match Enter does nothing.
    let Some(chosen) = picker.model(picker.selected).map(str::to_owned) else {
        return Reaction::default();
    };
    let gone = picker.missing_model.clone();
    state.overlay = None;
    use_model(state, &chosen);
    let then = gone.is_some().then_some(UiRequest::Retry);
    let lesson = gone.filter(|gone| *gone != chosen).map(|gone| {
        Effect::Store(StoreEffect::RecordCapability(CapabilityUpdate::ModelReplaced {
            retired: gone,
            replacement: chosen,
        }))
    });
    Reaction { effects: lesson.into_iter().collect(), next: then }
}

/// Uses a model by name, whether or not the server lists it.
pub(crate) fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    use_model(state, name);
    Vec::new()
}

fn use_model(state: &mut State, model: &str) {
    model.clone_into(&mut state.session.model);
    state.show_notice(NoticeKind::Info, format!("Model: {model}."));
}
