//! Keeps columns straight on terminals that draw joined characters (flags, families, skin tones)
//! wider than two columns, over the cells beside them.

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::style::Color;

use super::hyperlinks::shown_text;

/// Columns after the character that may be overdrawn.
const OVERDRAWN_COLUMNS: u16 = 6;

/// An invisible color for the cell under a wide character. It makes the cell count as changed once
/// the character is gone.
const REDRAW_COLOR: Color = Color::Rgb(1, 2, 3);

/// Whether a cell has a wide character that is joined of several.
#[must_use]
pub fn is_joined(cell: &Cell) -> bool {
    let text = shown_text(cell);
    text.len() > 4 && text.chars().nth(1).is_some() && cell.cell_width() > 1
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
            // The address in the cell of a link would count as columns without the forced width.
            if let Some(cell) = buffer.cell_mut((beside, y))
                && !matches!(cell.diff_option, CellDiffOption::ForcedWidth(_))
            {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;

    #[test]
    fn a_link_of_wide_characters_is_not_joined_and_keeps_its_width() {
        let link = |text: &str, width| {
            let mut cell = Cell::default();
            cell.set_symbol(&format!("\x1b]8;id=d1;https://a.example\x1b\\{text}\x1b]8;;\x1b\\"));
            cell.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::new(width).unwrap()));
            cell
        };
        assert!(!is_joined(&link("日", 2)));
        assert!(is_joined(&link("\u{1f1eb}\u{1f1f7}", 2)));
        let mut buffer = Buffer::with_lines(["❤\u{fe0f} x link after"]);
        buffer[(3, 0)] = link("l", 1);
        force_zwj_redraw(&mut buffer);
        let next = Buffer::empty(buffer.area);
        let drawn: Vec<u16> = next.diff_iter(&buffer).map(|(column, _, _)| column).collect();
        assert!([0, 3, 5, 8, 10, 14].iter().all(|column| drawn.contains(column)), "{drawn:?}");
    }
}
