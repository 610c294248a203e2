//! A picker: a text field with rows to choose from, at a fixed place so that typing does not move
//! it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::editor::Editor;
use crate::settings::Theme;
use crate::view::text_field::draw_field;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_box};

/// The contents of a picker.
#[derive(Debug)]
pub(crate) struct Picker<'a> {
    pub(crate) title: &'a str,
    /// The sign before the field.
    pub(crate) sign: &'a str,
    pub(crate) field: &'a Editor,
    /// The rows in view.
    pub(crate) rows: Vec<Line<'static>>,
    /// The columns and rows it wants, whatever is typed.
    pub(crate) wanted: (u16, u16),
    /// The line below the rows.
    pub(crate) foot: Line<'static>,
}

/// The first row in view around the cursor, and how many rows fit.
#[must_use]
pub(crate) fn visible_rows(area: Rect, wanted: u16, selected: usize) -> (usize, usize) {
    let rows = usize::from(wanted.min(area.height.saturating_sub(FRAME_ROWS)));
    let top = selected.saturating_add(1).saturating_sub(rows);
    (top, rows)
}

/// Borders, field and foot.
const FRAME_ROWS: u16 = 4;

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, picker: Picker<'_>, theme: &Theme) {
    let (columns, rows) = picker.wanted;
    let wanted =
        BoxSize { columns: usize::from(columns), rows: usize::from(rows.saturating_add(2)) };
    let inner = draw_box(frame, area, picker.title, wanted, theme);
    let sign = Span::styled(picker.sign.to_owned(), theme.key);
    let margin = u16::try_from(sign.width()).unwrap_or(0);
    frame.render_widget(Paragraph::new(Line::from(sign)), Rect { height: 1, ..inner });
    let field = Rect {
        x: inner.x.saturating_add(margin),
        width: inner.width.saturating_sub(margin),
        height: inner.height.min(1),
        ..inner
    };
    draw_field(frame, field, picker.field, theme);
    let list =
        Rect { y: inner.y.saturating_add(1), height: inner.height.saturating_sub(2), ..inner };
    frame.render_widget(Paragraph::new(picker.rows), list);
    let foot =
        Rect { y: inner.bottom().saturating_sub(1), height: u16::from(inner.height > 2), ..inner };
    frame.render_widget(Paragraph::new(picker.foot), foot);
}

/// A selected row as a bar in one color.
#[must_use]
pub(crate) fn under_cursor(line: &Line<'_>, columns: usize, theme: &Theme) -> Line<'static> {
    let text = line.to_string();
    let rest = " ".repeat(columns.saturating_sub(width(&text)));
    Line::styled(format!("{text}{rest}"), theme.selected)
}
