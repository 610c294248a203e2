//! What a hand on the mouse did and where, the button that is down, and whose the mouse is.

use super::focus::Focus;
use super::selection::{SelectionUnit, TextPosition};

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// A cell, counted from the corner of what it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPosition {
    /// Columns to the left of it.
    pub column: usize,
    /// Rows above it.
    pub row: usize,
}

/// What a hand on the mouse did, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MouseInput {
    /// What.
    pub action: MouseAction,
    /// The column.
    pub column: u16,
    /// The row.
    pub row: u16,
    /// The place in the conversation that is nearest to it, where one is on screen.
    pub position: Option<Box<TextPosition>>,
}

/// What a hand on the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button went down.
    Pressed(Clicks),
    /// It moved with the left button down.
    Dragged,
    /// It stayed where it was with the left button down.
    Held,
    /// The left button went up.
    Released,
    /// The wheel moved by lines: up is negative.
    Wheel(i32),
}

/// How often the button went down in one place in a short time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clicks {
    /// Once.
    One,
    /// Twice.
    Two,
    /// Three times.
    Three,
}

/// A button that is down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drag {
    /// The pane it went down in.
    pub(in crate::app) pane: Focus,
    /// Where the pointer is: column, row.
    pub(in crate::app) pointer: (u16, u16),
    /// The place in the conversation where it went down.
    pub(in crate::app) start: Option<Box<TextPosition>>,
    pub(in crate::app) unit: SelectionUnit,
    /// Lines the view moved by at the last pull: what came into view is still to be selected.
    pub(in crate::app) scrolled_lines: i64,
}

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseCapture {
    /// The program's.
    #[default]
    On,
    /// The terminal's: it selects text as everywhere.
    Off,
}

impl Area {
    /// A cell within it, counted from its corner.
    #[must_use]
    pub fn cell_at(self, column: u16, row: u16) -> Option<CellPosition> {
        let column = column.checked_sub(self.x).filter(|at| *at < self.width)?;
        let row = row.checked_sub(self.y).filter(|at| *at < self.height)?;
        Some(CellPosition { column: usize::from(column), row: usize::from(row) })
    }

    /// Rows a place lies above it (negative) or below it.
    #[must_use]
    pub fn rows_outside(self, row: u16) -> i32 {
        let end = self.y.saturating_add(self.height);
        if row < self.y {
            i32::from(row).saturating_sub(i32::from(self.y))
        } else {
            i32::from(row.saturating_add(1).saturating_sub(end))
        }
    }
}
