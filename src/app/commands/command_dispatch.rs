//! Runs slash commands: with an argument here, without one as an action of the key table.

use crate::app::commands::slash_commands::{ArgumentCommand, CommandCall};
use crate::app::{
    Effect, Reaction, State, UiRequest, copy,
    list::{filter, list_actions},
    overlay,
    question::{attach, options},
    transcript::search_bar,
    ui_prefs,
};

/// Runs a command; one without its argument runs as the action of the same name.
pub(crate) fn run_command(state: &mut State, call: &CommandCall) -> Reaction {
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
        ArgumentCommand::Export => list_actions::export_to(state, words),
        ArgumentCommand::Effort => options::choose_effort(state, words),
        ArgumentCommand::FindEverywhere => overlay::search_overlay::open_with(state, words),
        ArgumentCommand::Copy => copy::copy_by_argument(state, words),
        ArgumentCommand::Attach => attach::check_attachment(state, words),
        ArgumentCommand::Find => search_bar::search_for(state, words),
        ArgumentCommand::Model => overlay::models::choose_named(state, words),
        ArgumentCommand::Server => overlay::models::choose_server(state, words),
        ArgumentCommand::Theme => overlay::themes::choose_named(state, words),
        ArgumentCommand::ReadingWidth => ui_prefs::choose_width(state, words),
        ArgumentCommand::Preset => overlay::presets::choose_named(state, words),
    }
}
