//! The command palette: everything that can be done, found by a few letters.
//! May not do anything itself; what is chosen is called by its name.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::fuzzy::Fuzzy;
use crate::app::slash::{self, Call, Command};
use crate::app::{
    ChosenBy, Effect, Focus, NoticeKind, Overlay, Palette, PaletteOpenedBy, Reaction, Request,
    State,
};

use super::cursor;

/// Opens the palette.
pub fn open(state: &mut State, by: PaletteOpenedBy) -> Vec<Effect> {
    let found = slash::commands().collect();
    let (editor, chosen) = (Editor::default(), ChosenBy::Letters);
    let palette = Palette { by, editor, found, selected: 0, chosen };
    state.overlay = Some(Overlay::Palette(Box::new(palette)));
    Vec::new()
}

/// Edits what is typed, moves the cursor, and does what is chosen.
pub fn press(state: &mut State, key: KeyEvent) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_mut() else {
        return Reaction::default();
    };
    if let Some(to) = cursor::moved(palette.selected, palette.found.len(), key) {
        palette.selected = to;
        palette.chosen = ChosenBy::Hand;
        return Reaction::default();
    }
    match key.code {
        KeyCode::Enter => return choose(state),
        KeyCode::Tab => complete(palette),
        KeyCode::Backspace if palette.typed().is_empty() => state.overlay = None,
        _ => {
            editor::press(&mut palette.editor, &state.keymap, key);
            find(palette);
        }
    }
    Reaction::default()
}

/// Puts pasted text in, on one line.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Palette(palette)) = state.overlay.as_mut() {
        palette.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        find(palette);
    }
    Vec::new()
}

/// Leaves the palette; a message that happens to begin with a slash goes on in the composer.
pub fn leave(state: &mut State) {
    let Some(Overlay::Palette(palette)) = state.overlay.take() else {
        return;
    };
    let is_message = palette.by == PaletteOpenedBy::Slash && palette.found.is_empty();
    if is_message && state.composer.text_is_empty() {
        state.focus = Focus::Composer;
        state.composer.editor.insert(&format!("/{}", palette.typed()));
    }
}

fn choose(state: &mut State) -> Reaction {
    let Some(Overlay::Palette(palette)) = state.overlay.as_ref() else {
        return Reaction::default();
    };
    let Some(command) = palette.found.get(palette.selected).copied() else {
        leave(state);
        return Reaction::default();
    };
    if palette.by == PaletteOpenedBy::Slash && !is_meant(palette, &command) {
        let name = palette.typed().split(' ').next().unwrap_or_default().to_owned();
        let said = format!("There is no command /{name}. The arrows choose one, Esc leaves.");
        state.say(NoticeKind::Warning, said);
        return Reaction::default();
    }
    let words = palette.words().unwrap_or_default();
    state.overlay = None;
    Request::Call(Call { command, words }).into()
}

/// Whether a command is what was typed behind a slash, not merely something like it: who guesses a
/// name must not set off another.
fn is_meant(palette: &Palette, command: &Command) -> bool {
    let typed = palette.typed();
    let begun = |name: &str| name.starts_with(typed.trim_end());
    palette.chosen == ChosenBy::Hand
        || palette.words().is_some()
        || slash::names(command).any(begun)
}

/// Writes out the name under the cursor, ready for its words.
fn complete(palette: &mut Palette) {
    if let Some(command) = palette.found.get(palette.selected) {
        let space = if command.words.is_some() { " " } else { "" };
        palette.editor = Editor::with_text(format!("{}{space}", command.name));
        find(palette);
    }
}

/// Works out what fits: a name written out with words behind it, else whatever is like it.
fn find(palette: &mut Palette) {
    palette.selected = 0;
    palette.chosen = ChosenBy::Letters;
    let typed = palette.typed();
    if palette.words().is_some() {
        let name = typed.split(' ').next().unwrap_or_default();
        palette.found = slash::named(name).into_iter().collect();
        return;
    }
    let mut fuzzy = Fuzzy::new(&typed);
    let mut scored: Vec<_> = slash::commands()
        .filter_map(|command| {
            let begins = !typed.is_empty()
                && slash::names(&command).any(|name| name.starts_with(typed.as_str()));
            let score = fuzzy.score(&text(&command)).or(begins.then_some(0))?;
            Some(((begins, score), command))
        })
        .collect();
    if !typed.trim().is_empty() {
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    }
    palette.found = scored.into_iter().map(|(_, command)| command).collect();
}

/// The text that is searched, and shown.
#[must_use]
pub fn text(command: &Command) -> String {
    format!("{} {}", command.name, command.about)
}
