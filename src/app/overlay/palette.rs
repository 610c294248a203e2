//! The command palette: filters commands and templates while they are typed, and runs the selected one.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::commands::command_match;
use crate::app::commands::palette_entry::{self, PaletteEntry};
use crate::app::commands::slash_commands::{self, ArgumentCommand, CommandCall};
use crate::app::editor::Editor;
use crate::app::overlay::filter_list::ListKey;
use crate::app::{
    Effect, FilterList, Focus, Notice, NoticeKind, Overlay, Palette, PaletteOpenedBy, PaletteScope,
    Reaction, SelectedBy, State, TemplateCall, TemplateEntry, TemplatesEffect, UiRequest,
    question::attach,
};

use crate::chat::PromptServers;

use super::models;

pub(crate) fn open(state: &mut State, by: PaletteOpenedBy) -> Vec<Effect> {
    open_with(state, by, PaletteScope::Everything)
}

/// Opens the palette with the templates alone.
pub(crate) fn open_templates(state: &mut State) -> Vec<Effect> {
    if state.templates.entries.is_empty() && state.session.tool_servers.is_empty() {
        let folder = &state.templates.folder;
        let text = format!("There are no templates yet. Write one: NAME.md in {folder}");
        state.show_notice(NoticeKind::Info, text);
        return vec![Effect::Templates(TemplatesEffect::List)];
    }
    open_with(state, PaletteOpenedBy::Key, PaletteScope::Templates)
}

/// Opens the palette, and has the templates read again: their files may have changed. MCP servers are
/// started for their prompts only where one may be called: the key opens it for any command.
fn open_with(state: &mut State, opened_by: PaletteOpenedBy, scope: PaletteScope) -> Vec<Effect> {
    let mut palette = Palette {
        opened_by,
        templates: Arc::clone(&state.templates.entries),
        scope,
        list: FilterList::of(Vec::new()),
        selected_by: SelectedBy::Typing,
    };
    update_matches(&mut palette);
    state.overlay = Some(Overlay::Palette(Box::new(palette)));
    let servers = match (opened_by, scope) {
        (PaletteOpenedBy::Key, PaletteScope::Everything) => PromptServers::Running,
        (PaletteOpenedBy::Slash, _) | (_, PaletteScope::Templates) => PromptServers::All,
    };
    [TemplatesEffect::List, TemplatesEffect::ListPrompts(servers)].map(Effect::Templates).into()
}

/// Shows the templates as they are now; the cursor stays on its row.
pub(crate) fn set_templates(state: &mut State, templates: Arc<[TemplateEntry]>) {
    let Some(Overlay::Palette(palette)) = state.overlay.as_mut() else { return };
    if palette.templates == templates {
        return;
    }
    palette.templates = templates;
    let selected = palette.list.selected().map(|entry| entry.name().to_owned());
    let by = palette.selected_by;
    update_matches(palette);
    let mut entries = palette.list.matches.iter();
    let row = entries.position(|entry| Some(entry.name()) == selected.as_deref());
    if let Some(row) = row.filter(|_| by == SelectedBy::Cursor) {
        palette.list.selected = row;
        palette.selected_by = by;
    }
}

/// Edits the filter, moves the cursor and runs the selected command.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    match key.code {
        KeyCode::Enter => return choose_selected(state),
        KeyCode::Tab => return complete(state),
        KeyCode::Backspace if palette.typed().is_empty() => state.overlay = None,
        _ => {
            let named_model = names_argument_of(palette, ArgumentCommand::Model);
            match palette.list.handle_key(key, &state.keymap) {
                ListKey::Moved => palette.selected_by = SelectedBy::Cursor,
                ListKey::Typed => update_matches(palette),
                ListKey::Ignored => {}
            }
            if !named_model && names_argument_of(palette, ArgumentCommand::Model) {
                return models::list_for_check(state).into_iter().collect::<Vec<_>>().into();
            }
        }
    }
    Reaction::default()
}

/// Closes the palette. Text after a slash that matches no command moves to the composer.
pub(crate) fn close_palette(state: &mut State) {
    let Some(Overlay::Palette(palette)) = state.overlay.take() else {
        return;
    };
    let is_message = palette.opened_by == PaletteOpenedBy::Slash && palette.list.matches.is_empty();
    if is_message && state.composer.text_is_empty() {
        state.focus = Focus::Composer;
        state.composer.editor.insert(&format!("/{}", palette.typed()));
    }
}

fn choose_selected(state: &mut State) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_ref() else {
        return Reaction::default();
    };
    let entry = palette.list.selected().cloned();
    let is_typed = palette.opened_by == PaletteOpenedBy::Slash;
    let is_meant = entry.as_ref().is_some_and(|entry| !is_typed || is_intended(palette, entry));
    let (typed, servers) = (format!("/{}", palette.typed()), &state.session.tool_servers);
    // The prompts of a server may not be listed yet.
    let call = palette_entry::parse_template_call(&typed, &state.templates, servers);
    if let Some(call) = call.filter(|_| is_typed && !is_meant) {
        state.overlay = None;
        return UiRequest::UseTemplate(call).into();
    }
    let Some(entry) = entry else {
        if is_typed {
            let name = palette.typed();
            // A path is no mistyped command.
            let notice = if name.split(' ').next().is_some_and(|word| word.contains('/')) {
                let text = "Press Enter to send the text as it is.".to_owned();
                Notice { kind: NoticeKind::Info, text }
            } else {
                let name = name.split(' ').next().unwrap_or_default();
                let why = why_no_command(name);
                let text = format!("{why} Press Enter to send the text as it is.");
                Notice { kind: NoticeKind::Warning, text }
            };
            state.notify(notice);
        }
        close_palette(state);
        return Reaction::default();
    };
    if !is_meant {
        let name = palette.typed().split(' ').next().unwrap_or_default().to_owned();
        let why = why_no_command(&name);
        let text = format!("{why} Choose one with the arrow keys, or press Esc.");
        state.show_notice(NoticeKind::Warning, text);
        return Reaction::default();
    }
    if let PaletteEntry::Template(template) = &entry
        && slash_commands::is_command(&template.name)
    {
        let text = template.description.clone();
        state.overlay = None;
        state.show_notice(NoticeKind::Info, text);
        return Reaction::default();
    }
    let argument = palette.argument();
    let lacks_argument = argument.is_none()
        && matches!(&entry, PaletteEntry::Template(template) if template.needs_argument);
    if lacks_argument {
        if let Some(Overlay::Palette(palette)) = state.overlay.as_mut() {
            complete_name(palette);
        }
        return Reaction::default();
    }
    let argument = argument.unwrap_or_default();
    state.overlay = None;
    match entry {
        PaletteEntry::Command(command) => {
            UiRequest::RunCommand(CommandCall { command, argument }).into()
        }
        PaletteEntry::Template(template) => {
            UiRequest::UseTemplate(TemplateCall { name: template.name, argument }).into()
        }
    }
}

/// Why what was typed after a slash calls no command.
fn why_no_command(name: &str) -> String {
    if slash_commands::is_command(name) {
        format!("/{name} takes nothing after its name.")
    } else {
        format!("There is no command /{name}.")
    }
}

/// Whether the command is what was typed after a slash and not just similar: a guessed name must
/// not run another command.
fn is_intended(palette: &Palette, entry: &PaletteEntry) -> bool {
    let typed = palette.typed();
    let typed = typed.trim_end().to_lowercase();
    let begun = |name: &str| name.to_lowercase().starts_with(&typed);
    palette.selected_by == SelectedBy::Cursor
        || palette.argument().is_some()
        || entry.has_name(begun)
}

/// Whether the argument of this command is being typed.
fn names_argument_of(palette: &Palette, wanted: ArgumentCommand) -> bool {
    let is_wanted = |entry: &PaletteEntry| {
        let PaletteEntry::Command(command) = entry else { return false };
        command.argument.is_some_and(|(_, takes)| takes == wanted)
    };
    palette.argument().is_some() && palette.list.matches.iter().any(is_wanted)
}

/// Completes the name under the cursor, or the file after `/attach`; another argument stays as it is.
fn complete(state: &mut State) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    let Some(argument) = palette.argument() else {
        complete_name(palette);
        return Reaction::default();
    };
    if !names_argument_of(palette, ArgumentCommand::Attach) {
        return Reaction::default();
    }
    state.overlay = None;
    attach::complete_attachment(state, &argument).into()
}

/// Completes the name under the cursor, ready for its argument.
fn complete_name(palette: &mut Palette) {
    if let Some(entry) = palette.list.selected() {
        let space = if entry.takes_argument() { " " } else { "" };
        palette.list.editor = Editor::with_text(format!("{}{space}", entry.name()));
        update_matches(palette);
    }
}

/// Recomputes the matches: an exact name with an argument, else those that [`command_match`] finds.
pub(super) fn update_matches(palette: &mut Palette) {
    palette.selected_by = SelectedBy::Typing;
    let typed = palette.typed();
    if palette.argument().is_some() {
        let name = typed.split(' ').next().unwrap_or_default();
        let named = palette_entry::find_by_name(name, &palette.templates);
        return palette.list.set_matches(named.into_iter().collect());
    }
    let mut matches = command_match::matching_entries(&typed, &palette.templates);
    if palette.scope == PaletteScope::Templates {
        matches.retain(|entry| matches!(entry, PaletteEntry::Template(_)));
    }
    palette.list.set_matches(matches);
}
