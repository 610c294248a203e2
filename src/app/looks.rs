//! Which theme is on screen: the one chosen, dark or light as the terminal is, or one being tried.
//! May not know a colour.

use super::{Overlay, State};

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
}

impl Default for Looks {
    fn default() -> Self {
        Self { theme: AUTO.to_owned(), names: vec![AUTO.to_owned()], shade: None, links: Opens::No }
    }
}

/// The name for dark or light, as the terminal is.
const AUTO: &str = crate::settings::themes::AUTO;

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
