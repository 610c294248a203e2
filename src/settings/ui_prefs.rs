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

impl<T: PartialEq + Clone> Override<T> {
    /// What holds where the setting is this now.
    #[must_use]
    pub fn effective_value(chosen: Option<&Self>, setting: &T) -> T {
        let holds = chosen.filter(|it| it.over == *setting);
        holds.map_or_else(|| setting.clone(), |it| it.value.clone())
    }

    /// Nothing where what was chosen is what the setting says anyway.
    fn if_different(self) -> Option<Self> {
        (self.value != self.over).then_some(self)
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
        let holds =
            |setting: &str| Override::effective_value(prefs.theme.as_ref(), &setting.to_owned());
        assert_eq!(holds("auto"), "dark");
        assert_eq!(holds("light"), "light");
        prefs.set(UiPref::Theme(Override { value: "auto".into(), ..dark }));
        assert_eq!(prefs, UiPrefs::default());
    }
}
