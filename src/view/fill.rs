//! Gives a whole area one style.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Does the same as `Buffer::set_style`, which computes the place of every cell anew: with this, the
/// background of a frame is not what takes longest.
pub(super) fn fill(buffer: &mut Buffer, area: Rect, style: Style) {
    let all = buffer.area;
    let area = all.intersection(area);
    if area.is_empty() || style == Style::new() {
        return;
    }
    let first_row = usize::from(area.y.saturating_sub(all.y));
    let first_column = usize::from(area.x.saturating_sub(all.x));
    let rows = buffer.content.chunks_exact_mut(usize::from(all.width));
    for row in rows.skip(first_row).take(usize::from(area.height)) {
        for cell in row.iter_mut().skip(first_column).take(usize::from(area.width)) {
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Modifier};

    #[test]
    fn the_cells_of_an_area_are_styled_as_the_library_does() {
        let all = Rect::new(2, 1, 7, 5);
        let styles = [
            Style::new().fg(Color::Red).bg(Color::Rgb(1, 2, 3)),
            Style::new().add_modifier(Modifier::BOLD),
            Style::new().remove_modifier(Modifier::ITALIC),
        ];
        for area in [all, Rect::new(0, 0, 4, 3), Rect::new(5, 3, 20, 20), Rect::new(50, 1, 2, 2)] {
            for style in styles {
                let before = Style::new().fg(Color::Blue).add_modifier(Modifier::ITALIC);
                let mut filled = Buffer::empty(all);
                filled.set_style(all, before);
                let mut expected = filled.clone();
                fill(&mut filled, area, style);
                expected.set_style(area, style);
                assert_eq!(filled, expected, "{area:?} {style:?}");
            }
        }
    }
}
