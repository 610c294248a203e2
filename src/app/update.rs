//! Routes each message to the file that handles it, and requests between parts.

use std::collections::VecDeque;

use crossterm::event::KeyEventKind;

use crate::chat::TurnEvent;

use super::temporary::RoutedEffect;
use super::{
    EditTarget, Effect, ExternalEdit, FilesEvent, Input, Msg, Reaction, State, UiRequest,
    commands::actions,
    copy, frame, input, notice, overlay,
    question::{attach, completion, composer, drafts, paste, templates},
    temporary,
    transcript::{earlier_messages, images},
    turn::{titles, turn_steps},
    web,
};
use crate::app::{
    commands::command_dispatch,
    quit, store_events,
    transcript::search_bar,
    turn::{approval, turn_actions},
};

/// Applies a message to the state and returns the effects to perform.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    notice::note_cause(state, &msg);
    let mut effects = route_msg(state, msg);
    effects.extend(attach::update_mentions(state));
    approval::update_dialog(state);
    effects.extend(earlier_messages::request_wanted(state));
    perform_in_memory(state, effects)
}

/// Performs the effects about the temporary conversation in memory; returns the others, and those
/// that its events caused.
fn perform_in_memory(state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
    let mut waiting = VecDeque::from(effects);
    let mut passed = Vec::new();
    while let Some(effect) = waiting.pop_front() {
        match temporary::route(state, effect) {
            RoutedEffect::Forwarded(effect) => passed.push(effect),
            RoutedEffect::Performed(None) => {}
            RoutedEffect::Performed(Some(event)) => {
                for effect in store_events::route(state, event).into_iter().rev() {
                    waiting.push_front(effect);
                }
            }
        }
    }
    passed
}

fn route_msg(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(input) => handle_input(state, input),
        Msg::Store(event) => store_events::route(state, event),
        Msg::Replied { turn, event } => {
            turn_steps::feed_event(state, &turn, TurnEvent::Reply(event))
        }
        Msg::ReplyLost { turn } => turn_steps::feed_event(state, &turn, TurnEvent::ReplyLost),
        Msg::ClientFailed { turn, failure } => {
            turn_steps::feed_event(state, &turn, TurnEvent::ClientFailed(failure))
        }
        Msg::ServerChecked { turn, checked } => {
            turn_steps::feed_event(state, &turn, TurnEvent::ServerChecked(checked))
        }
        Msg::TitleWritten { id, was, title } => titles::apply_title(state, id, was, &title),
        Msg::ModelsListed { server, listed } => overlay::models::set_models(state, &server, listed),
        Msg::ToolsListed(listed) => overlay::tools::set_tools(state, listed),
        Msg::ExternalEditEnded(edited) => apply_external_edit(state, edited),
        Msg::Copied(copied) => copy::report_result(state, copied),
        Msg::ClipboardRead(content) => paste::insert(state, content),
        Msg::Files(FilesEvent::ImagesLoaded { question, images }) => {
            images::handle_loaded(state, question, images)
        }
        Msg::Files(event) => attach::handle_files_event(state, event),
        Msg::Templates(event) => templates::handle_event(state, event),
        Msg::BrowserOpened { link, opened } => web::report_browser(state, link, &opened),
        Msg::TimePassed(now) => {
            state.now = now;
            search_bar::recount_live_answer(state);
            notice::expire_notice(state);
            turn_actions::advance_time(state);
            approval::end_old_guard(state);
            drafts::save_due(state)
        }
        Msg::Paused => {
            approval::end_guard(state);
            drafts::save_unsaved(state)
        }
        Msg::Drawn(measured) => {
            frame::apply_measured(state, measured);
            images::load_visible(state)
        }
        Msg::Terminated => quit::quit_now(state),
    }
}

/// Gives the text from the external editor to what it is of.
fn apply_external_edit(state: &mut State, edited: Result<String, String>) -> Vec<Effect> {
    match state.external_edit.take() {
        Some(ExternalEdit { target: EditTarget::Question(conversation), text }) => {
            composer::apply_external_edit(state, conversation, &text, edited)
        }
        Some(ExternalEdit { target: EditTarget::Preset(id), .. }) => {
            overlay::presets::apply_external_edit(state, &id, edited);
            drafts::note_edits(state)
        }
        None => Vec::new(),
    }
}

/// Handles an input, then updates the completion list and the draft.
fn handle_input(state: &mut State, input: Input) -> Vec<Effect> {
    let before = state.composer.editor.revision();
    let key = match &input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Some(*key),
        _ => None,
    };
    let reaction = input::route(state, input);
    let mut effects = dispatch(state, reaction);
    if let Some(key) = key {
        effects.extend(completion::update_after_key(state, key, before));
    }
    effects.extend(drafts::note_edits(state));
    effects
}

/// Returns the effects of a reaction, after dispatching the requests that follow from it.
fn dispatch(state: &mut State, first: Reaction) -> Vec<Effect> {
    let Reaction { mut effects, mut next } = first;
    while let Some(request) = next {
        let reaction = match request {
            UiRequest::RunAction(action) => actions::run_action(state, action),
            UiRequest::RunCommand(call) => command_dispatch::run_command(state, &call),
            UiRequest::UseTemplate(call) => templates::call(state, call).into(),
            UiRequest::Retry => turn_actions::retry_last(state).into(),
        };
        effects.extend(reaction.effects);
        next = reaction.next;
    }
    effects
}
