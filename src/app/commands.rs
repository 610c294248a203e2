//! Commands called by name: with words behind the name, or without as the action of the key table.
//! May not do the work itself.

use super::slash::{ArgumentCommand, CommandCall};
use super::{
    Effect, Reaction, State, UiRequest, arranging, asking, attach, copy, filter, find, looks,
    overlay,
};

/// Does what was called.
pub fn run_command(state: &mut State, call: &CommandCall) -> Reaction {
    match call.command.argument {
        Some((_, with)) if !call.argument.is_empty() => {
            run_with_argument(state, with, &call.argument).into()
        }
        _ => UiRequest::RunAction(call.command.action).into(),
    }
}

fn run_with_argument(state: &mut State, with: ArgumentCommand, words: &str) -> Vec<Effect> {
    match with {
        ArgumentCommand::Rename => overlay::rename::rename_to(state, words),
        ArgumentCommand::Resume => filter::open_best(state, words),
        ArgumentCommand::Export => arranging::export_to(state, words),
        ArgumentCommand::Effort => asking::choose_effort(state, words),
        ArgumentCommand::FindEverywhere => overlay::find::open_with(state, words),
        ArgumentCommand::Copy => copy::copy_by_argument(state, words),
        ArgumentCommand::Attach => attach::check_attachment(state, words),
        ArgumentCommand::Find => find::search_for(state, words),
        ArgumentCommand::Model => overlay::models::choose_named(state, words),
        ArgumentCommand::Theme => overlay::themes::choose_named(state, words),
        ArgumentCommand::ReadingWidth => looks::choose_width(state, words),
        ArgumentCommand::Preset => overlay::presets::choose_named(state, words),
    }
}
