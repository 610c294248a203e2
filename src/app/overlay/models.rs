//! The model picker: opened by key, and by itself when the model in use is no longer offered.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::editor::{self, Editor};
use crate::app::{
    ApiEffect, Effect, Focus, Input, ModelPicker, ModelsOpenedBy, NoticeKind, Overlay, Reaction,
    State, StoreEffect, UiRequest,
};
use crate::chat::{CapabilityUpdate, Failure, FailureKind};

use super::cursor;

/// Seconds in which typing closes a picker that opened by itself.
const GRACE_SECONDS: i64 = 2;

/// Opens the picker; after a failure with a missing model the choice also asks again.
pub(crate) fn show_picker(state: &mut State) -> Vec<Effect> {
    let failure = state.transcript.open.as_ref().and_then(|open| open.failure.as_ref());
    match failure.filter(|failure| failure.kind == FailureKind::ModelUnavailable) {
        Some(failure) => {
            let (reason, gone) = (failure.to_string(), state.session.model.clone());
            open_picker(state, ModelsOpenedBy::Key, Some(reason), Some(gone))
        }
        None => open_picker(state, ModelsOpenedBy::Key, None, None),
    }
}

/// Offers a replacement for a missing model. Opens nothing over a text being written: the next key
/// is meant for the text.
pub(crate) fn offer_replacement(state: &mut State, reason: String, gone: String) -> Vec<Effect> {
    let filtering = state.list.filtering;
    let finding = state.transcript.search.as_ref().is_some_and(|find| find.typing);
    let writing = filtering || finding || !state.composer.text_is_empty();
    if writing || state.overlay.is_some() {
        return Vec::new();
    }
    open_picker(state, ModelsOpenedBy::MissingModel(state.now), Some(reason), Some(gone))
}

fn open_picker(
    state: &mut State,
    by: ModelsOpenedBy,
    reason: Option<String>,
    gone: Option<String>,
) -> Vec<Effect> {
    let (editor, found) = (Editor::default(), Vec::new());
    let picker = ModelPicker {
        opened_by: by,
        editor,
        reason,
        missing_model: gone,
        models: None,
        matches: found,
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
            state.show_notice(NoticeKind::Error, failure.to_string());
        }
    }
    Vec::new()
}

/// Edits the filter, moves the cursor and chooses. Typing closes a picker that has just opened by
/// itself.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    if key.code == KeyCode::Enter {
        return choose_selected(state);
    }
    let is_text =
        matches!(key.code, KeyCode::Char(_)) && (key.modifiers - KeyModifiers::SHIFT).is_empty();
    if is_text && has_just_opened_unasked(state) {
        return yield_to_composer(state, Input::Key(key));
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

/// Inserts pasted text into the filter, or into the composer where the picker has just opened by
/// itself.
pub(crate) fn paste(state: &mut State, text: &str) -> Reaction {
    if has_just_opened_unasked(state) {
        return yield_to_composer(state, Input::Pasted(text.to_owned()));
    }
    if let Some(Overlay::Models(picker)) = state.overlay.as_mut() {
        picker.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        picker.update_matches();
    }
    Reaction::default()
}

fn has_just_opened_unasked(state: &State) -> bool {
    let Some(Overlay::Models(picker)) = &state.overlay else {
        return false;
    };
    match picker.opened_by {
        ModelsOpenedBy::Key => false,
        ModelsOpenedBy::MissingModel(at) => state.now.seconds_since(at) < GRACE_SECONDS,
    }
}

fn yield_to_composer(state: &mut State, input: Input) -> Reaction {
    state.overlay = None;
    state.focus = Focus::Composer;
    UiRequest::Input(input).into()
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
    let (reason, gone) = (picker.reason.is_some(), picker.missing_model.clone());
    state.overlay = None;
    use_model(state, &chosen);
    let lesson = gone.filter(|gone| *gone != chosen).map(|gone| {
        Effect::Store(StoreEffect::RecordCapability(CapabilityUpdate::ModelReplaced {
            retired: gone,
            replacement: chosen,
        }))
    });
    let then = reason.then_some(UiRequest::Retry);
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
