//! A field to type in and rows to choose from, at the top of the screen so that it never moves.
//! May not know what the rows are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::editor::Editor;
use crate::settings::Theme;
use crate::view::text_field::draw_field;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_box};

/// What a picker shows.
#[derive(Debug)]
pub struct Picker<'a> {
    /// What it is about.
    pub title: &'a str,
    /// A sign before the field.
    pub sign: &'a str,
    /// What is typed.
    pub field: &'a Editor,
    /// The rows around the cursor that may be seen.
    pub rows: Vec<Line<'static>>,
    /// Columns and rows it would like to have; always the same, so that typing moves nothing.
    pub wanted: (u16, u16),
    /// One line below the rows.
    pub foot: Line<'static>,
}

/// Rows a picker of a wanted height has on a screen, and the first one shown around a cursor.
#[must_use]
pub fn visible_rows(area: Rect, wanted: u16, selected: usize) -> (usize, usize) {
    let rows = usize::from(wanted.min(area.height.saturating_sub(FRAME_ROWS)));
    let top = selected.saturating_add(1).saturating_sub(rows);
    (top, rows)
}

/// Rows that are not rows of the picker: borders, field, foot.
const FRAME_ROWS: u16 = 4;

/// Draws it; the terminal's cursor stands in the field.
pub fn draw(frame: &mut Frame<'_>, area: Rect, picker: Picker<'_>, theme: &Theme) {
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

/// A row under the cursor: a whole bar, without colours of its own that would hardly be readable.
#[must_use]
pub fn under_cursor(line: &Line<'_>, columns: usize, theme: &Theme) -> Line<'static> {
    let text = line.to_string();
    let rest = " ".repeat(columns.saturating_sub(width(&text)));
    Line::styled(format!("{text}{rest}"), theme.selected)
}
