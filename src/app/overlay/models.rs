//! The model picker: opened by key, and by itself when the model in use is no longer offered.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::editor::{self, Editor};
use crate::app::servers;
use crate::app::{
    ApiEffect, Effect, Focus, Input, ModelGroup, ModelPicker, ModelsOpenedBy, NoticeKind, Overlay,
    Reaction, State, StoreEffect, UiRequest,
};
use crate::chat::{AnswerServer, CapabilityUpdate, Failure, FailureKind};

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
    let groups = servers::offered(&state.session).into_iter().map(ModelGroup::waiting).collect();
    let picker = ModelPicker {
        opened_by: by,
        editor: Editor::default(),
        reason,
        missing_model: gone,
        groups,
        matches: Vec::new(),
        selected: 0,
    };
    state.overlay = Some(Overlay::Models(Box::new(picker)));
    vec![Effect::Api(ApiEffect::ListModels)]
}

/// Takes the models of a server.
pub(crate) fn set_models(
    state: &mut State,
    server: &AnswerServer,
    mut listed: Result<Vec<String>, Failure>,
) -> Vec<Effect> {
    let used = servers::in_use(&state.session);
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    // A failure has a place among the models of other servers only.
    if let (Err(failure), [_]) = (&listed, picker.groups.as_slice()) {
        let text = failure.to_string();
        state.overlay = None;
        state.show_notice(NoticeKind::Error, text);
        return Vec::new();
    }
    let Some(group) = picker.groups.iter_mut().find(|group| group.server.name == server.name)
    else {
        return Vec::new();
    };
    if let Ok(offered) = &mut listed
        && *server == used
    {
        // Some servers list models that they no longer serve.
        offered.retain(|model| Some(model) != picker.missing_model.as_ref());
    }
    group.listed = Some(listed);
    keep_selected(picker, &used, &state.session.model);
    Vec::new()
}

/// Finds the matches again, with the cursor where it was, or on the model in use at first.
fn keep_selected(picker: &mut ModelPicker, used: &AnswerServer, model: &str) {
    let before = picker.matches.get(picker.selected).copied().filter(|_| picker.selected > 0);
    picker.update_matches();
    let is_used = |picker: &ModelPicker, at: usize| picker.model(at) == Some((used, model));
    let position = match before {
        Some(before) => picker.matches.iter().position(|place| *place == before),
        None if picker.editor.is_empty() => {
            (0..picker.matches.len()).find(|at| is_used(picker, *at))
        }
        None => None,
    };
    picker.selected = position.unwrap_or(0);
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
    let Some((server, chosen)) = picker.model(picker.selected) else {
        return Reaction::default();
    };
    let (server, chosen) = (server.clone(), chosen.to_owned());
    let is_same_server = server == servers::in_use(&state.session);
    let (reason, gone) = (picker.reason.is_some(), picker.missing_model.clone());
    state.overlay = None;
    if is_same_server {
        use_model(state, &chosen);
    } else {
        servers::use_server(state, &server.name, Some(chosen.clone()));
    }
    let lesson = gone.filter(|gone| *gone != chosen && is_same_server).map(|gone| {
        let update = CapabilityUpdate::ModelReplaced { retired: gone, replacement: chosen };
        let server = state.session.server.as_ref().map(|server| server.name.clone());
        Effect::Store(StoreEffect::RecordCapability { server, update })
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
