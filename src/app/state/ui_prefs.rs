//! What the user chose of the looks, and what is known of the terminal.

use crate::settings::{AUTO, Override, Settings, UiPrefs};

/// Columns of text until the settings say otherwise.
const DEFAULT_READING_WIDTH: u16 = 100;

/// Whether the terminal's background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalBackground {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

/// Whether the terminal opens links in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hyperlinks {
    /// It may.
    Enabled,
    /// It would show something else.
    #[default]
    Disabled,
}

/// How much of a key the terminal tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyReports {
    /// What terminals have always told, as far as is known.
    #[default]
    Basic,
    /// Every key with its modifiers.
    Full,
}

/// What the user chose of the looks, and what is known of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiPrefsState {
    /// The theme chosen, by name.
    pub theme: String,
    /// The names there are.
    pub theme_names: Vec<String>,
    /// The terminal's background, once it said.
    pub background: Option<TerminalBackground>,
    /// Whether links are given to the terminal to open.
    pub hyperlinks: Hyperlinks,
    /// How much of a key the terminal tells.
    pub key_reports: KeyReports,
    /// Whether seconds count while an answer is awaited.
    pub animation: bool,
    /// Whether a conversation has one row in the list, not two.
    pub compact_list: bool,
    /// Columns of text that were chosen last, to go back to.
    pub(in crate::app) chosen_width: u16,
    /// What the settings say, whatever was chosen since.
    pub(in crate::app) configured: ConfiguredUiPrefs,
}

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct ConfiguredUiPrefs {
    pub(in crate::app) theme: String,
    pub(in crate::app) reading_width: u16,
    pub(in crate::app) compact_list: bool,
}

impl Default for UiPrefsState {
    fn default() -> Self {
        let (compact_list, reading_width) = (true, DEFAULT_READING_WIDTH);
        Self {
            theme: AUTO.to_owned(),
            theme_names: vec![AUTO.to_owned()],
            background: None,
            hyperlinks: Hyperlinks::Disabled,
            key_reports: KeyReports::Basic,
            animation: true,
            compact_list,
            chosen_width: reading_width,
            configured: ConfiguredUiPrefs { theme: AUTO.to_owned(), reading_width, compact_list },
        }
    }
}

impl UiPrefsState {
    /// What the settings say, and what was chosen over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: &UiPrefs) -> Self {
        let said = ConfiguredUiPrefs {
            theme: settings.theme.clone(),
            reading_width: settings.reading_width,
            compact_list: settings.compact_list,
        };
        Self {
            theme: Override::effective_value(chosen.theme.as_ref(), &said.theme),
            animation: settings.animation,
            compact_list: Override::effective_value(
                chosen.compact_list.as_ref(),
                &said.compact_list,
            ),
            chosen_width: Override::effective_value(
                chosen.reading_width.as_ref(),
                &said.reading_width,
            ),
            configured: said,
            ..Self::default()
        }
    }

    /// The rows a conversation has in the list.
    #[must_use]
    pub const fn rows_per_entry(&self) -> usize {
        if self.compact_list { 1 } else { 2 }
    }

    /// Columns of text to begin with.
    #[must_use]
    pub const fn reading_width(&self) -> u16 {
        self.chosen_width
    }

    /// Takes the themes there are; one that was chosen and is gone gives way to the settings'.
    pub fn set_theme_names(&mut self, names: Vec<String>) {
        if !names.contains(&self.theme) {
            self.theme.clone_from(&self.configured.theme);
        }
        self.theme_names = names;
    }
}
