//! Paints both cells of a joined character before it: a terminal that draws it in one column would leave
//! the second one as it was.

use ratatui::buffer::{Cell, CellDiffOption};

use crate::view::is_joined;

/// Spaces in the colours of joined characters, for the cells below them.
pub(super) fn blanks(content: &[(u16, u16, &Cell)]) -> Vec<(u16, u16, Cell)> {
    let joined = content.iter().filter(|(_, _, cell)| is_joined(cell));
    let below = |(x, y, cell): &(u16, u16, &Cell)| {
        let mut blank = (*cell).clone();
        blank.set_symbol(" ").set_diff_option(CellDiffOption::None);
        [(*x, *y, blank.clone()), (x.saturating_add(1), *y, blank)]
    };
    joined.flat_map(below).collect()
}
