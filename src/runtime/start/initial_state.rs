//! The state of the window before anything has happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::editor::Vim;
use crate::app::{IdGenerator, MouseCapture, ServerChoice, Session, State, UiPrefsState};
use crate::chat::{AnswerOptions, ToolPermissions};
use crate::runtime::clock;
use crate::settings::{EditingStyle, Settings};
use crate::store::{ToolPermissionsFile, UiPrefsFile};

/// Returns the state for a terminal of `size` columns and rows.
pub(super) fn initial_state(settings: &Settings, size: (u16, u16)) -> State {
    let AnswerOptions { model, effort, tools, mode, server, .. } = settings.answer_options();
    let session = Session {
        user: settings.user.to_string(),
        model,
        server,
        servers: server_choices(settings),
        listed_models: BTreeMap::new(),
        unchecked_model: None,
        effort,
        preset: None,
        execution_mode: mode,
        tools,
        tool_servers: settings.mcp.iter().map(|(name, _)| name.to_owned()).collect(),
        title_model: settings.title_model.clone(),
        web_app: settings.web_url.clone(),
        demo: settings.demo,
        lacks_key: settings.is_key_missing(),
        vim_enter: settings.vim_enter,
    };
    let seed = uuid::Uuid::new_v4().as_u128();
    let keymap = Arc::new(settings.keys.clone());
    let mut state = State::new(session, keymap, IdGenerator::new(seed), clock::now(), size.into());
    state.ui_prefs = UiPrefsState::of(settings, UiPrefsFile::of(&settings.paths.state).read());
    state.tool_permissions =
        ToolPermissions::of(ToolPermissionsFile::of(&settings.paths.state).read());
    if !settings.mouse {
        state.mouse_capture = MouseCapture::Off;
    }
    state.composer.vim = (settings.editing == EditingStyle::Vim).then(Vim::default);
    state.list.width = settings.list_width;
    state.time_zone = clock::local_time_zone();
    state
}

/// The servers to choose from, the one in use first.
fn server_choices(settings: &Settings) -> Vec<ServerChoice> {
    let all = settings.for_each_server().into_iter();
    let offered = all.filter(|it| it.server == settings.server || it.is_offered());
    offered.map(|it| server_choice(&it)).collect()
}

fn server_choice(settings: &Settings) -> ServerChoice {
    ServerChoice {
        server: settings.answer_server(),
        model: settings.model.clone(),
        names_model: settings.names_model(),
        title_model: settings.title_model.clone(),
        lacks_key: settings.is_key_missing(),
    }
}
