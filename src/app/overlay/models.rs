//! The model picker. After a failure with a missing model its choice also asks again.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::overlay::filter_list::ListKey;
use crate::app::question::servers;
use crate::app::{
    ApiEffect, Confirm, Effect, FailedTurn, FilterList, MissingModel, ModelGroup, ModelPicker,
    NoticeKind, Overlay, Reaction, ServerChoice, Session, State, StoreEffect, UiRequest,
};
use crate::chat::{AnswerServer, CapabilityUpdate, Failure, FailureKind};

/// Opens the picker with the models of every server; after a failure with a missing model the choice
/// also asks again.
pub(crate) fn show_picker(state: &mut State) -> Vec<Effect> {
    let offered = servers::offered(&state.session);
    show_models_of(state, offered)
}

fn show_models_of(state: &mut State, offered: Vec<AnswerServer>) -> Vec<Effect> {
    let groups = offered.into_iter().map(ModelGroup::waiting).collect();
    let list = FilterList::of(Vec::new());
    let picker = ModelPicker { missing_model: missing_model(state), groups, list };
    state.overlay = Some(Overlay::Models(Box::new(picker)));
    vec![Effect::Api(ApiEffect::ListModels)]
}

/// The model that the last question was asked with, where its server no longer offers it.
fn missing_model(state: &State) -> Option<MissingModel> {
    let FailedTurn { failure, options } = state.transcript.open.as_ref()?.failure.as_ref()?;
    let options = options.as_ref().filter(|_| failure.kind == FailureKind::ModelUnavailable)?;
    Some(MissingModel { model: options.model.clone(), server: options.server.clone() })
}

/// Takes the models of a server.
pub(crate) fn set_models(
    state: &mut State,
    server: &AnswerServer,
    mut listed: Result<Vec<String>, Failure>,
) -> Vec<Effect> {
    if let Ok(models) = &listed {
        state.session.listed_models.insert(server.name.clone(), models.clone());
    }
    warn_of_unlisted(state, server, listed.as_ref().err());
    let used = servers::in_use(&state.session);
    let Some(Overlay::Models(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let Some(group) = picker.groups.iter_mut().find(|group| group.server.name == server.name)
    else {
        return Vec::new();
    };
    if let (Ok(offered), Some(missing)) = (&mut listed, &picker.missing_model)
        && *server == servers::or_default(missing.server.as_ref())
    {
        // Some servers list models that they no longer serve.
        offered.retain(|model| *model != missing.model);
    }
    group.listed = Some(listed);
    keep_selected(picker, &used, &state.session.model);
    Vec::new()
}

/// Finds the matches again, with the cursor where it was; at first on the model in use, or else on the
/// first one of its server.
fn keep_selected(picker: &mut ModelPicker, used: &AnswerServer, model: &str) {
    let before = picker.list.selected().copied().filter(|_| picker.list.selected > 0);
    picker.update_matches();
    let is_used = |at: &usize| picker.model(*at) == Some((used, model));
    let is_of_server = |at: &usize| picker.model(*at).is_some_and(|(server, _)| server == used);
    let all = || 0..picker.list.matches.len();
    let position = match before {
        Some(before) => picker.list.matches.iter().position(|index| *index == before),
        None if picker.list.editor.is_empty() => {
            all().find(is_used).or_else(|| all().find(is_of_server))
        }
        None => None,
    };
    picker.list.selected = position.unwrap_or(0);
}

/// Edits the filter, moves the cursor and chooses.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    if key.code == KeyCode::Enter {
        return choose_selected(state);
    }
    if let Some(Overlay::Models(picker)) = state.overlay.as_mut()
        && picker.list.handle_key(key, &state.keymap) == ListKey::Typed
    {
        picker.update_matches();
    }
    Reaction::default()
}

/// Uses the selected model, and asks the unanswered question again.
fn choose_selected(state: &mut State) -> Reaction {
    let Some(Overlay::Models(picker)) = &state.overlay else {
        return Reaction::default();
    };
    // Without a match Enter does nothing.
    let Some((server, chosen)) = picker.model(picker.list.selected) else {
        return Reaction::default();
    };
    let (server, chosen) = (server.clone(), chosen.to_owned());
    let is_same_server = server == servers::in_use(&state.session);
    let gone = picker.missing_model.clone();
    let then = gone.is_some().then_some(UiRequest::Retry);
    state.overlay = None;
    if is_same_server {
        use_model(state, &chosen);
    } else {
        servers::use_server(state, &server.name, Some(chosen.clone()));
    }
    let replaces = |gone: &MissingModel| {
        gone.model != chosen && server == servers::or_default(gone.server.as_ref())
    };
    let update = gone.filter(replaces).map(|MissingModel { model, server }| {
        let update =
            CapabilityUpdate::ModelReplaced { retired: model, replacement: chosen.clone() };
        let server = server.map(|server| server.name);
        Effect::Store(StoreEffect::RecordCapability { server, update })
    });
    Reaction { effects: update.into_iter().collect(), next: then }
}

/// Uses a model by name. Asks first where the server has listed its models and this is none of them:
/// servers need not list all that they answer by. Where it has not listed them yet, the model is used at
/// once, so that a question typed ahead is asked with it, and [`warn_of_unlisted`] has the last word.
pub(crate) fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    match is_listed(&state.session, name) {
        Some(false) => {
            let confirm = Confirm::UnlistedModel { model: name.to_owned() };
            state.overlay = Some(Overlay::Confirm(confirm));
            Vec::new()
        }
        Some(true) => {
            use_model(state, name);
            Vec::new()
        }
        None => {
            use_model(state, name);
            state.session.unchecked_model = Some(name.to_owned());
            vec![Effect::Api(ApiEffect::ListModels)]
        }
    }
}

/// Has the server in use list its models where it has not yet, so that a name being typed can be checked.
pub(crate) fn list_for_check(state: &State) -> Option<Effect> {
    let server = servers::in_use(&state.session);
    let is_known = state.session.listed_models.contains_key(&server.name);
    (!is_known).then_some(Effect::Api(ApiEffect::ListModels))
}

/// Whether the server in use lists a model; `None` until it has listed its models.
fn is_listed(session: &Session, name: &str) -> Option<bool> {
    let listed = session.listed_models.get(&servers::in_use(session).name)?;
    Some(listed.iter().any(|model| model == name))
}

/// Warns where the model in use was named before its server had listed its models, and is none of them, or
/// the server could not list them.
fn warn_of_unlisted(state: &mut State, server: &AnswerServer, failure: Option<&Failure>) {
    if server.name != servers::in_use(&state.session).name {
        return;
    }
    let unchecked = state.session.unchecked_model.take();
    let Some(model) = unchecked.filter(|model| *model == state.session.model) else { return };
    if let Some(failure) = failure {
        let failure = failure.after_words(&format!("Model: {model}, not checked: "));
        state.show_notice(NoticeKind::Warning, failure.sentence);
    } else if is_listed(&state.session, &model) == Some(false) {
        let text = format!("The server does not list \"{model}\". Type /model to choose another.");
        state.show_notice(NoticeKind::Warning, text);
    }
}

/// Uses a server by name, with the model its settings name. Where they name none, the models it offers
/// are shown: the one of another server is hardly one of this. No other server's are: Enter would go
/// back to that server.
pub(crate) fn choose_server(state: &mut State, name: &str) -> Vec<Effect> {
    let named = |choice: &&ServerChoice| choice.server.name == name;
    let lacks_model = state.session.servers.iter().find(named).is_some_and(|it| !it.names_model);
    servers::use_server(state, name, None);
    if lacks_model {
        let server = servers::in_use(&state.session);
        show_models_of(state, vec![server])
    } else {
        Vec::new()
    }
}

/// Uses a model of the server in use.
pub(super) fn use_model(state: &mut State, model: &str) {
    model.clone_into(&mut state.session.model);
    state.show_notice(NoticeKind::Info, format!("Model: {model}."));
}
