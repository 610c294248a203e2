//! State of the UI preferences.

use crate::settings::{AUTO, Preference, Settings, UiPrefs};

use super::images::ImageDisplay;

/// Columns of text until the settings are applied.
const DEFAULT_READING_WIDTH: u16 = 100;

/// UI preferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiPrefsState {
    /// Name of the theme.
    pub theme: Preference<String>,
    /// Every theme that can be chosen, in the order of the picker.
    pub theme_names: Vec<String>,
    /// How images are shown.
    pub images: ImageDisplay,
    /// Whether seconds are counted while an answer is awaited.
    pub animation: bool,
    /// Whether a conversation takes one row of the list, not two.
    pub compact_list: Preference<bool>,
    /// The most columns of text, where it does not have the whole window.
    pub reading_width: Preference<u16>,
    /// Whether text has the whole window.
    pub has_full_width: bool,
}

impl Default for UiPrefsState {
    fn default() -> Self {
        Self {
            theme: Preference::new(AUTO.to_owned(), None),
            theme_names: vec![AUTO.to_owned()],
            images: ImageDisplay::default(),
            animation: true,
            compact_list: Preference::new(true, None),
            reading_width: Preference::new(DEFAULT_READING_WIDTH, None),
            has_full_width: false,
        }
    }
}

impl UiPrefsState {
    /// The settings with the user's choices over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: UiPrefs) -> Self {
        Self {
            theme: Preference::new(settings.theme.clone(), chosen.theme),
            images: ImageDisplay { choice: settings.images, ..ImageDisplay::default() },
            animation: settings.animation,
            compact_list: Preference::new(settings.compact_list, chosen.compact_list),
            reading_width: Preference::new(settings.reading_width, chosen.reading_width),
            ..Self::default()
        }
    }

    /// Rows of a conversation in the list.
    #[must_use]
    pub const fn rows_per_entry(&self) -> usize {
        if *self.compact_list.value() { 1 } else { 2 }
    }

    /// The most columns of text.
    #[must_use]
    pub const fn columns(&self) -> u16 {
        if self.has_full_width { u16::MAX } else { *self.reading_width.value() }
    }

    /// Takes the names of all themes; a chosen theme that is missing falls back to the settings.
    pub fn set_theme_names(&mut self, names: Vec<String>) {
        if !names.contains(self.theme.value()) {
            self.theme.reset();
        }
        self.theme_names = names;
    }
}
