//! What is known of the terminal: its colours, its focus, the keys it reports.

use crate::settings::{KeyReports, ReservedKeys, Rgb, TerminalColors};

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

/// What is known of the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalState {
    /// Its text colour, once it has reported it.
    pub text: Option<Rgb>,
    /// Its background, once it has reported it.
    pub background: Option<Rgb>,
    /// Whether addresses can be opened from it (OSC 8).
    pub hyperlinks: Hyperlinks,
    /// How much of a key press it reports.
    pub key_reports: KeyReports,
    /// The keys that it keeps for itself.
    pub reserved_keys: ReservedKeys,
    /// Whether Esc arrives only with the next key while the program gets mouse events, as in GNU screen.
    pub mouse_holds_escape: bool,
    /// Whether the user looks here: else the end of an answer is announced.
    pub focus: TerminalFocus,
}

impl TerminalState {
    /// Remembers that it reports at least so much; what it has shown to do it goes on doing.
    pub fn learn_key_reports(&mut self, reports: KeyReports) {
        self.key_reports = self.key_reports.max(reports);
    }

    /// Takes a colour it has reported.
    pub(crate) const fn set_color(&mut self, color: TerminalColor) {
        match color {
            TerminalColor::Text(rgb) => self.text = Some(rgb),
            TerminalColor::Background(rgb) => self.background = Some(rgb),
        }
    }

    /// Its colours, once it has reported its background.
    #[must_use]
    pub fn colors(&self) -> Option<TerminalColors> {
        let text = self.text;
        self.background.map(|background| TerminalColors { background, text })
    }
}
