//! Mouse reports of all three kinds: SGR, urxvt and X10.
//! Must not know what the program does with the mouse.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::csi::Csi;

const SHIFT: u32 = 0b0000_0100;
const ALT: u32 = 0b0000_1000;
const CONTROL: u32 = 0b0001_0000;
const MOVES: u32 = 0b0010_0000;
/// What urxvt and X10 add to the buttons, and X10 to columns and rows.
const OFFSET: u32 = 32;

/// The event of a control sequence, where it is a mouse report.
#[must_use]
pub(super) fn from_csi(csi: &Csi) -> Option<MouseEvent> {
    let (buttons, column, row) = (csi.number(0)?, csi.number(1)?, csi.number(2)?);
    match (csi.prefix, csi.last) {
        (Some(b'<'), b'M') => event(buttons, column, row),
        (Some(b'<'), b'm') => event(buttons, column, row).map(released),
        (None, b'M') => event(buttons.checked_sub(OFFSET)?, column, row),
        _ => None,
    }
}

/// The event of the three bytes after `CSI M`.
#[must_use]
pub(super) fn from_x10(report: [u8; 3]) -> Option<MouseEvent> {
    let [buttons, column, row] = report.map(|byte| u32::from(byte).checked_sub(OFFSET));
    event(buttons?, column?, row?)
}

fn event(buttons: u32, column: u32, row: u32) -> Option<MouseEvent> {
    let position = |one_based: u32| u16::try_from(one_based.saturating_sub(1)).ok();
    let held =
        [(SHIFT, KeyModifiers::SHIFT), (ALT, KeyModifiers::ALT), (CONTROL, KeyModifiers::CONTROL)];
    let modifiers = held
        .into_iter()
        .filter(|(bit, _)| buttons & bit != 0)
        .map(|(_, modifier)| modifier)
        .collect();
    let (column, row) = (position(column)?, position(row)?);
    Some(MouseEvent { kind: kind(buttons)?, column, row, modifiers })
}

fn kind(buttons: u32) -> Option<MouseEventKind> {
    let number = buttons & 0b11 | (buttons & 0b1100_0000) >> 4;
    let button = match number {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    match (number, buttons & MOVES != 0) {
        (0..=2, false) => button.map(MouseEventKind::Down),
        (0..=2, true) => button.map(MouseEventKind::Drag),
        // Only SGR tells which button went up.
        (3, false) => Some(MouseEventKind::Up(MouseButton::Left)),
        (3, true) => Some(MouseEventKind::Moved),
        (4, false) => Some(MouseEventKind::ScrollUp),
        (5, false) => Some(MouseEventKind::ScrollDown),
        (6, false) => Some(MouseEventKind::ScrollLeft),
        (7, false) => Some(MouseEventKind::ScrollRight),
        _ => None,
    }
}

/// The same report where the button went up.
const fn released(event: MouseEvent) -> MouseEvent {
    match event.kind {
        MouseEventKind::Down(button) => MouseEvent { kind: MouseEventKind::Up(button), ..event },
        _ => event,
    }
}
