//! Keeps columns straight on terminals that do not draw joined characters as one: flags, families,
//! skin tones. They may draw more than two columns, over what stands beside them.
//! May not change what is seen on a terminal that does.

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::style::Color;

/// Columns that may have been drawn over, behind the two that were meant.
const OVERDRAWN_COLUMNS: u16 = 6;

/// A colour nobody sees: the cell it is set on lies under a wide character. It makes the cell count
/// as changed once the character is gone.
const REDRAW_COLOR: Color = Color::Rgb(1, 2, 3);

/// Has the cells behind joined characters drawn again with every frame.
pub fn force_zwj_redraw(buffer: &mut Buffer) {
    // There are none, as a rule, and this looks at every cell of every frame.
    let is_joined = |cell: &Cell| {
        let symbol = cell.symbol();
        symbol.len() > 4 && symbol.chars().nth(1).is_some() && cell.cell_width() > 1
    };
    let cells = buffer.content.iter().enumerate();
    let joined: Vec<usize> =
        cells.filter(|(_, cell)| is_joined(cell)).map(|(place, _)| place).collect();
    for place in joined {
        let (x, y) = buffer.pos_of(place);
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
