//! The command palette.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::command_match;
use crate::app::editor::{self, Editor};
use crate::app::slash_commands::{self, CommandCall, SlashCommand};
use crate::app::{
    Effect, Focus, Notice, NoticeKind, Overlay, Palette, PaletteOpenedBy, Reaction, SelectedBy,
    State, UiRequest,
};

use super::cursor;

pub(crate) fn open(state: &mut State, by: PaletteOpenedBy) -> Vec<Effect> {
    let matches = slash_commands::offered_commands();
    let (editor, chosen) = (Editor::default(), SelectedBy::Typing);
    let palette = Palette { opened_by: by, editor, matches, selected: 0, selected_by: chosen };
    state.overlay = Some(Overlay::Palette(Box::new(palette)));
    Vec::new()
}

/// Edits the filter, moves the cursor and runs the selected command.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    if let Some(to) = cursor::cursor_after_key(palette.selected, palette.matches.len(), key) {
        palette.selected = to;
        palette.selected_by = SelectedBy::Cursor;
        return Reaction::default();
    }
    match key.code {
        KeyCode::Enter => return choose_selected(state),
        KeyCode::Tab => complete_name(palette),
        KeyCode::Backspace if palette.typed().is_empty() => state.overlay = None,
        _ => {
            editor::handle_key(&mut palette.editor, &state.keymap, key);
            update_matches(palette);
        }
    }
    Reaction::default()
}

pub(crate) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Palette(palette)) = state.overlay.as_mut() {
        palette.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        update_matches(palette);
    }
    Vec::new()
}

/// Closes the palette. Text after a slash that matches no command moves to the composer.
pub(crate) fn close_palette(state: &mut State) {
    let Some(Overlay::Palette(palette)) = state.overlay.take() else {
        return;
    };
    let is_message = palette.opened_by == PaletteOpenedBy::Slash && palette.matches.is_empty();
    if is_message && state.composer.text_is_empty() {
        state.focus = Focus::Composer;
        state.composer.editor.insert(&format!("/{}", palette.typed()));
    }
}

fn choose_selected(state: &mut State) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_ref() else {
        return Reaction::default();
    };
    let Some(command) = palette.matches.get(palette.selected).copied() else {
        if palette.opened_by == PaletteOpenedBy::Slash {
            let name = palette.typed();
            // A path is no mistyped command.
            let notice = if name.split(' ').next().is_some_and(|word| word.contains('/')) {
                let text = "The path is in your message. Press Enter to send it.".to_owned();
                Notice { kind: NoticeKind::Info, text }
            } else {
                let text = format!("There is no command /{name}. The text is in your message.");
                Notice { kind: NoticeKind::Warning, text }
            };
            state.notify(notice);
        }
        close_palette(state);
        return Reaction::default();
    };
    if palette.opened_by == PaletteOpenedBy::Slash && !is_intended(palette, &command) {
        let name = palette.typed().split(' ').next().unwrap_or_default().to_owned();
        let text = format!(
            "There is no command /{name}. Choose one with the arrow keys, or press \
                            Esc."
        );
        state.show_notice(NoticeKind::Warning, text);
        return Reaction::default();
    }
    let words = palette.argument().unwrap_or_default();
    state.overlay = None;
    UiRequest::RunCommand(CommandCall { command, argument: words }).into()
}

/// Whether the command is what was typed after a slash and not just similar: a guessed name must
/// not run another command.
fn is_intended(palette: &Palette, command: &SlashCommand) -> bool {
    let typed = palette.typed();
    let begun = |name: &str| name.starts_with(typed.trim_end());
    palette.selected_by == SelectedBy::Cursor
        || palette.argument().is_some()
        || slash_commands::all_names(command).any(begun)
}

/// Completes the name under the cursor, ready for its argument.
fn complete_name(palette: &mut Palette) {
    if let Some(command) = palette.matches.get(palette.selected) {
        let space = if command.argument.is_some() { " " } else { "" };
        palette.editor = Editor::with_text(format!("{}{space}", command.name));
        update_matches(palette);
    }
}

/// Recomputes the matches: an exact name with an argument, else those that [`command_match`] finds.
fn update_matches(palette: &mut Palette) {
    palette.selected = 0;
    palette.selected_by = SelectedBy::Typing;
    let typed = palette.typed();
    if palette.argument().is_some() {
        let name = typed.split(' ').next().unwrap_or_default();
        palette.matches = slash_commands::find_by_name(name).into_iter().collect();
        return;
    }
    palette.matches = command_match::matching_commands(&typed);
}
