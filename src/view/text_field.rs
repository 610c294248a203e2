//! Text fields: rows, selection and the terminal's cursor. Characters take the columns that the
//! editor counts.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_segmentation::UnicodeSegmentation;

use crate::app::editor::{Editor, RowLayout, columns_of};
use crate::settings::Theme;

use crate::view::clean;
use crate::view::width::width;

/// The rows for a width: those of the editor, or new ones where the width has just changed.
#[must_use]
pub(crate) fn row_layout_for(editor: &Editor, columns: usize) -> std::borrow::Cow<'_, RowLayout> {
    if editor.rows().columns() == columns {
        std::borrow::Cow::Borrowed(editor.rows())
    } else {
        std::borrow::Cow::Owned(RowLayout::new(editor.text(), columns))
    }
}

/// Draws the rows around the caret.
pub(crate) fn draw_rows(
    frame: &mut Frame<'_>,
    area: Rect,
    editor: &Editor,
    rows: &RowLayout,
    theme: &Theme,
) {
    let top = editor.top(rows, usize::from(area.height));
    let shown = (top..rows.len()).take(usize::from(area.height));
    let lines: Vec<Line<'static>> =
        shown.map(|row| text_line(editor, rows.range(editor.text(), row), theme)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// Places the terminal's cursor at the caret, which input methods need.
pub(crate) fn place_cursor(frame: &mut Frame<'_>, area: Rect, editor: &Editor, rows: &RowLayout) {
    let (row, column) = rows.row_and_column(editor.text(), editor.caret());
    let row = row.saturating_sub(editor.top(rows, usize::from(area.height)));
    let right = area.right().saturating_sub(1);
    let bottom = area.bottom().saturating_sub(1);
    frame.set_cursor_position(Position::new(
        area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(right),
        area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX)).min(bottom),
    ));
}

/// Draws a field of one row, scrolled to the caret, with the cursor.
pub(crate) fn draw_field(frame: &mut Frame<'_>, area: Rect, editor: &Editor, theme: &Theme) {
    let available = usize::from(area.width.saturating_sub(1));
    let mut used = 0_usize;
    let mut from = editor.caret();
    for (at, grapheme) in editor.before_caret().grapheme_indices(true).rev() {
        used = used.saturating_add(columns_of(grapheme));
        if used > available {
            break;
        }
        from = at;
    }
    let before = editor.text().get(from..editor.caret()).unwrap_or_default();
    let column: usize = before.graphemes(true).map(columns_of).sum();
    frame.render_widget(Paragraph::new(text_line(editor, from..editor.text().len(), theme)), area);
    let column = u16::try_from(column).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(area.x.saturating_add(column), area.y));
}

/// A part of the text with the selection highlighted.
fn text_line(editor: &Editor, range: Range<usize>, theme: &Theme) -> Line<'static> {
    let selection = editor.selection().unwrap_or(0..0);
    let from = selection.start.clamp(range.start, range.end);
    let to = selection.end.clamp(from, range.end);
    let parts = [
        (range.start..from, theme.text),
        (from..to, theme.selected_text),
        (to..range.end, theme.text),
    ];
    let spans = parts.into_iter().filter(|(part, _)| !part.is_empty()).map(|(part, style)| {
        Span::styled(display_text(editor.text().get(part).unwrap_or_default()), style)
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// Harmless characters in the columns that the editor counts.
fn display_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let cell_width = columns_of(grapheme);
        let harmless = clean::line(grapheme);
        if width(&harmless) == cell_width {
            out.push_str(&harmless);
        } else {
            out.push_str(&" ".repeat(cell_width));
        }
    }
    out
}
