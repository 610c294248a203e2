//! Preferences chosen on screen in place of a setting, in effect until that setting changes. They are stored
//! in a file of their own: `config.toml` is the user's, with comments.

use serde::{Deserialize, Serialize};

/// What was chosen in place of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override<T> {
    /// The value in effect.
    pub value: T,
    /// What the setting was then.
    pub over: T,
}

impl<T: PartialEq> Override<T> {
    /// Nothing where what was chosen is what the setting says anyway.
    fn if_different(self) -> Option<Self> {
        (self.value != self.over).then_some(self)
    }
}

/// A setting with what was chosen in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference<T> {
    value: T,
    /// What the setting says, whatever was chosen since.
    setting: T,
}

impl<T: PartialEq + Clone> Preference<T> {
    /// The setting as it is now, and what was chosen in an earlier run.
    #[must_use]
    pub fn new(setting: T, chosen: Option<Override<T>>) -> Self {
        let chosen = chosen.filter(|it| it.over == setting);
        Self { value: chosen.map_or_else(|| setting.clone(), |it| it.value), setting }
    }

    /// What holds.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Chooses a value; returns what to save for the next start.
    pub fn choose(&mut self, value: T) -> Override<T> {
        self.value.clone_from(&value);
        Override { value, over: self.setting.clone() }
    }

    /// Uses the value of the setting again.
    pub fn reset(&mut self) {
        self.value.clone_from(&self.setting);
    }
}

/// Everything that was chosen on screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UiPrefs {
    /// The name of the theme.
    pub theme: Option<Override<String>>,
    /// Columns of text in the conversation.
    pub reading_width: Option<Override<u16>>,
    /// Whether a conversation has one row in the list.
    pub compact_list: Option<Override<bool>>,
}

/// One preference that was just chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UiPref {
    /// The theme, by name.
    Theme(Override<String>),
    /// The most columns of text in the conversation.
    ReadingWidth(Override<u16>),
    /// One row in the list, or two.
    CompactList(Override<bool>),
}

impl UiPrefs {
    /// Takes one choice over.
    pub fn set(&mut self, pref: UiPref) {
        match pref {
            UiPref::Theme(theme) => self.theme = theme.if_different(),
            UiPref::ReadingWidth(columns) => self.reading_width = columns.if_different(),
            UiPref::CompactList(compact) => self.compact_list = compact.if_different(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_holds_until_its_setting_changes() {
        let mut prefs = UiPrefs::default();
        let dark = Override { value: "dark".to_owned(), over: "auto".to_owned() };
        prefs.set(UiPref::Theme(dark.clone()));
        let holds = |setting: &str| Preference::new(setting.to_owned(), prefs.theme.clone());
        assert_eq!(holds("auto").value(), "dark");
        assert_eq!(holds("light").value(), "light");
        prefs.set(UiPref::Theme(Override { value: "auto".into(), ..dark }));
        assert_eq!(prefs, UiPrefs::default());
    }
}
