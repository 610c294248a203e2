//! What to write so that a row is right although the terminal may draw a joined character in another number
//! of columns than the frame has.

use std::borrow::Cow;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};

use crate::view::{is_joined, simplify_joined};

use super::scroll_region::ChangedCell;

/// Columns after a joined character that may be overdrawn.
const OVERDRAWN_COLUMNS: u16 = 6;

/// How joined characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum JoinedForm {
    /// As they are: what comes after is put where it belongs.
    #[default]
    Whole,
    /// Only their first character. A multiplexer keeps its own count of columns, which may be another than
    /// that of the terminal around it, and then moves the rest of the row.
    Simplified,
}

/// Whether a cell holds the sequence of an image, and not a character or one with a link (OSC 8).
pub(super) fn is_image(cell: &Cell) -> bool {
    cell.symbol().starts_with('\x1b') && !cell.symbol().starts_with("\x1b]8;")
}

/// The cells to write for the changes: without those below wide characters, and with those that a joined
/// character overdraws now or did before.
pub(super) fn cells_to_write<'a>(
    shown: &Buffer,
    wanted: &'a Buffer,
    changes: &[ChangedCell<'_>],
) -> Vec<ChangedCell<'a>> {
    let rows = changes.chunk_by(|a, b| a.1 == b.1);
    rows.flat_map(|changes| row_to_write(shown, wanted, changes)).collect()
}

fn row_to_write<'a>(
    shown: &Buffer,
    wanted: &'a Buffer,
    changes: &[ChangedCell<'_>],
) -> Vec<ChangedCell<'a>> {
    let mut cells = Vec::new();
    let Some((_, y, _)) = changes.first().copied() else { return cells };
    let (mut x, mut overdrawn_until) = (0, 0);
    while let Some(cell) = wanted.cell((x, y)) {
        let is_changed = changes.binary_search_by_key(&x, |change| change.0).is_ok();
        if is_image(cell) {
            overdrawn_until = 0;
        }
        let width = if is_image(cell) { 1 } else { cell.cell_width().max(1) };
        let end = x.saturating_add(width);
        if is_changed || x < overdrawn_until {
            cells.push((x, y, cell));
            // A joined character that is gone may have begun below the second half of this one.
            let was_joined = |column: &u16| shown.cell((*column, y)).is_some_and(is_joined);
            let joined = if is_joined(cell) { Some(x) } else { (x..end).rev().find(was_joined) };
            if let Some(column) = joined {
                overdrawn_until = column.saturating_add(2).saturating_add(OVERDRAWN_COLUMNS);
            }
        }
        x = end;
    }
    cells
}

/// Spaces in the colours of joined characters, for the cells below them: a terminal that draws one in one
/// column would leave the second as it was.
pub(super) fn blanks(cells: &[ChangedCell<'_>]) -> Vec<(u16, u16, Cell)> {
    let joined = cells.iter().filter(|(_, _, cell)| is_joined(cell));
    let below = |(x, y, cell): &ChangedCell<'_>| {
        let mut blank = (*cell).clone();
        blank.set_symbol(" ").set_diff_option(CellDiffOption::None);
        let columns = *x..x.saturating_add(cell.cell_width().max(1));
        let row = *y;
        columns.map(move |column| (column, row, blank.clone()))
    };
    joined.flat_map(below).collect()
}

/// The cell as it is written.
pub(super) fn written_form(cell: &Cell, form: JoinedForm) -> Cow<'_, Cell> {
    if form == JoinedForm::Whole || !is_joined(cell) {
        return Cow::Borrowed(cell);
    }
    let mut simple = cell.clone();
    simplify_joined(&mut simple);
    Cow::Owned(simple)
}
