//! Paints lines faster than the library: plain ASCII goes into the cells unmeasured. Must not draw
//! other cells than the library would.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Paints lines from the top of an area.
pub(crate) fn paint_lines(lines: &[Line<'_>], area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let mut x = area.left();
        for span in &line.spans {
            if x >= area.right() {
                break;
            }
            let style = line.style.patch(span.style);
            let target = Rect { x, y, width: area.right().saturating_sub(x), height: 1 };
            x = self::paint_span(span, style, target, buffer);
        }
    }
}

/// Paints a span; returns the column after it.
fn paint_span(span: &Span<'_>, style: Style, target: Rect, buffer: &mut Buffer) -> u16 {
    let text = span.content.as_ref();
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let Some(cells) = row_cells(buffer, target).filter(|_| is_plain) else {
        return buffer.set_stringn(target.x, target.y, text, target.width.into(), style).0;
    };
    for (at, cell) in (0..text.len()).zip(cells) {
        cell.set_symbol(text.get(at..at.saturating_add(1)).unwrap_or(" ")).set_style(style);
    }
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    target.x.saturating_add(length.min(target.width))
}

/// The cells of one row of an area.
fn row_cells(buffer: &mut Buffer, target: Rect) -> Option<&mut [Cell]> {
    let inside = buffer.area.intersection(target);
    if inside.is_empty() {
        return None;
    }
    let start = buffer.index_of(inside.x, inside.y);
    buffer.content.get_mut(start..start.checked_add(usize::from(inside.width))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;
    use ratatui::widgets::{Paragraph, Widget};

    #[test]
    fn cells_are_those_of_the_librarys_own_way() {
        let red = Style::new().fg(Color::Red);
        let some = [
            Line::from(vec![Span::styled("plain, ", red), Span::raw("名前 é"), Span::raw(" end")]),
            Line::styled("longer than there is room for it", red),
            Line::from("wide at the very edg名"),
            Line::from("👩‍👩‍👧 🇩🇪 a\u{301}\u{301} x"),
            Line::default(),
            Line::from("below the area"),
        ];
        let whole = Rect::new(0, 0, 24, 7);
        for area in [Rect::new(1, 1, 20, 5), Rect::new(20, 0, 30, 3), Rect::new(0, 6, 24, 9)] {
            let (mut ours, mut theirs) = (Buffer::empty(whole), Buffer::empty(whole));
            paint_lines(&some, area, &mut ours);
            Paragraph::new(some.to_vec()).render(area.intersection(whole), &mut theirs);
            assert_eq!(ours, theirs);
        }
    }
}
