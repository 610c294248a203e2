//! The composer: the text with the terminal's cursor, and below it what the next question is asked
//! with.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{Focus, Measured, State, temporary};
use crate::settings::{Action, Theme};

use super::area::area_of;
use super::clean;
use super::conversation_header::preset_label;
use super::fit::{fit, fit_words};
use super::tool_name::tool_names;
use super::width::width;
use crate::view::text_field::{draw_rows, place_cursor, row_layout_for};

/// Columns after the text, for the caret at the end of a full row.
const CARET_COLUMNS: u16 = 1;
/// From this height of the screen on there are empty rows around the text, and the options below.
const SPACIOUS_ROWS: u16 = 16;
/// Below this width the options of the next question are left out.
const MIN_COLUMNS_FOR_OPTIONS: u16 = 50;

/// The rows around the text.
#[derive(Debug, Clone, Copy)]
struct Margins {
    above: u16,
    below: u16,
    left: u16,
    shows_options: bool,
}

/// The columns before the text of the composer, and of what stands directly above it.
#[must_use]
pub(crate) const fn text_indent(columns: u16) -> u16 {
    if columns >= 60 { 3 } else { 2 }
}

impl Margins {
    const fn of(columns: u16, screen_rows: u16) -> Self {
        let left = text_indent(columns);
        if screen_rows < SPACIOUS_ROWS {
            return Self { above: 0, below: 0, left, shows_options: false };
        }
        let shows_options = columns >= MIN_COLUMNS_FOR_OPTIONS && screen_rows >= 20;
        Self { above: 1, below: if shows_options { 2 } else { 1 }, left, shows_options }
    }

    fn text_columns(self, columns: u16) -> u16 {
        columns.saturating_sub(self.left).saturating_sub(CARET_COLUMNS).max(1)
    }
}

/// Rows that the composer needs on a screen of this height: its text takes a third at most.
#[must_use]
pub(crate) fn wanted_rows(state: &State, columns: u16, screen_rows: u16) -> u16 {
    let margins = Margins::of(columns, screen_rows);
    let text = usize::from(margins.text_columns(columns));
    let rows = row_layout_for(&state.composer.editor, text).len();
    let most = (screen_rows / 3).max(1);
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).clamp(1, most);
    rows.saturating_add(margins.above).saturating_add(margins.below)
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
    let margins = Margins::of(area.width, frame.area().height);
    let focused = state.focus == Focus::Composer && state.overlay.is_none();
    frame.buffer_mut().set_style(area, theme.raised);
    let bar = if focused { theme.accent } else { theme.border };
    for y in area.top()..area.bottom() {
        frame.buffer_mut().set_stringn(area.x, y, "▌", usize::from(area.width), bar);
    }
    let text = Rect {
        x: area.x.saturating_add(margins.left),
        y: area.y.saturating_add(margins.above),
        width: area.width.saturating_sub(margins.left),
        height: area.height.saturating_sub(margins.above).saturating_sub(margins.below),
    };
    if margins.shows_options {
        let y = area.bottom().saturating_sub(1);
        draw_options(frame, Rect { y, height: 1, ..text }, state, theme);
    }
    let columns = margins.text_columns(area.width);
    measured.composer_columns = columns;
    measured.composer_rows = text.height;
    measured.composer_area = area_of(text);
    if state.composer.text_is_empty() {
        let hint = fit_words(&placeholder(state), usize::from(columns));
        frame.render_widget(Paragraph::new(Line::styled(hint, theme.placeholder)), text);
        if focused {
            frame.set_cursor_position(Position::new(text.x, text.y));
        }
        return;
    }
    let editor = &state.composer.editor;
    let rows = row_layout_for(editor, usize::from(columns));
    draw_rows(frame, text, editor, &rows, theme);
    if focused {
        place_cursor(frame, text, editor, &rows);
    }
}

/// Model, effort, tools and preset of the next question, and the keys that send it.
fn draw_options(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let columns = usize::from(area.width).saturating_sub(2);
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0_usize;
    for part in option_parts(state) {
        let gap = if spans.is_empty() { "" } else { "  ·  " };
        let left = columns.saturating_sub(used).saturating_sub(width(gap));
        if width(&part) > left && !spans.is_empty() {
            break;
        }
        let part = fit(&part, left);
        used = used.saturating_add(width(gap)).saturating_add(width(&part));
        spans.push(Span::styled(gap, theme.faint));
        spans.push(Span::styled(part, theme.muted));
    }
    let named = |action: Action, what: &str| {
        state.keymap.primary_key(action).map(|chord| format!("{chord} {what}"))
    };
    // While an answer arrives, the next message waits for its end.
    let send = if state.open_turn().is_some() { "queue" } else { "send" };
    let keys = [named(Action::Send, send), named(Action::NewLine, "new line")];
    let keys: Vec<String> = keys.into_iter().flatten().collect();
    let fits = |keys: &String| used.saturating_add(width(keys)).saturating_add(3) <= columns;
    let mut shown = [keys.join("   ")].into_iter().chain(keys.first().cloned());
    if let Some(keys) = shown.find(fits) {
        spans
            .push(Span::raw(" ".repeat(columns.saturating_sub(used).saturating_sub(width(&keys)))));
        spans.push(Span::styled(keys, theme.faint));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What the next question is asked with, the most important first.
fn option_parts(state: &State) -> Vec<String> {
    let session = &state.session;
    let open = state.transcript.open.as_ref();
    let is_temporary = open.is_some_and(|open| temporary::is_temporary(state, &open.id));
    let named = session.server.as_ref().filter(|server| server.is_named());
    let server = named.map_or_else(String::new, |server| format!(" at {}", server.name));
    let mut parts = vec![clean::line(&format!("{}{server}", session.model)).into_owned()];
    parts.extend(session.effort.as_ref().map(|it| format!("effort {}", clean::line(it))));
    if is_temporary {
        parts.push("temporary, /save to keep it".to_owned());
    }
    parts.extend(preset_label(state));
    if !session.tools.is_empty() {
        parts.push(tool_names(&session.tools));
    }
    parts
}
