//! A choice of models, shown when asked for and when the one in use did not work; a few letters
//! find one among many.
//! May not ask the server; the list arrives as a fact.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::editor::{self, Editor};
use crate::app::{
    ApiEffect, Effect, Focus, Input, ModelPicker, ModelsOpenedBy, NoticeKind, Overlay, Reaction,
    Request, State, StoreEffect,
};
use crate::chat::{Failure, FailureKind, Lesson};

use super::cursor;

/// Seconds in which a list that opened by itself gives way to whoever is beginning to write.
const GIVES_WAY: i64 = 2;

/// Lets the user choose a model; in place of one that is gone where the question on screen waits
/// for that.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let failure = state.transcript.open.as_ref().and_then(|open| open.failure.as_ref());
    match failure.filter(|failure| failure.kind == FailureKind::ModelGone) {
        Some(failure) => {
            let (reason, gone) = (failure.to_string(), state.session.model.clone());
            open(state, ModelsOpenedBy::Key, Some(reason), Some(gone))
        }
        None => open(state, ModelsOpenedBy::Key, None, None),
    }
}

/// Offers another model for one that is gone. Where something is being written nothing opens over
/// it: the next key is meant for the text.
pub fn offer_instead(state: &mut State, reason: String, gone: String) -> Vec<Effect> {
    let filtering = state.list.filtering;
    let finding = state.transcript.find.as_ref().is_some_and(|find| find.typing);
    let writing = filtering || finding || !state.composer.text_is_empty();
    if writing || state.overlay.is_some() {
        return Vec::new();
    }
    open(state, ModelsOpenedBy::Itself(state.now), Some(reason), Some(gone))
}

fn open(
    state: &mut State,
    by: ModelsOpenedBy,
    reason: Option<String>,
    gone: Option<String>,
) -> Vec<Effect> {
    let (editor, found) = (Editor::default(), Vec::new());
    let picker = ModelPicker { by, editor, reason, gone, models: None, found, selected: 0 };
    state.overlay = Some(Overlay::Models(Box::new(picker)));
    vec![Effect::Api(ApiEffect::ListModels)]
}

/// Takes the list of models the server offers.
pub fn take(state: &mut State, listed: Result<Vec<String>, Failure>) -> Vec<Effect> {
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    match listed {
        Ok(mut offered) => {
            // Some servers go on listing what they do not serve any more.
            offered.retain(|model| Some(model) != picker.gone.as_ref());
            let used = offered.iter().position(|it| *it == state.session.model);
            picker.models = Some(offered);
            picker.find();
            if picker.editor.is_empty() {
                picker.selected = used.unwrap_or(0);
            }
        }
        Err(failure) => {
            state.overlay = None;
            state.say(NoticeKind::Error, failure.to_string());
        }
    }
    Vec::new()
}

/// Edits what is typed and moves the cursor; Enter chooses. A list that has just opened by
/// itself gives way to whoever begins to write.
pub fn press(state: &mut State, key: KeyEvent) -> Reaction {
    if key.code == KeyCode::Enter {
        return choose(state);
    }
    let is_text =
        matches!(key.code, KeyCode::Char(_)) && (key.modifiers - KeyModifiers::SHIFT).is_empty();
    if is_text && has_just_opened_by_itself(state) {
        return give_way(state, Input::Key(key));
    }
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    if let Some(to) = cursor::moved(picker.selected, picker.found.len(), key) {
        picker.selected = to;
    } else if editor::press(&mut picker.editor, &state.keymap, key) == editor::Taken::Yes {
        picker.find();
    }
    Reaction::default()
}

/// Puts pasted text in, on one line; where nobody asked for the list it belongs to the message.
pub fn paste(state: &mut State, text: &str) -> Reaction {
    if has_just_opened_by_itself(state) {
        return give_way(state, Input::Pasted(text.to_owned()));
    }
    if let Some(Overlay::Models(picker)) = state.overlay.as_mut() {
        picker.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        picker.find();
    }
    Reaction::default()
}

fn has_just_opened_by_itself(state: &State) -> bool {
    let Some(Overlay::Models(picker)) = &state.overlay else {
        return false;
    };
    match picker.by {
        ModelsOpenedBy::Key => false,
        ModelsOpenedBy::Itself(at) => state.now.seconds_since(at) < GIVES_WAY,
    }
}

fn give_way(state: &mut State, happened: Input) -> Reaction {
    state.overlay = None;
    state.focus = Focus::Composer;
    Request::Input(happened).into()
}

/// Takes the model under the cursor, and asks the question that still waits again.
fn choose(state: &mut State) -> Reaction {
    let Some(Overlay::Models(picker)) = &state.overlay else {
        return Reaction::default();
    };
    // Where none fits, Enter is no choice.
    let Some(chosen) = picker.model(picker.selected).map(str::to_owned) else {
        return Reaction::default();
    };
    let (reason, gone) = (picker.reason.is_some(), picker.gone.clone());
    state.overlay = None;
    use_model(state, &chosen);
    let lesson = gone
        .filter(|gone| *gone != chosen)
        .map(|gone| Effect::Store(StoreEffect::Learn(Lesson::StandsIn { gone, chosen })));
    let then = reason.then_some(Request::Retry);
    Reaction { effects: lesson.into_iter().collect(), then }
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
