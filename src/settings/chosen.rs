//! Looks that were chosen in the program: each holds until the setting it was chosen over changes.
//! May not write `config.toml`: that file is the user's, comments and all.

use serde::{Deserialize, Serialize};

/// What was chosen in place of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice<T> {
    /// What was chosen.
    pub value: T,
    /// What the setting was then.
    pub over: T,
}

impl<T: PartialEq + Clone> Choice<T> {
    /// What holds where the setting is this now.
    #[must_use]
    pub fn instead_of(choice: Option<&Self>, setting: &T) -> T {
        let holds = choice.filter(|choice| choice.over == *setting);
        holds.map_or_else(|| setting.clone(), |choice| choice.value.clone())
    }
}

/// Everything that was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The theme.
    pub theme: Option<Choice<String>>,
    /// Columns of text in the conversation.
    pub reading_width: Option<Choice<u16>>,
    /// Whether a conversation has one row in the list.
    pub compact_list: Option<Choice<bool>>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choosing {
    /// A theme.
    Theme(Choice<String>),
    /// Columns of text.
    ReadingWidth(Choice<u16>),
    /// One row in the list, or two.
    CompactList(Choice<bool>),
}

impl Chosen {
    /// Makes one choice; choosing what the setting says anyway is no choice.
    pub fn make(&mut self, choosing: Choosing) {
        match choosing {
            Choosing::Theme(choice) => self.theme = real(choice),
            Choosing::ReadingWidth(choice) => self.reading_width = real(choice),
            Choosing::CompactList(choice) => self.compact_list = real(choice),
        }
    }
}

fn real<T: PartialEq>(choice: Choice<T>) -> Option<Choice<T>> {
    (choice.value != choice.over).then_some(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_holds_until_its_setting_changes() {
        let mut chosen = Chosen::default();
        let dark = Choice { value: "dark".to_owned(), over: "auto".to_owned() };
        chosen.make(Choosing::Theme(dark.clone()));
        let holds = |setting: &str| Choice::instead_of(chosen.theme.as_ref(), &setting.to_owned());
        assert_eq!(holds("auto"), "dark");
        assert_eq!(holds("light"), "light");
        chosen.make(Choosing::Theme(Choice { value: "auto".into(), ..dark }));
        assert_eq!(chosen, Chosen::default());
    }
}
