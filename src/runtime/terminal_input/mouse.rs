//! Mouse reports of all three kinds: SGR, urxvt and X10 (see ctlseqs of xterm, "Mouse Tracking").
//! Must not know what the program does with the mouse.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::csi::Csi;

const SHIFT: u32 = 0b0000_0100;
const ALT: u32 = 0b0000_1000;
const CONTROL: u32 = 0b0001_0000;
const MOVES: u32 = 0b0010_0000;
/// The pointer moves with no button down.
const HOVERS: u32 = MOVES | 0b11;
/// Set for the wheel and for buttons beyond it.
const WHEEL_AND_MORE: u32 = 0b1100_0000;
/// What urxvt and X10 add to the buttons, and X10 to columns and rows.
const OFFSET: u32 = 32;

/// The event of a control sequence, where it is a mouse report.
#[must_use]
pub(super) fn from_csi(csi: &Csi) -> Option<MouseEvent> {
    if csi.count() < 3 {
        return None;
    }
    // Dragged out of the window, urxvt tells columns and rows below zero.
    let position = |index| csi.number(index).unwrap_or(0);
    let (buttons, column, row) = (csi.number(0)?, position(1), position(2));
    match (csi.prefix, csi.last) {
        // Only the other forms have no number for a button that goes up. A move with no button down is
        // 31 in urxvt, 35 elsewhere.
        (Some(b'<'), b'M') if buttons & (WHEEL_AND_MORE | MOVES | 0b11) == 0b11 => {
            event(HOVERS, column, row)
        }
        (Some(b'<'), b'M') => event(buttons, column, row),
        (Some(b'<'), b'm') => released(event(buttons, column, row)?),
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
    let number = buttons & 0b11 | (buttons & WHEEL_AND_MORE) >> 4;
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

/// The same report where the button went up. xterm and st say so of the wheel too, which has none.
const fn released(event: MouseEvent) -> Option<MouseEvent> {
    match event.kind {
        MouseEventKind::Down(button) => {
            Some(MouseEvent { kind: MouseEventKind::Up(button), ..event })
        }
        _ => None,
    }
}
