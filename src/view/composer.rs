//! The composer: the text being written, with the terminal's own cursor in it.
//! May not edit the text.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};
use ratatui_textarea::TextArea;

use crate::app::{Focus, State};
use crate::settings::{Action, Theme};

use super::wrap::{Indent, Run, wrap_anywhere};

/// Columns before the text: a sign and a space.
const MARGIN: u16 = 2;

/// Rows the composer wants: its text, from one row to `most`, and the line above it.
#[must_use]
pub fn rows(state: &State, columns: u16, most: u16) -> u16 {
    let columns = usize::from(columns.saturating_sub(MARGIN.saturating_add(1))).max(1);
    let mut rows = 0_u16;
    for line in state.composer.area.lines() {
        // A line is long enough to fill the room by itself before it is laid out in full.
        let room = usize::from(most).saturating_mul(columns).saturating_mul(4);
        let text = line.get(..line.floor_char_boundary(room)).unwrap_or(line);
        let wrapped = wrap_anywhere(
            &[Run::new(text, ratatui::style::Style::new())],
            &Indent::default(),
            columns,
        );
        rows = rows.saturating_add(u16::try_from(wrapped.len()).unwrap_or(u16::MAX));
        if rows >= most {
            break;
        }
    }
    rows.clamp(1, most.max(1)).saturating_add(1)
}

/// Draws the composer.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let block = Block::new().borders(Borders::TOP).border_style(theme.border);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let focused = state.focus == Focus::Composer && state.overlay.is_none();
    let sign = Span::styled("›", if focused { theme.user } else { theme.faint });
    frame.render_widget(Paragraph::new(Line::from(sign)), Rect { width: 1, ..inner });
    let text = Rect {
        x: inner.x.saturating_add(MARGIN),
        width: inner.width.saturating_sub(MARGIN),
        ..inner
    };
    if state.composer.text_is_empty() {
        let key = state.keymap.key(Action::Send).map(|chord| chord.to_string());
        let hint = key.map_or_else(String::new, |key| format!("Write a message; {key} sends it"));
        frame.render_widget(Paragraph::new(Line::styled(hint, theme.placeholder)), text);
        if focused {
            frame.set_cursor_position(Position::new(text.x, text.y));
        }
        return;
    }
    frame.render_widget(&state.composer.area, text);
    if focused {
        put_cursor(frame, text, &state.composer.area);
    }
}

/// Puts the terminal's cursor where the caret is, for the eye and for input methods.
pub fn put_cursor(frame: &mut Frame<'_>, area: Rect, text: &TextArea<'_>) {
    let caret = text.screen_cursor();
    let (top, left) = text.scroll_offset();
    let row = u16::try_from(caret.row).unwrap_or(u16::MAX).saturating_sub(top);
    let column = u16::try_from(caret.col).unwrap_or(u16::MAX).saturating_sub(left);
    let right = area.right().saturating_sub(1);
    let bottom = area.bottom().saturating_sub(1);
    frame.set_cursor_position(Position::new(
        area.x.saturating_add(column).min(right),
        area.y.saturating_add(row).min(bottom),
    ));
}
