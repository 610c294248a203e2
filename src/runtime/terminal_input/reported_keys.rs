//! Keys reported by their character: `CSI code ; modifiers u` of the kitty keyboard protocol and of
//! xterm, and xterm's `CSI 27 ; modifiers ; code ~` (`modifyOtherKeys`).
//! Must not know which key does what in the program.

use crossterm::event::{KeyCode, KeyEvent, KeyEventState, KeyModifiers};

use super::csi::Csi;
use super::key_protocol::KeyProtocol;
use super::layout;
use super::modifier_parameter::ModifierParameter;

/// The key of `CSI code : shifted : base ; modifiers : kind u`.
pub(super) fn from_csi_u(csi: &Csi, protocol: KeyProtocol) -> Option<KeyEvent> {
    let code = csi.number(0)?;
    let shifted = match protocol {
        KeyProtocol::Kitty => csi.sub_number(0, 1),
        KeyProtocol::Legacy => csi.sub_number(0, 1).or(Some(code)),
    };
    let base = csi.sub_number(0, 2).and_then(printable);
    let report = KeyReport { code, shifted: shifted.and_then(printable), base };
    event(report, ModifierParameter::in_parameter(csi, 1))
}

/// The key of `CSI 27 ; modifiers ; code ~`.
pub(super) fn from_modify_other_keys(csi: &Csi) -> Option<KeyEvent> {
    let code = csi.number(2)?;
    let report = KeyReport { code, shifted: printable(code), base: None };
    event(report, ModifierParameter::in_parameter(csi, 1))
}

/// The character of a number; control characters stand for no key.
fn printable(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| !c.is_control())
}

/// What a terminal says of a key.
#[derive(Debug, Clone, Copy)]
struct KeyReport {
    /// Its character, or a number of the private use area. In the kitty keyboard protocol that is the
    /// character without Shift, in xterm's forms the one that the key types.
    code: u32,
    /// Its character with Shift, as far as it is told.
    shifted: Option<char>,
    /// What the same key types on a US keyboard, where that is something else.
    base: Option<char>,
}

fn event(report: KeyReport, held: ModifierParameter) -> Option<KeyEvent> {
    let ModifierParameter { mut modifiers, kind } = held;
    let code = match report.code {
        9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        code @ 57344..=63743 => functional(code)?,
        _ => KeyCode::Char(character(report, &mut modifiers)?),
    };
    Some(KeyEvent { code, modifiers, kind, state: KeyEventState::NONE })
}

/// The character that stands for a key, with what is held.
fn character(report: KeyReport, modifiers: &mut KeyModifiers) -> Option<char> {
    let own = printable(report.code)?;
    let is_shortcut = modifiers.intersects(!KeyModifiers::SHIFT);
    if is_shortcut && layout::is_of_other_script(own) {
        // Shortcuts are named after the keys of Latin layouts.
        let latin = report.base.filter(char::is_ascii).or_else(|| layout::latin_key(own));
        return Some(latin.unwrap_or(own));
    }
    if !modifiers.contains(KeyModifiers::SHIFT) {
        return Some(own);
    }
    if is_shortcut && own.is_alphabetic() {
        return Some(own);
    }
    if let Some(shifted) = report.shifted {
        // As everywhere else the character tells of Shift: Alt+<, not Alt+Shift+comma.
        if !shifted.is_alphabetic() && shifted != ' ' {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        return Some(shifted);
    }
    let mut upper = own.to_uppercase();
    Some(upper.next().filter(|_| upper.next().is_none()).unwrap_or(own))
}

/// Keys that type nothing, and those of the keypad, by their numbers in the kitty keyboard protocol
/// (sw.kovidgoyal.net/kitty/keyboard-protocol, "Functional key definitions", read 2026-11-29).
fn functional(code: u32) -> Option<KeyCode> {
    let keypad = |index: u32| "0123456789./*-+".chars().nth(usize::try_from(index).ok()?);
    let function = |number: u32| u8::try_from(number).ok().map(KeyCode::F);
    match code {
        57376..=57398 => function(code.saturating_sub(57363)),
        57399..=57413 => keypad(code.saturating_sub(57399)).map(KeyCode::Char),
        57414 => Some(KeyCode::Enter),
        57415 => Some(KeyCode::Char('=')),
        57416 => Some(KeyCode::Char(',')),
        57417 => Some(KeyCode::Left),
        57418 => Some(KeyCode::Right),
        57419 => Some(KeyCode::Up),
        57420 => Some(KeyCode::Down),
        57421 => Some(KeyCode::PageUp),
        57422 => Some(KeyCode::PageDown),
        57423 => Some(KeyCode::Home),
        57424 => Some(KeyCode::End),
        57425 => Some(KeyCode::Insert),
        57426 => Some(KeyCode::Delete),
        57427 => Some(KeyCode::KeypadBegin),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::terminal_input::decoder::Decoder;

    #[test]
    fn a_report_of_a_control_character_is_no_key_that_types_it() {
        for report in ["\x1b[91:11:123;4u", "\x1b[1089::7;5u", "\x1b[27;2;11~", "\x1b[155;1u"] {
            for event in Decoder::default().read(report.as_bytes()) {
                let said = format!("{event:?}");
                assert!(!said.contains("Char('\\u") && !said.contains("Char('\\x"), "{said}");
            }
        }
    }
}
