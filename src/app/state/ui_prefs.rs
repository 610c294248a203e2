//! State of the UI preferences, and what is known of the terminal.

use crate::settings::{
    AUTO, KeyReports, Override, ReservedKeys, Rgb, Settings, TerminalColors, UiPrefs,
};

use super::images::ImageDisplay;

/// Columns of text until the settings are applied.
const DEFAULT_READING_WIDTH: u16 = 100;

/// A colour that the terminal has reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalColor {
    /// Of its text (OSC 10).
    Text(Rgb),
    /// Of its background (OSC 11).
    Background(Rgb),
}

/// Whether links are written as terminal hyperlinks (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hyperlinks {
    /// The terminal supports them.
    Enabled,
    /// The terminal would show them wrong.
    #[default]
    Disabled,
}

/// Whether keys that are pressed now would come to this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TerminalFocus {
    /// They would, as far as the terminal has answered.
    #[default]
    Focused,
    /// They go to another window.
    Unfocused,
}

/// UI preferences, and what is known of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiPrefsState {
    /// Name of the chosen theme.
    pub theme: String,
    /// Every theme that can be chosen, in the order of the picker.
    pub theme_names: Vec<String>,
    /// The terminal's text colour, once it has reported it.
    pub terminal_text: Option<Rgb>,
    /// The terminal's background, once it has reported it.
    pub terminal_background: Option<Rgb>,
    /// Whether addresses can be opened from the terminal (OSC 8).
    pub hyperlinks: Hyperlinks,
    /// How much of a key press the terminal reports.
    pub key_reports: KeyReports,
    /// The keys that the terminal keeps for itself.
    pub reserved_keys: ReservedKeys,
    /// Whether Esc arrives only with the next key while the program gets mouse events, as in GNU screen.
    pub mouse_holds_escape: bool,
    /// Whether the user looks here: else the end of an answer is announced.
    pub terminal_focus: TerminalFocus,
    /// How images are shown.
    pub images: ImageDisplay,
    /// Whether seconds are counted while an answer is awaited.
    pub animation: bool,
    /// Whether a conversation takes one row of the list, not two.
    pub compact_list: bool,
    /// The reading width to return to from the full width.
    pub(in crate::app) chosen_width: u16,
    /// The values of the settings, whatever was chosen since.
    pub(in crate::app) configured: ConfiguredUiPrefs,
}

/// The values of the settings.
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
            terminal_text: None,
            terminal_background: None,
            hyperlinks: Hyperlinks::Disabled,
            key_reports: KeyReports::Basic,
            reserved_keys: ReservedKeys::default(),
            mouse_holds_escape: false,
            terminal_focus: TerminalFocus::Focused,
            images: ImageDisplay::default(),
            animation: true,
            compact_list,
            chosen_width: reading_width,
            configured: ConfiguredUiPrefs { theme: AUTO.to_owned(), reading_width, compact_list },
        }
    }
}

impl UiPrefsState {
    /// Remembers that the terminal reports at least so much; what it has shown to do it goes on doing.
    pub fn learn_key_reports(&mut self, reports: KeyReports) {
        self.key_reports = self.key_reports.max(reports);
    }

    /// The settings with the user's choices over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: &UiPrefs) -> Self {
        let text = ConfiguredUiPrefs {
            theme: settings.theme.clone(),
            reading_width: settings.reading_width,
            compact_list: settings.compact_list,
        };
        Self {
            theme: Override::effective_value(chosen.theme.as_ref(), &text.theme),
            images: ImageDisplay { choice: settings.images, ..ImageDisplay::default() },
            animation: settings.animation,
            compact_list: Override::effective_value(
                chosen.compact_list.as_ref(),
                &text.compact_list,
            ),
            chosen_width: Override::effective_value(
                chosen.reading_width.as_ref(),
                &text.reading_width,
            ),
            configured: text,
            ..Self::default()
        }
    }

    /// Takes a colour the terminal has reported.
    pub(crate) const fn set_terminal_color(&mut self, color: TerminalColor) {
        match color {
            TerminalColor::Text(rgb) => self.terminal_text = Some(rgb),
            TerminalColor::Background(rgb) => self.terminal_background = Some(rgb),
        }
    }

    /// The terminal's colours, once it has reported its background.
    #[must_use]
    pub fn terminal_colors(&self) -> Option<TerminalColors> {
        let text = self.terminal_text;
        self.terminal_background.map(|background| TerminalColors { background, text })
    }

    /// Rows of a conversation in the list.
    #[must_use]
    pub const fn rows_per_entry(&self) -> usize {
        if self.compact_list { 1 } else { 2 }
    }

    /// The initial reading width in columns.
    #[must_use]
    pub const fn reading_width(&self) -> u16 {
        self.chosen_width
    }

    /// Takes the names of all themes; a chosen theme that is missing falls back to the settings.
    pub fn set_theme_names(&mut self, names: Vec<String>) {
        if !names.contains(&self.theme) {
            self.theme.clone_from(&self.configured.theme);
        }
        self.theme_names = names;
    }
}
