//! Routes each action of the key table to the file that performs it.

use crate::chat::branch::BranchDirection;
use crate::settings::Action;

use crate::app::{
    Direction, Effect, PaletteOpenedBy, QuitState, Reaction, State, TerminalEffect, copy, escape,
    focus, list,
    list::filter,
    mouse, overlay,
    question::{attach, composer},
    temporary, transcript,
    transcript::{details, navigation},
    turn::branching,
    undo, web,
};
use crate::app::{
    list::list_actions,
    question::{options, question_edit},
    quit,
    transcript::{message_selection, search_bar},
    turn::{approval, queued_questions},
    ui_prefs,
};

pub(crate) fn run_action(state: &mut State, action: Action) -> Reaction {
    let effects = match action {
        Action::Send => return composer::send(state),
        Action::NewLine => composer::insert_newline(state),
        Action::Stop => escape::cancel(state),
        Action::Interrupt => quit::interrupt(state, QuitState::Running),
        Action::QuitWhenEmpty | Action::Quit => quit::request_quit(state),
        Action::NewConversation => navigation::start_new(state),
        Action::ToggleList => list::toggle_pane(state),
        Action::FocusNext => focus::step_focus(state, Direction::Forward),
        Action::FocusPrevious => focus::step_focus(state, Direction::Back),
        Action::Previous => list::move_by(state, -1),
        Action::Next => list::move_by(state, 1),
        Action::First => list::move_to(state, list::ListEnd::First),
        Action::Last => list::move_to(state, list::ListEnd::Last),
        Action::Open => list::open_selected(state),
        Action::Rename => overlay::rename::open_dialog(state),
        Action::Delete => overlay::confirm::ask_delete(state),
        Action::Undo => undo::undo_last(state),
        Action::Filter => filter::start_filter(state),
        Action::Pin => list_actions::toggle_pin(state),
        Action::Archive => list_actions::toggle_archive(state),
        Action::ShowArchived => list_actions::toggle_archived(state),
        Action::Duplicate => list_actions::duplicate(state),
        Action::NarrowList => list_actions::resize(state, -2),
        Action::WidenList => list_actions::resize(state, 2),
        Action::SelectPrevious => message_selection::select_adjacent(state, Direction::Back),
        Action::SelectNext => message_selection::select_adjacent(state, Direction::Forward),
        Action::PreviousQuestion => {
            message_selection::select_adjacent_question(state, Direction::Back)
        }
        Action::NextQuestion => {
            message_selection::select_adjacent_question(state, Direction::Forward)
        }
        Action::Find => search_bar::open_bar(state),
        Action::NextMatch => search_bar::step_match(state, Direction::Forward),
        Action::PreviousMatch => search_bar::step_match(state, Direction::Back),
        Action::ToggleMouse => mouse::toggle_capture(state),
        Action::Attach => attach::show_attach_hint(state),
        Action::Paste => vec![Effect::ReadClipboard],
        Action::ExternalEditor => composer::open_editor(state),
        Action::Copy => copy::copy_message(state),
        Action::CopyChat => copy::copy_conversation(state),
        Action::LineUp => transcript::scroll_by(state, -1),
        Action::LineDown => transcript::scroll_by(state, 1),
        Action::HalfPageUp => transcript::scroll_pages(state, -1, 2),
        Action::HalfPageDown => transcript::scroll_pages(state, 1, 2),
        Action::PageUp => transcript::scroll_pages(state, -1, 1),
        Action::PageDown => transcript::scroll_pages(state, 1, 1),
        Action::Top => transcript::scroll_to_top(state),
        Action::Bottom => transcript::scroll_to_bottom(state),
        Action::ToggleDetails => details::toggle(state),
        Action::ToggleMessageDetails => details::toggle_selected(state),
        Action::ToggleRaw => details::toggle_raw(state),
        Action::MessageMenu => overlay::message_menu::open(state),
        Action::Retry => branching::retry(state),
        Action::UnqueueQuestion => queued_questions::dequeue_last(state),
        Action::EditQuestion => question_edit::start_edit(state),
        Action::Continue => branching::continue_answer(state),
        Action::EarlierVersion => branching::switch_branch(state, BranchDirection::Earlier),
        Action::LaterVersion => branching::switch_branch(state, BranchDirection::Later),
        Action::ChooseModel | Action::ChooseServer => overlay::models::show_picker(state),
        Action::ChooseTemplate => overlay::palette::open_templates(state),
        Action::ChooseTheme => overlay::themes::open_picker(state),
        Action::ToggleWidth => ui_prefs::toggle_width(state),
        Action::ToggleCompactList => ui_prefs::toggle_compact_list(state),
        Action::ChoosePreset => overlay::presets::show_picker(state),
        Action::StepEffort => options::step_effort(state),
        Action::ToggleTools => tools_action(state),
        Action::ShowUsage => overlay::usage::show(state),
        Action::Temporary => temporary::open_temporary(state),
        Action::SaveTemporary => temporary::save(state),
        Action::Export => list_actions::export(state),
        Action::Web => web::open_in_browser(state),
        Action::FindEverywhere => overlay::search_overlay::open(state),
        Action::Setup => quit::leave_for_setup(state),
        Action::ShowLog => overlay::log::show(state),
        Action::SearchPrompts => overlay::prompts::open(state),
        Action::Palette => overlay::palette::open(state, PaletteOpenedBy::Key),
        Action::Help => overlay::help::show(state),
        Action::Redraw => vec![Effect::Terminal(TerminalEffect::Redraw)],
        Action::Suspend => vec![Effect::Terminal(TerminalEffect::Suspend)],
    };
    effects.into()
}

/// Shows the call that waits, the list of tools where there are servers, or turns all tools on or off.
fn tools_action(state: &mut State) -> Vec<Effect> {
    if approval::open_dialog(state) {
        Vec::new()
    } else if state.session.tool_servers.is_empty() {
        options::toggle_tools(state)
    } else {
        overlay::tools::open(state)
    }
}
