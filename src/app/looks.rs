//! How the program looks: the theme on screen (chosen, as the terminal is, or being tried), how wide
//! text gets, what moves.
//! May not know a colour.

use crate::settings::{AUTO, Override, Settings, UiPref, UiPrefs};

use super::{Effect, NoticeKind, Overlay, State, StoreEffect, list};

/// Whether the terminal's background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

/// Whether the terminal opens links in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opens {
    /// It may.
    Yes,
    /// It would show something else.
    #[default]
    No,
}

/// What the user chose of the looks, and what is known of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// The theme chosen, by name.
    pub theme: String,
    /// The names there are.
    pub names: Vec<String>,
    /// The terminal's background, once it said.
    pub shade: Option<Shade>,
    /// Whether links are given to the terminal to open.
    pub links: Opens,
    /// Whether seconds count while an answer is awaited.
    pub animation: bool,
    /// Whether a conversation has one row in the list, not two.
    pub compact_list: bool,
    /// Columns of text that were chosen last, to go back to.
    width: u16,
    /// What the settings say, whatever was chosen since.
    settings: Said,
}

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    theme: String,
    reading_width: u16,
    compact_list: bool,
}

impl Default for Looks {
    fn default() -> Self {
        let (compact_list, reading_width) = (true, WIDTH);
        Self {
            theme: AUTO.to_owned(),
            names: vec![AUTO.to_owned()],
            shade: None,
            links: Opens::No,
            animation: true,
            compact_list,
            width: reading_width,
            settings: Said { theme: AUTO.to_owned(), reading_width, compact_list },
        }
    }
}

impl Looks {
    /// What the settings say, and what was chosen over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: &UiPrefs) -> Self {
        let said = Said {
            theme: settings.theme.clone(),
            reading_width: settings.reading_width,
            compact_list: settings.compact_list,
        };
        Self {
            theme: Override::instead_of(chosen.theme.as_ref(), &said.theme),
            animation: settings.animation,
            compact_list: Override::instead_of(chosen.compact_list.as_ref(), &said.compact_list),
            width: Override::instead_of(chosen.reading_width.as_ref(), &said.reading_width),
            settings: said,
            ..Self::default()
        }
    }

    /// The rows a conversation has in the list.
    #[must_use]
    pub const fn list_rows(&self) -> usize {
        if self.compact_list { 1 } else { 2 }
    }

    /// Columns of text to begin with.
    #[must_use]
    pub const fn reading_width(&self) -> u16 {
        self.width
    }

    /// Takes the themes there are; one that was chosen and is gone gives way to the settings'.
    pub fn know(&mut self, names: Vec<String>) {
        if !names.contains(&self.theme) {
            self.theme.clone_from(&self.settings.theme);
        }
        self.names = names;
    }
}

/// Columns of text until the settings say otherwise.
const WIDTH: u16 = 100;
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
