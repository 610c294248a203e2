//! How the program looks where taste differs: what moves, how much room a row of the list has.
//! May not know a colour.

use super::Config;

/// Whether anything on screen moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motion {
    /// Seconds and speed count while an answer is awaited.
    #[default]
    Shown,
    /// Nothing changes but what was said: for screen readers, slow lines and calm eyes.
    Still,
}

/// The rows a conversation has in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entry {
    /// One: the title, messages and age behind it.
    #[default]
    Compact,
    /// Two: the whole width for the title, messages and age below it.
    Roomy,
}

impl Entry {
    /// How many.
    #[must_use]
    pub const fn rows(self) -> usize {
        match self {
            Self::Compact => 1,
            Self::Roomy => 2,
        }
    }
}

/// What the user chose of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appearance {
    /// What moves.
    pub motion: Motion,
    /// The rows of the list.
    pub entry: Entry,
}

impl Appearance {
    /// What the configuration file says.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let motion = if config.animation == Some(false) { Motion::Still } else { Motion::Shown };
        let roomy = config.compact_list == Some(false);
        Self { motion, entry: if roomy { Entry::Roomy } else { Entry::Compact } }
    }
}
