//! What the user chose of the looks, and what is known of the terminal.

use crate::settings::themes::AUTO;
use crate::settings::{Choice, Chosen, Entry, Motion, Settings};

/// Columns of text until the settings say otherwise.
const WIDTH: u16 = 100;

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
    /// What moves.
    pub motion: Motion,
    /// The rows of a conversation in the list.
    pub entry: Entry,
    /// Columns of text that were chosen last, to go back to.
    pub(in crate::app) width: u16,
    /// What the settings say, whatever was chosen since.
    pub(in crate::app) settings: SettingsLooks,
}

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct SettingsLooks {
    pub(in crate::app) theme: String,
    pub(in crate::app) reading_width: u16,
    pub(in crate::app) entry: Entry,
}

impl Default for Looks {
    fn default() -> Self {
        let (entry, reading_width) = (Entry::default(), WIDTH);
        Self {
            theme: AUTO.to_owned(),
            names: vec![AUTO.to_owned()],
            shade: None,
            links: Opens::No,
            motion: Motion::default(),
            entry,
            width: reading_width,
            settings: SettingsLooks { theme: AUTO.to_owned(), reading_width, entry },
        }
    }
}

impl Looks {
    /// What the settings say, and what was chosen over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: &Chosen) -> Self {
        let entry = settings.appearance.entry;
        let said = SettingsLooks {
            theme: settings.theme.clone(),
            reading_width: settings.reading_width,
            entry,
        };
        let compact = entry == Entry::Compact;
        let compact = Choice::instead_of(chosen.compact_list.as_ref(), &compact);
        Self {
            theme: Choice::instead_of(chosen.theme.as_ref(), &said.theme),
            motion: settings.appearance.motion,
            entry: if compact { Entry::Compact } else { Entry::Roomy },
            width: Choice::instead_of(chosen.reading_width.as_ref(), &said.reading_width),
            settings: said,
            ..Self::default()
        }
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
