//! Keeps columns straight on terminals that draw joined characters (flags, families, skin tones)
//! wider than two columns, over the cells beside them.

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::style::Color;

/// Columns after the character that may be overdrawn.
const OVERDRAWN_COLUMNS: u16 = 6;

/// An invisible color for the cell under a wide character. It makes the cell count as changed once
/// the character is gone.
const REDRAW_COLOR: Color = Color::Rgb(1, 2, 3);

/// Whether a cell has a wide character that is joined of several.
#[must_use]
pub fn is_joined(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    symbol.len() > 4 && symbol.chars().nth(1).is_some() && cell.cell_width() > 1
}

/// Redraws the cells after joined characters with every frame.
pub(crate) fn force_zwj_redraw(buffer: &mut Buffer) {
    // Most frames have none, and this looks at every cell.
    let cells = buffer.content.iter().enumerate();
    let joined: Vec<usize> =
        cells.filter(|(_, cell)| is_joined(cell)).map(|(position, _)| position).collect();
    for position in joined {
        let (x, y) = buffer.pos_of(position);
        if let Some(cell) = buffer.cell_mut((x.saturating_add(1), y)) {
            cell.set_fg(REDRAW_COLOR);
        }
        for beside in x.saturating_add(2)..x.saturating_add(2).saturating_add(OVERDRAWN_COLUMNS) {
            if let Some(cell) = buffer.cell_mut((beside, y)) {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}
