//! What the user chose of the looks, and what is known of the terminal.

use crate::settings::{AUTO, Override, Settings, UiPrefs};

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
    /// Whether seconds count while an answer is awaited.
    pub animation: bool,
    /// Whether a conversation has one row in the list, not two.
    pub compact_list: bool,
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
    pub(in crate::app) compact_list: bool,
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
            settings: SettingsLooks { theme: AUTO.to_owned(), reading_width, compact_list },
        }
    }
}

impl Looks {
    /// What the settings say, and what was chosen over them.
    #[must_use]
    pub fn of(settings: &Settings, chosen: &UiPrefs) -> Self {
        let said = SettingsLooks {
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
