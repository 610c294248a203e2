//! State of the mouse, and positions on screen.

use super::focus::Focus;
use super::selection::{SelectionUnit, TextPosition};

/// A rectangle on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// The leftmost column, counted from 0.
    pub x: u16,
    /// The topmost row, counted from 0.
    pub y: u16,
    /// The width in columns.
    pub width: u16,
    /// The height in rows.
    pub height: u16,
}

/// A cell relative to the corner of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPosition {
    /// Columns from the left edge.
    pub column: usize,
    /// Rows from the top edge.
    pub row: usize,
}

/// A mouse event, with what the last frame showed at its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MouseInput {
    /// The button, its movement, or the wheel.
    pub action: MouseAction,
    /// The column of the pointer, counted from 0.
    pub column: u16,
    /// The row of the pointer, counted from 0.
    pub row: u16,
    /// The nearest position in the text of the transcript, where it is on screen.
    pub position: Option<Box<TextPosition>>,
}

/// What was done with the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Pressed(Clicks),
    /// The pointer moved with the left button pressed.
    Dragged,
    /// The pointer rested with the left button pressed.
    Held,
    /// The left button was released.
    Released,
    /// The wheel turned by this many lines; up is negative.
    Wheel(i32),
}

/// How many clicks at one position within a short time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is named after what it is
pub enum Clicks {
    One,
    Two,
    Three,
}

/// The state of a pressed button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drag {
    /// The pane it was pressed in.
    pub(in crate::app) pane: Focus,
    /// Column and row of the pointer.
    pub(in crate::app) pointer: (u16, u16),
    /// The text position it was pressed at.
    pub(in crate::app) start: Option<Box<TextPosition>>,
    pub(in crate::app) unit: SelectionUnit,
    /// Lines scrolled by the last event; the text they revealed is not selected yet.
    pub(in crate::app) scrolled_lines: i64,
}

/// Who gets mouse events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseCapture {
    /// The program: clicks and wheel are its inputs.
    #[default]
    On,
    /// The terminal, which selects text as usual.
    Off,
}

impl Area {
    /// The cell of the area at a screen position; `None` outside.
    #[must_use]
    pub fn cell_at(self, column: u16, row: u16) -> Option<CellPosition> {
        let column = column.checked_sub(self.x).filter(|at| *at < self.width)?;
        let row = row.checked_sub(self.y).filter(|at| *at < self.height)?;
        Some(CellPosition { column: usize::from(column), row: usize::from(row) })
    }

    /// Rows a screen row is above the area (negative) or below it.
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
