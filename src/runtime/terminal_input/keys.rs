//! Keys in the forms terminals have used since the VT220: xterm's, rxvt's, st's, the Linux console's.
//! Must not know which key does what in the program.

use crossterm::event::{KeyCode, KeyEvent, KeyEventState, KeyModifiers};

use super::csi::Csi;
use super::key_protocol::KeyProtocol;
use super::layout;
use super::modifier_parameter::{ModifierParameter, alt_if};
use super::reported_keys;

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

/// The key that types a character.
#[must_use]
pub(super) fn from_character(character: char, alt: bool) -> Option<KeyEvent> {
    // Control codes of the second block are no key's, and no text.
    if character.is_control() {
        return None;
    }
    let shift = if character.is_uppercase() { SHIFT } else { NONE };
    // With Alt it is a shortcut, and those are named after the keys of Latin layouts.
    let latin = if alt { layout::latin_key(character) } else { None };
    Some(KeyEvent::new(KeyCode::Char(latin.unwrap_or(character)), shift | alt_if(alt)))
}

/// The key that sends a control code.
#[must_use]
pub(super) fn from_control(code: u8, alt: bool) -> KeyEvent {
    let letter = |first: u8, code: u8| KeyCode::Char(char::from(first.saturating_add(code)));
    let (code, modifiers) = match code {
        b'\r' => (KeyCode::Enter, NONE),
        b'\t' => (KeyCode::Tab, NONE),
        0x7f => (KeyCode::Backspace, NONE),
        // With Alt it is Backspace of a terminal where Backspace sends ^H.
        0x08 if alt => (KeyCode::Backspace, NONE),
        0x00 => (KeyCode::Char(' '), CONTROL),
        0x01..=0x1a => (letter(b'a', code.saturating_sub(1)), CONTROL),
        _ => (letter(b'4', code.saturating_sub(0x1c)), CONTROL),
    };
    KeyEvent::new(code, modifiers | alt_if(alt))
}

/// The key of `ESC O …`.
#[must_use]
pub(super) fn from_ss3(alt: bool, parameters: &[u8], last: u8) -> Option<KeyEvent> {
    let csi = Csi::parse(alt, parameters, last);
    let (code, always) = match last {
        b'a'..=b'd' => (arrow(last.to_ascii_uppercase())?, CONTROL),
        b'A'..=b'H' | b'P'..=b'S' => (letter_key(last)?, NONE),
        b'Z' => (KeyCode::BackTab, SHIFT),
        _ => (keypad(last)?, NONE),
    };
    Some(event(code, always, &csi))
}

/// The function key of `CSI [ x`.
#[must_use]
pub(super) fn from_linux_function(alt: bool, last: u8) -> Option<KeyEvent> {
    let number = last.checked_sub(b'A').filter(|index| *index < 5)?.checked_add(1)?;
    Some(KeyEvent::new(KeyCode::F(number), alt_if(alt)))
}

/// The key of a control sequence, where it is one's.
#[must_use]
pub(super) fn from_csi(csi: &Csi, protocol: KeyProtocol) -> Option<KeyEvent> {
    if !csi.is_plain() {
        return None;
    }
    if protocol == KeyProtocol::Legacy
        && let Some(key) = from_st(csi)
    {
        return Some(key);
    }
    match csi.last {
        b'u' => reported_keys::from_csi_u(csi, protocol),
        b'~' if csi.number(0) == Some(27) && csi.count() == 3 => {
            reported_keys::from_modify_other_keys(csi)
        }
        b'~' => Some(event(numbered_key(csi.number(0)?)?, NONE, csi)),
        b'^' => Some(event(numbered_key(csi.number(0)?)?, CONTROL, csi)),
        b'$' => Some(event(numbered_key(csi.number(0)?)?, SHIFT, csi)),
        b'@' => Some(event(numbered_key(csi.number(0)?)?, SHIFT | CONTROL, csi)),
        b'a'..=b'd' => Some(event(arrow(csi.last.to_ascii_uppercase())?, SHIFT, csi)),
        b'Z' => Some(event(KeyCode::BackTab, SHIFT, csi)),
        b'R' if !is_f3(csi) => None,
        _ => Some(event(letter_key(csi.last)?, NONE, csi)),
    }
}

/// The keys that only st sends so, unless its keypad is in application mode.
fn from_st(csi: &Csi) -> Option<KeyEvent> {
    let (code, modifiers) = match (csi.numbers().as_slice(), csi.last) {
        ([], b'P') => (KeyCode::Delete, NONE),
        ([2], b'K') => (KeyCode::Delete, SHIFT),
        ([], b'M') => (KeyCode::Delete, CONTROL),
        ([4], b'h') => (KeyCode::Insert, NONE),
        ([4], b'l') => (KeyCode::Insert, SHIFT),
        ([], b'L') => (KeyCode::Insert, CONTROL),
        ([2], b'J') => (KeyCode::Home, SHIFT),
        ([], b'K') => (KeyCode::End, SHIFT),
        ([], b'J') => (KeyCode::End, CONTROL),
        _ => return None,
    };
    Some(KeyEvent::new(code, modifiers | alt_if(csi.alt)))
}

/// The position of the cursor looks like F3 with modifiers; it is asked for in no first row.
fn is_f3(csi: &Csi) -> bool {
    match csi.numbers().as_slice() {
        [] => true,
        [1, modifiers] => (2..=16).contains(modifiers),
        _ => false,
    }
}

const fn arrow(last: u8) -> Option<KeyCode> {
    match last {
        b'A' => Some(KeyCode::Up),
        b'B' => Some(KeyCode::Down),
        b'C' => Some(KeyCode::Right),
        b'D' => Some(KeyCode::Left),
        _ => None,
    }
}

const fn letter_key(last: u8) -> Option<KeyCode> {
    match last {
        b'E' | b'G' => Some(KeyCode::KeypadBegin),
        b'F' => Some(KeyCode::End),
        b'H' => Some(KeyCode::Home),
        b'P' => Some(KeyCode::F(1)),
        b'Q' => Some(KeyCode::F(2)),
        b'R' => Some(KeyCode::F(3)),
        b'S' => Some(KeyCode::F(4)),
        _ => arrow(last),
    }
}

fn numbered_key(number: u32) -> Option<KeyCode> {
    let function = |number: u32| u8::try_from(number).ok().map(KeyCode::F);
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        // The VT220 left gaps between its groups of keys.
        11..=15 => function(number.saturating_sub(10)),
        17..=21 => function(number.saturating_sub(11)),
        23..=26 => function(number.saturating_sub(12)),
        28 | 29 => function(number.saturating_sub(13)),
        31..=34 => function(number.saturating_sub(14)),
        _ => None,
    }
}

/// The keypad in application mode.
fn keypad(last: u8) -> Option<KeyCode> {
    match last {
        b'M' => Some(KeyCode::Enter),
        b'I' => Some(KeyCode::Tab),
        b' ' => Some(KeyCode::Char(' ')),
        b'X' => Some(KeyCode::Char('=')),
        b'j'..=b'y' => Some(KeyCode::Char(char::from(last.saturating_sub(0x40)))),
        _ => None,
    }
}

fn event(code: KeyCode, always: KeyModifiers, csi: &Csi) -> KeyEvent {
    let held = ModifierParameter::of(csi);
    KeyEvent {
        code,
        modifiers: always | held.modifiers,
        kind: held.kind,
        state: KeyEventState::NONE,
    }
}
