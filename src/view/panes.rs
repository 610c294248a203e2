//! The areas of the panes, for any size of the screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::{Block, Borders, Paragraph};

use crate::app::{Focus, Measured, State};
use crate::settings::Theme;

use super::area::area_of;
use super::last_frame::LastFrame;
use super::layout_cache::LayoutCache;
use super::{completion, composer, list, overlay, status, transcript};
use crate::view::zwj_redraw::force_zwj_redraw;
use crate::view::{composer_header, search_bar};

/// Below this width one pane is shown at a time.
const MIN_COLUMNS_FOR_BOTH: u16 = 60;
/// Below this size only a sentence is shown.
const MIN_SIZE: (u16, u16) = (20, 5);

/// Draws a frame and returns its measurements.
pub fn draw(
    frame: &mut Frame<'_>,
    state: &State,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Measured {
    let area = frame.area();
    cache.last_frame = LastFrame::default();
    if area.width < MIN_SIZE.0 || area.height < MIN_SIZE.1 {
        frame.render_widget(Paragraph::new("Window too small."), area);
        return state.measured;
    }
    let mut measured =
        Measured { both_panes: area.width >= MIN_COLUMNS_FOR_BOTH, ..Measured::default() };
    let [upper, bottom] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(area);
    let (left, right) = split_panes(upper, state);
    if let Some(left) = left {
        let block = Block::new().borders(Borders::RIGHT).border_style(theme.border);
        let inner = if right.is_some() { block.inner(left) } else { left };
        if right.is_some() {
            frame.render_widget(block, left);
        }
        measured.list_rows = list::draw(frame, inner, state, theme);
        measured.list_area = area_of(inner);
    }
    if let Some(right) = right {
        draw_conversation(frame, right, state, theme, cache, &mut measured);
    } else {
        measured.top = state.measured.top;
        measured.top_byte = state.measured.top_byte;
        measured.reading_columns = state.measured.reading_columns;
        measured.at_bottom = state.measured.at_bottom;
        measured.transcript_rows = state.measured.transcript_rows;
    }
    match &state.transcript.search {
        Some(find) if state.focus == Focus::Transcript => {
            search_bar::draw(frame, bottom, state, find, theme);
        }
        _ => status::draw(frame, bottom, state, &measured, theme),
    }
    overlay::draw(frame, area, state, theme);
    force_zwj_redraw(frame.buffer_mut());
    measured
}

/// Draws the transcript, the composer below it and the completion list over both.
fn draw_conversation(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    theme: &Theme,
    cache: &mut LayoutCache,
    measured: &mut Measured,
) {
    let max_rows = (frame.area().height / 3).max(1);
    let [conversation, header, editor] = Layout::vertical([
        Constraint::Min(1),
        Constraint::Length(composer_header::rows(state)),
        Constraint::Length(composer::wanted_rows(state, area.width, max_rows)),
    ])
    .areas(area);
    measured.transcript_area = area_of(conversation);
    composer_header::draw(frame, header, state, theme);
    transcript::draw(frame, conversation, state, theme, cache).add_to(measured);
    composer::draw(frame, editor, state, theme, measured);
    completion::draw(frame, area, header.y, state, theme);
}

/// The areas of the list and of the conversation; only one of them where both do not fit.
fn split_panes(area: Rect, state: &State) -> (Option<Rect>, Option<Rect>) {
    if area.width < MIN_COLUMNS_FOR_BOTH {
        return match state.focus {
            Focus::List => (Some(area), None),
            Focus::Transcript | Focus::Composer => (None, Some(area)),
        };
    }
    if state.list.hidden {
        return (None, Some(area));
    }
    let wide = state.list.width.min(area.width / 2);
    let [left, right] =
        Layout::horizontal([Constraint::Length(wide), Constraint::Min(1)]).areas(area);
    (Some(left), Some(right))
}
