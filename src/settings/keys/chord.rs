//! One key with its modifiers, as people write it: `Ctrl+N`, `Shift+Enter`, `PgUp`, `?`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::Deserialize;

use super::key_reports::KeyReports;
use crate::chat::shorten::shorten;

/// One key with its modifiers, in one form whatever the terminal reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Keys that are written as words.
const NAMED_KEYS: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
];

/// Modifiers that are written in front, in this order.
const MODIFIERS: &[(&str, KeyModifiers)] =
    &[("Ctrl", KeyModifiers::CONTROL), ("Alt", KeyModifiers::ALT), ("Shift", KeyModifiers::SHIFT)];

impl Chord {
    /// Creates a chord in normal form: terminals disagree on how Shift comes with letters and Tab.
    #[must_use]
    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        match code {
            KeyCode::BackTab => {
                Self { code: KeyCode::Tab, modifiers: modifiers | KeyModifiers::SHIFT }
            }
            KeyCode::Char(c) if modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                Self { code: KeyCode::Char(c.to_ascii_lowercase()), modifiers }
            }
            // The character itself says that Shift was held.
            KeyCode::Char(_) => Self { code, modifiers: modifiers - KeyModifiers::SHIFT },
            _ => Self { code, modifiers },
        }
    }

    /// Whether the key types a character in a text field.
    #[must_use]
    pub fn is_printable(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Returns `true` for a key by which a terminal may type an accented letter.
    pub(super) fn is_alt_letter(self) -> bool {
        self.modifiers.contains(KeyModifiers::ALT)
            && matches!(self.code, KeyCode::Char(c) if c.is_alphabetic())
    }

    /// What a terminal has to report at least, so that the key is not the same as another one, or
    /// nothing. What xterm 379 sends with `modifyOtherKeys` at level 1 was recorded on 2026-11-29.
    #[must_use]
    pub fn needed_reports(self) -> KeyReports {
        let has = |modifiers| self.modifiers.intersects(modifiers);
        let if_any = |reports, modifiers| if has(modifiers) { reports } else { KeyReports::Basic };
        match self.code {
            KeyCode::Enter => {
                if_any(KeyReports::OtherKeys, KeyModifiers::CONTROL | KeyModifiers::SHIFT)
            }
            // With Shift alone it comes as Backspace, and does the same.
            KeyCode::Backspace => if_any(KeyReports::Full, KeyModifiers::CONTROL),
            KeyCode::Tab if has(KeyModifiers::SHIFT) => {
                if_any(KeyReports::Full, KeyModifiers::CONTROL)
            }
            KeyCode::Tab => if_any(KeyReports::OtherKeys, KeyModifiers::CONTROL),
            KeyCode::Esc => if_any(KeyReports::Full, !KeyModifiers::NONE),
            KeyCode::Char(c) if has(KeyModifiers::CONTROL) => {
                // Ctrl has a code for these alone, and some of the codes are other keys.
                let has_code = c.is_ascii_lowercase() || " @\\]^_/234567".contains(c);
                if !has_code {
                    KeyReports::OtherKeys
                } else if has(KeyModifiers::SHIFT) || matches!(c, 'i' | 'm') {
                    KeyReports::Full
                } else {
                    KeyReports::Basic
                }
            }
            _ => KeyReports::Basic,
        }
    }
}

impl From<KeyEvent> for Chord {
    fn from(key: KeyEvent) -> Self {
        Self::new(key.code, key.modifiers)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, modifier) in MODIFIERS {
            if self.modifiers.contains(*modifier) {
                write!(f, "{name}+")?;
            }
        }
        if let Some((name, _)) = NAMED_KEYS.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            _ => f.write_str("?"),
        }
    }
}

impl TryFrom<String> for Chord {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((name, modifier)) = MODIFIERS.iter().find(|(name, _)| {
            rest.get(..=name.len()).is_some_and(|start| {
                start.strip_suffix('+').is_some_and(|word| word.eq_ignore_ascii_case(name))
            })
        }) {
            modifiers |= *modifier;
            rest = rest.get(name.len().saturating_add(1)..).unwrap_or_default();
        }
        let code = key_code(rest).ok_or_else(|| {
            format!("\"{}\" is not a key. Use keys such as Ctrl+N, Alt+Left or F2.", shorten(text))
        })?;
        Ok(Self::new(code, modifiers))
    }
}

fn key_code(name: &str) -> Option<KeyCode> {
    if let Some((_, code)) = NAMED_KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let mut characters = name.chars();
    match (characters.next(), characters.as_str()) {
        (Some(c), "") => Some(KeyCode::Char(c)),
        (Some('F' | 'f'), number) => number.parse().ok().map(KeyCode::F),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["Ctrl+N", "Alt+Left", "Shift+Enter", "F12", "PgUp", "?", "G", "k", "Shift+Tab"]
        {
            assert_eq!(text.parse::<Chord>().unwrap().to_string(), text);
        }
        assert!("Hyper+X".parse::<Chord>().is_err());
        assert!("".parse::<Chord>().is_err());
    }

    #[test]
    fn keys_that_old_terminals_cannot_send_are_known() {
        let needed = |text: &str| text.parse::<Chord>().unwrap().needed_reports();
        for text in ["Ctrl+Shift+F", "Ctrl+I", "Alt+Esc", "Ctrl+Backspace", "Ctrl+Shift+Tab"] {
            assert_eq!(needed(text), KeyReports::Full, "{text}");
        }
        for text in ["Shift+Enter", "Ctrl+Enter", "Ctrl+1", "Ctrl+Tab", "Ctrl+,"] {
            assert_eq!(needed(text), KeyReports::OtherKeys, "{text}");
        }
        for text in [
            "Enter",
            "Alt+Enter",
            "Shift+Tab",
            "Shift+Backspace",
            "Ctrl+F",
            "Ctrl+Shift+Left",
            "Alt+A",
            "G",
        ] {
            assert_eq!(needed(text), KeyReports::Basic, "{text}");
        }
    }

    #[test]
    fn a_key_with_a_modifier_without_a_name_is_no_other_key() {
        let with = Chord::new(KeyCode::Char('c'), KeyModifiers::SUPER);
        assert_ne!(with, "c".parse().unwrap());
    }

    #[test]
    fn terminals_that_report_shift_differently_mean_the_same_key() {
        let upper = "G".parse::<Chord>().unwrap();
        assert_eq!(Chord::new(KeyCode::Char('G'), KeyModifiers::SHIFT), upper);
        assert_eq!(Chord::new(KeyCode::Char('G'), KeyModifiers::NONE), upper);
        let back = "Shift+Tab".parse::<Chord>().unwrap();
        assert_eq!(Chord::new(KeyCode::BackTab, KeyModifiers::SHIFT), back);
        assert_eq!(Chord::new(KeyCode::BackTab, KeyModifiers::NONE), back);
    }
}
