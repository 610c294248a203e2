//! How the program looks: the theme on screen (chosen, as the terminal is, or being tried), how wide
//! text gets, what moves.
//! May not know a colour.

use crate::settings::{AUTO, Override, UiPref};

use crate::app::{Effect, NoticeKind, Overlay, State, StoreEffect, TerminalBackground, list};

/// Fewest columns of text.
const MIN_READING_WIDTH: u16 = 20;

/// The theme on screen, by name.
#[must_use]
pub fn current_theme(state: &State) -> &str {
    let tried = match &state.overlay {
        Some(Overlay::Themes(picker)) => state.ui_prefs.theme_names.get(picker.selected),
        _ => None,
    };
    let name = tried.unwrap_or(&state.ui_prefs.theme);
    match (name.as_str(), state.ui_prefs.background) {
        (AUTO, Some(TerminalBackground::Dark)) => "dark",
        (AUTO, Some(TerminalBackground::Light)) => "light",
        (AUTO, None) => "terminal",
        (name, _) => name,
    }
}

/// Takes a theme, and remembers it.
pub fn choose_theme(state: &mut State, name: &str) -> Vec<Effect> {
    name.clone_into(&mut state.ui_prefs.theme);
    state.show_notice(NoticeKind::Info, format!("Theme: {name}. Saved for the next start."));
    let over = state.ui_prefs.configured.theme.clone();
    save_pref(UiPref::Theme(Override { value: name.to_owned(), over }))
}

/// Text as wide as the window, or as it was chosen.
pub fn toggle_width(state: &mut State) -> Vec<Effect> {
    let whole = state.session.reading_width == u16::MAX;
    state.session.reading_width = if whole { state.ui_prefs.chosen_width } else { u16::MAX };
    let said = if whole {
        format!("Text width: up to {} columns.", state.ui_prefs.chosen_width)
    } else {
        "Text width: the whole window.".to_owned()
    };
    state.transcript.last_seen_end = None;
    state.show_notice(NoticeKind::Info, said);
    Vec::new()
}

/// Takes so many columns for text, and remembers them.
pub fn choose_width(state: &mut State, words: &str) -> Vec<Effect> {
    let Some(value) = words.trim().parse::<u16>().ok().filter(|it| *it >= MIN_READING_WIDTH) else {
        let said = format!("Enter a number of columns, {MIN_READING_WIDTH} or more.");
        state.show_notice(NoticeKind::Warning, said);
        return Vec::new();
    };
    state.ui_prefs.chosen_width = value;
    state.session.reading_width = value;
    state.transcript.last_seen_end = None;
    state.show_notice(
        NoticeKind::Info,
        format!("Text width: up to {value} columns. Saved for the next start."),
    );
    let over = state.ui_prefs.configured.reading_width;
    save_pref(UiPref::ReadingWidth(Override { value, over }))
}

/// One row for a conversation in the list, or two, and remembers it.
pub fn toggle_compact_list(state: &mut State) -> Vec<Effect> {
    let value = !state.ui_prefs.compact_list;
    state.ui_prefs.compact_list = value;
    // Until the next frame tells, so many rows as there would be.
    let rows = state.measured.list_rows;
    state.measured.list_rows = if value { rows.saturating_mul(2) } else { rows / 2 };
    list::keep_in_view(state);
    let over = state.ui_prefs.configured.compact_list;
    save_pref(UiPref::CompactList(Override { value, over }))
}

fn save_pref(choosing: UiPref) -> Vec<Effect> {
    vec![Effect::Store(StoreEffect::SaveUiPref(choosing))]
}
