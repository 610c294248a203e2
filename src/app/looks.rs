//! How the program looks: the theme on screen (chosen, as the terminal is, or being tried), how wide
//! text gets, what moves.
//! May not know a colour.

use crate::settings::{AUTO, Override, UiPref};

use super::{Effect, NoticeKind, Overlay, Shade, State, StoreEffect, list};

/// Fewest columns of text.
const NARROWEST: u16 = 20;

/// The theme on screen, by name.
#[must_use]
pub fn theme(state: &State) -> &str {
    let tried = match &state.overlay {
        Some(Overlay::Themes(picker)) => state.looks.names.get(picker.selected),
        _ => None,
    };
    let name = tried.unwrap_or(&state.looks.theme);
    match (name.as_str(), state.looks.shade) {
        (AUTO, Some(Shade::Dark)) => "dark",
        (AUTO, Some(Shade::Light)) => "light",
        (AUTO, None) => "terminal",
        (name, _) => name,
    }
}

/// Takes a theme, and remembers it.
pub fn choose_theme(state: &mut State, name: &str) -> Vec<Effect> {
    name.clone_into(&mut state.looks.theme);
    state.say(NoticeKind::Info, format!("The theme is {name}, also next time."));
    let over = state.looks.settings.theme.clone();
    keep(UiPref::Theme(Override { value: name.to_owned(), over }))
}

/// Text as wide as the window, or as it was chosen.
pub fn toggle_width(state: &mut State) -> Vec<Effect> {
    let whole = state.session.reading_width == u16::MAX;
    state.session.reading_width = if whole { state.looks.width } else { u16::MAX };
    let said = if whole {
        format!("Text is up to {} columns wide.", state.looks.width)
    } else {
        "Text is as wide as the window.".to_owned()
    };
    state.transcript.seen = None;
    state.say(NoticeKind::Info, said);
    Vec::new()
}

/// Takes so many columns for text, and remembers them.
pub fn choose_width(state: &mut State, words: &str) -> Vec<Effect> {
    let Some(value) = words.trim().parse::<u16>().ok().filter(|it| *it >= NARROWEST) else {
        let said = format!("Say a number of columns, {NARROWEST} or more.");
        state.say(NoticeKind::Warning, said);
        return Vec::new();
    };
    state.looks.width = value;
    state.session.reading_width = value;
    state.transcript.seen = None;
    state.say(NoticeKind::Info, format!("Text is up to {value} columns wide, also next time."));
    let over = state.looks.settings.reading_width;
    keep(UiPref::ReadingWidth(Override { value, over }))
}

/// One row for a conversation in the list, or two, and remembers it.
pub fn toggle_entry(state: &mut State) -> Vec<Effect> {
    let value = !state.looks.compact_list;
    state.looks.compact_list = value;
    // Until the next frame tells, so many rows as there would be.
    let rows = state.measured.list_rows;
    state.measured.list_rows = if value { rows.saturating_mul(2) } else { rows / 2 };
    list::keep_in_view(state);
    let over = state.looks.settings.compact_list;
    keep(UiPref::CompactList(Override { value, over }))
}

fn keep(choosing: UiPref) -> Vec<Effect> {
    vec![Effect::Store(StoreEffect::KeepLooks(choosing))]
}
