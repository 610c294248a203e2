//! The registers of vim: text that was deleted or yanked.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::Editor;

/// The register of commands that name none.
const UNNAMED: char = '"';
/// The register that keeps nothing.
pub(super) const BLACK_HOLE: char = '_';

/// A text, and whether it is whole lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Register {
    pub(super) text: String,
    pub(super) linewise: bool,
}

impl Register {
    /// A range of a text.
    pub(super) fn of(editor: &Editor, range: Range<usize>, linewise: bool) -> Self {
        let mut text = editor.text().get(range).unwrap_or_default().to_owned();
        if linewise {
            text.push('\n');
        }
        Self { text, linewise }
    }
}

/// The registers by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Registers {
    by_name: BTreeMap<char, Register>,
}

impl Registers {
    /// Keeps a text; the capital name of a register appends to it.
    pub(super) fn set(&mut self, name: Option<char>, register: Register) {
        match name {
            Some(BLACK_HOLE) => return,
            Some(name) if name.is_ascii_uppercase() => {
                let kept = self.by_name.entry(name.to_ascii_lowercase()).or_default();
                kept.linewise |= register.linewise;
                kept.text.push_str(&register.text);
            }
            Some(name) => {
                self.by_name.insert(name, register.clone());
            }
            None => {}
        }
        self.by_name.insert(UNNAMED, register);
    }

    /// What a register holds.
    pub(super) fn get(&self, name: Option<char>) -> Option<&Register> {
        self.by_name.get(&name.unwrap_or(UNNAMED).to_ascii_lowercase())
    }
}
