//! UI preferences: theme, reading width, compact list.

use crate::settings::UiPref;

use crate::app::{Effect, NoticeKind, Overlay, SessionEffect, State, list};

/// The least columns of text.
const MIN_READING_WIDTH: u16 = 20;

/// Name of the theme on screen: a previewed one, else the chosen one.
#[must_use]
pub fn current_theme(state: &State) -> &str {
    let tried = match &state.overlay {
        Some(Overlay::Themes(picker)) => picker.matches.get(picker.selected),
        _ => None,
    };
    let tried = tried.and_then(|at| state.ui_prefs.theme_names.get(*at));
    tried.unwrap_or(state.ui_prefs.theme.value())
}

/// Uses a theme and saves the choice.
pub fn choose_theme(state: &mut State, name: &str) -> Vec<Effect> {
    let choice = state.ui_prefs.theme.choose(name.to_owned());
    state.show_notice(NoticeKind::Info, format!("Theme: {name}. Saved for the next start."));
    save_pref(UiPref::Theme(choice))
}

/// Toggles between the full width and the chosen one.
pub fn toggle_width(state: &mut State) -> Vec<Effect> {
    let prefs = &mut state.ui_prefs;
    prefs.has_full_width = !prefs.has_full_width;
    let text = if prefs.has_full_width {
        "Text width: the whole window.".to_owned()
    } else {
        format!("Text width: up to {} columns.", prefs.columns())
    };
    state.transcript.last_seen_end = None;
    state.show_notice(NoticeKind::Info, text);
    Vec::new()
}

/// Sets the reading width from a command's argument and saves it.
pub fn choose_width(state: &mut State, words: &str) -> Vec<Effect> {
    let Some(value) = words.trim().parse::<u16>().ok().filter(|it| *it >= MIN_READING_WIDTH) else {
        let text = format!("Enter a number of columns, {MIN_READING_WIDTH} or more.");
        state.show_notice(NoticeKind::Warning, text);
        return Vec::new();
    };
    let choice = state.ui_prefs.reading_width.choose(value);
    state.ui_prefs.has_full_width = false;
    state.transcript.last_seen_end = None;
    state.show_notice(
        NoticeKind::Info,
        format!("Text width: up to {value} columns. Saved for the next start."),
    );
    save_pref(UiPref::ReadingWidth(choice))
}

/// Toggles between one and two rows per conversation and saves the choice.
pub fn toggle_compact_list(state: &mut State) -> Vec<Effect> {
    let value = !state.ui_prefs.compact_list.value();
    let choice = state.ui_prefs.compact_list.choose(value);
    // An estimate until the next frame measures it.
    let rows = state.measured.list_rows;
    state.measured.list_rows = if value { rows.saturating_mul(2) } else { rows / 2 };
    list::keep_in_view(state);
    save_pref(UiPref::CompactList(choice))
}

fn save_pref(pref: UiPref) -> Vec<Effect> {
    vec![Effect::Session(SessionEffect::SaveUiPref(pref))]
}
