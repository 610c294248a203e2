//! The composer with the terminal's cursor.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use crate::app::{Focus, Measured, State};
use crate::settings::{Action, Theme};

use super::area::area_of;
use super::fit::fit;
use crate::view::text_field::{draw_rows, place_cursor, row_layout_for};

/// Columns before the text: the prompt sign and a space.
const MARGIN_COLUMNS: u16 = 2;
/// Columns after the text, for the caret at the end of a full row.
const CARET_COLUMNS: u16 = 1;

/// Rows that the composer needs: its text, at most `most` rows, and the line above.
#[must_use]
pub(crate) fn wanted_rows(state: &State, columns: u16, most: u16) -> u16 {
    let rows = row_layout_for(&state.composer.editor, text_columns(columns)).len();
    u16::try_from(rows).unwrap_or(u16::MAX).clamp(1, most.max(1)).saturating_add(1)
}

fn text_columns(columns: u16) -> usize {
    usize::from(columns.saturating_sub(MARGIN_COLUMNS.saturating_add(CARET_COLUMNS))).max(1)
}

/// The text in an empty composer: while an answer arrives, the next message is queued.
fn placeholder(state: &State) -> String {
    match (state.open_turn(), state.keymap.primary_key(Action::Send)) {
        (None, _) => "Ask anything".to_owned(),
        (Some(_), Some(key)) => format!("Write the next message; {key} queues it"),
        (Some(_), None) => "Write the next message".to_owned(),
    }
}

/// Draws the composer and records where it is for the mouse.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    theme: &Theme,
    measured: &mut Measured,
) {
    let block = Block::new().borders(Borders::TOP).border_style(theme.border);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let focused = state.focus == Focus::Composer && state.overlay.is_none();
    let sign = Span::styled("›", if focused { theme.user } else { theme.faint });
    frame.render_widget(Paragraph::new(Line::from(sign)), Rect { width: 1, ..inner });
    let text = Rect {
        x: inner.x.saturating_add(MARGIN_COLUMNS),
        width: inner.width.saturating_sub(MARGIN_COLUMNS),
        ..inner
    };
    let columns = text_columns(area.width);
    measured.composer_columns = u16::try_from(columns).unwrap_or(u16::MAX);
    measured.composer_rows = text.height;
    measured.composer_area = area_of(text);
    if state.composer.text_is_empty() {
        let hint = fit(&placeholder(state), usize::from(text.width));
        frame.render_widget(Paragraph::new(Line::styled(hint, theme.placeholder)), text);
        if focused {
            frame.set_cursor_position(Position::new(text.x, text.y));
        }
        return;
    }
    let editor = &state.composer.editor;
    let rows = row_layout_for(editor, columns);
    draw_rows(frame, text, editor, &rows, theme);
    if focused {
        place_cursor(frame, text, editor, &rows);
    }
}
