//! Commands called by name: with words behind the name, or without as the action of the key table.
//! May not do the work itself.

use super::slash::{Call, WithWords};
use super::{
    Effect, Reaction, Request, State, arranging, asking, attach, copy, filter, find, looks, overlay,
};

/// Does what was called.
pub fn call(state: &mut State, call: &Call) -> Reaction {
    match call.command.words {
        Some((_, with)) if !call.words.is_empty() => take_words(state, with, &call.words).into(),
        _ => Request::Act(call.command.action).into(),
    }
}

fn take_words(state: &mut State, with: WithWords, words: &str) -> Vec<Effect> {
    match with {
        WithWords::Rename => overlay::rename::rename_to(state, words),
        WithWords::Resume => filter::open_best(state, words),
        WithWords::Export => arranging::export_to(state, words),
        WithWords::Effort => asking::choose_effort(state, words),
        WithWords::FindEverywhere => overlay::find::open_with(state, words),
        WithWords::Copy => copy::by_words(state, words),
        WithWords::Attach => attach::name(state, words),
        WithWords::Find => find::find_words(state, words),
        WithWords::Model => overlay::models::choose_named(state, words),
        WithWords::Theme => overlay::themes::choose_named(state, words),
        WithWords::ReadingWidth => looks::choose_width(state, words),
        WithWords::Preset => overlay::presets::choose_named(state, words),
    }
}
