//! Clears an area that is drawn over others.

use ratatui::Frame;
use ratatui::buffer::CellWidth;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;

/// Clears an area. A wide character at its left that reaches into it would be drawn over its first
/// column, and becomes a space.
pub(crate) fn cover(frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(Clear, area);
    let Some(x) = area.x.checked_sub(1) else {
        return;
    };
    for y in area.top()..area.bottom() {
        let cell = frame.buffer_mut().cell_mut((x, y));
        if let Some(cell) = cell.filter(|cell| cell.cell_width() > 1) {
            cell.set_symbol(" ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::style::Style;

    #[test]
    fn a_wide_character_does_not_reach_into_what_covers_its_second_half() {
        let mut terminal = Terminal::new(TestBackend::new(8, 1)).unwrap();
        let draw = |frame: &mut Frame<'_>| {
            frame.buffer_mut().set_string(0, 0, "a名前名", Style::new());
            cover(frame, Rect::new(2, 0, 3, 1));
            frame.buffer_mut().set_string(2, 0, "box", Style::new());
        };
        terminal.draw(draw).unwrap();
        terminal.backend().assert_buffer_lines(["a box名 "]);
    }
}
