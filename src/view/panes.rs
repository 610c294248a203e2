//! The areas of the panes, for any size of the screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Paragraph;

use crate::app::{Focus, Measured, State};
use crate::settings::Theme;

use super::area::area_of;
use super::cover::cover;
use super::dim::dim;
use super::fill::fill;
use super::last_frame::LastFrame;
use super::layout_cache::LayoutCache;
use super::pane_widths::MIN_COLUMNS_FOR_BOTH;
use super::row_decoration::centered_area;
use super::{completion, composer, list, overlay, status, transcript};
use crate::view::{composer_header, search_bar};

/// Below this width the list is narrow.
const MIN_COLUMNS_FOR_WIDE_LIST: u16 = 100;
const NARROW_LIST_COLUMNS: u16 = 24;
/// Below this width the drawer covers the whole conversation.
const MIN_COLUMNS_BESIDE_DRAWER: u16 = 50;
/// From this height on an empty row separates the composer from the hints; a long notice takes both.
const MIN_ROWS_FOR_NOTICE: u16 = 14;
/// Rows of the conversation before anything between it and the composer.
const MIN_CONVERSATION_ROWS: u16 = 3;
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
    fill(frame.buffer_mut(), area, theme.base);
    if area.width < MIN_SIZE.0 || area.height < MIN_SIZE.1 {
        frame.render_widget(Paragraph::new("Window too small."), area);
        return state.measured;
    }
    let both_panes = area.width >= MIN_COLUMNS_FOR_BOTH;
    let mut measured = Measured { both_panes, ..Measured::default() };
    let list = list_area(area, state);
    let right = if both_panes {
        let x = list.right();
        Rect { x, width: area.width.saturating_sub(list.width), ..area }
    } else {
        area
    };
    let rows_below = if area.height >= MIN_ROWS_FOR_NOTICE {
        status::wanted_rows(column_area(right, state).width, state, theme)
    } else {
        1
    };
    let [conversation, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(rows_below)]).areas(right);
    draw_conversation(frame, conversation, state, theme, cache, &mut measured);
    match &state.transcript.search {
        Some(find) if state.focus == Focus::Transcript => {
            let y = below.bottom().saturating_sub(1);
            let line = Rect { y, height: 1, ..column_area(below, state) };
            search_bar::draw(frame, line, state, find, theme);
        }
        _ => status::draw(frame, column_area(below, state), state, theme),
    }
    if !list.is_empty() {
        let mut list = list;
        if !both_panes {
            // The hints at the bottom are those of the list.
            let hints = rows_below.saturating_sub(status::GAP_ROWS).max(1).min(area.height);
            list.height = area.height.saturating_sub(hints);
            dim(Rect { height: list.height, ..right }, theme, frame.buffer_mut());
            cover(frame, list);
        }
        measured.list_rows = list::draw(frame, list, state, theme);
        measured.list_area = area_of(list);
    }
    overlay::draw(frame, area, state, theme, &mut measured);
    measured
}

/// The area of the list: beside the conversation, or over it while it has the focus.
fn list_area(area: Rect, state: &State) -> Rect {
    let width = if area.width >= MIN_COLUMNS_FOR_BOTH {
        let wanted = state.list.width.min(area.width / 2);
        let wide = area.width >= MIN_COLUMNS_FOR_WIDE_LIST;
        let shown = if wide { wanted } else { wanted.min(NARROW_LIST_COLUMNS) };
        if state.list.hidden { 0 } else { shown }
    } else if state.focus != Focus::List {
        0
    } else if area.width < MIN_COLUMNS_BESIDE_DRAWER {
        area.width
    } else {
        state.list.width.min(area.width.saturating_sub(8))
    };
    Rect { width, ..area }
}

/// The column of a pane that the conversation, the composer and the hints have in common.
fn column_area(pane: Rect, state: &State) -> Rect {
    let margin = match pane.width {
        0..40 => 0,
        40..60 => 1,
        _ => 3,
    };
    let inside = Rect {
        x: pane.x.saturating_add(margin),
        width: pane.width.saturating_sub(2 * margin),
        ..pane
    };
    centered_area(inside, state.ui_prefs.columns())
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
    let screen_rows = frame.area().height;
    let inside = column_area(area, state);
    let gap = u16::from(screen_rows >= MIN_ROWS_FOR_NOTICE);
    let composer_rows = composer::wanted_rows(state, inside.width, screen_rows);
    let left = inside.height.saturating_sub(composer_rows).saturating_sub(MIN_CONVERSATION_ROWS);
    let [conversation, below, header, editor] = Layout::vertical([
        Constraint::Min(1),
        Constraint::Length(gap),
        Constraint::Length(composer_header::rows(state).min(left)),
        Constraint::Length(composer_rows),
    ])
    .areas(inside);
    // A drag may begin in the margin, beside the text.
    measured.transcript_area = area_of(Rect { x: area.x, width: area.width, ..conversation });
    composer_header::draw(frame, header, state, theme);
    transcript::draw(frame, conversation, below, state, theme, cache, measured);
    composer::draw(frame, editor, state, theme, measured);
    completion::draw(frame, inside, below.y, state, theme);
}
