//! The size of the terminal.

/// The size of the terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalSize {
    /// How many cells a row has.
    pub columns: u16,
    /// How many rows fit on the screen.
    pub rows: u16,
}

impl From<(u16, u16)> for TerminalSize {
    /// Takes columns and rows, in the order terminal libraries give them.
    fn from((columns, rows): (u16, u16)) -> Self {
        Self { columns, rows }
    }
}
