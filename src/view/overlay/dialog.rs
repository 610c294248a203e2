//! The one design of all overlays: a raised box with a bright title, a count, its content and key
//! hints in the last row.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::editor::Editor;
use crate::settings::Theme;
use crate::view::cover::cover;
use crate::view::fit::fit;
use crate::view::text_field::draw_field;
use crate::view::width::width;

/// The content size that a dialog wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxSize {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// The rows of the composer with one line, of the hints below it, and of what keeps the two apart.
pub(super) const COMPOSER_ROWS: u16 = 7;

/// The least columns of the screen, at both sides together, that are left beside a box.
const MIN_COLUMNS_BESIDE: usize = 12;

/// Empty columns and rows around the content of a box.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxMargins {
    pub(super) columns: u16,
    /// Above the title and below the footer.
    outer: u16,
    /// Below the title and above the footer.
    inner: u16,
}

impl BoxMargins {
    /// The margins on a screen of this size; a small one has none to spare.
    pub(super) const fn of(area: Rect) -> Self {
        let columns = if area.width >= 60 { 3 } else { 1 };
        let rows = if area.height >= 16 { 1 } else { 0 };
        Self { columns, outer: rows, inner: rows }
    }

    /// Rows of a box that are not content.
    pub(super) const fn rows(self) -> u16 {
        self.outer * 2 + self.inner + 1
    }
}

/// The most columns of content on a screen.
#[must_use]
pub(super) const fn content_columns(area: Rect) -> u16 {
    area.width.saturating_sub(BoxMargins::of(area).columns * 2)
}

/// The columns of content of a box that wants this many. A box that would leave only strips of the
/// screen at its sides takes the whole width.
#[must_use]
pub(super) fn fitted_columns(area: Rect, wanted: impl Into<usize>) -> usize {
    fit_columns(usize::from(content_columns(area)), wanted.into())
}

const fn fit_columns(most: usize, wanted: usize) -> usize {
    if wanted.saturating_add(MIN_COLUMNS_BESIDE) > most { most } else { wanted }
}

/// The rows above a box of so many rows: it is in the middle, unless it would cover a part of the
/// composer there and need not.
const fn rows_above_box(screen: u16, rows: u16) -> u16 {
    let middle = screen.saturating_sub(rows) / 2;
    let most = screen.saturating_sub(COMPOSER_ROWS).saturating_sub(rows);
    if most > 0 && middle > most { most } else { middle }
}

/// Key hints on one line, as many as fit.
pub(crate) fn key_hints(pairs: &[(&str, &str)], columns: usize, theme: &Theme) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0_usize;
    for (key, what) in pairs {
        let gap = if spans.is_empty() { "" } else { "   " };
        let pair_width = [gap, key, " ", what].iter().map(|part| width(part)).sum::<usize>();
        used = used.saturating_add(pair_width);
        if used > columns {
            break;
        }
        spans.push(Span::styled(format!("{gap}{key}"), theme.title));
        spans.push(Span::styled(format!(" {what}"), theme.muted));
    }
    Line::from(spans)
}

/// Draws a text field in the first row of a box, behind a sign.
pub(super) fn draw_first_field(
    frame: &mut Frame<'_>,
    inner: Rect,
    sign: &str,
    field: &Editor,
    theme: &Theme,
) {
    let first = Rect { height: inner.height.min(1), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(sign, theme.accent)), first);
    let margin = u16::try_from(width(sign)).unwrap_or(0).min(first.width);
    let area = Rect {
        x: first.x.saturating_add(margin),
        width: first.width.saturating_sub(margin),
        ..first
    };
    draw_field(frame, area, field, theme);
}

/// Draws the last row of a box; returns the area above, less an empty row where there is one to
/// spare.
pub(super) fn draw_foot(
    frame: &mut Frame<'_>,
    inner: Rect,
    hints: Line<'static>,
    above: usize,
) -> Rect {
    let available = inner.height.saturating_sub(1);
    let target =
        Rect { y: inner.y.saturating_add(available), height: inner.height.min(1), ..inner };
    frame.render_widget(Paragraph::new(hints), target);
    let above = u16::try_from(above).unwrap_or(u16::MAX);
    Rect { height: available.min(above.max(available.saturating_sub(1))), ..inner }
}

/// Draws the last lines of a box, as many as leave two rows for its content; returns the area above.
pub(super) fn draw_footer(frame: &mut Frame<'_>, inner: Rect, footer: Vec<Line<'static>>) -> Rect {
    let height = u16::try_from(footer.len()).unwrap_or(0).min(inner.height.saturating_sub(2));
    let above = Rect { height: inner.height.saturating_sub(height), ..inner };
    frame.render_widget(Paragraph::new(footer), Rect { y: above.bottom(), height, ..inner });
    above
}

/// Draws a centered box, as large as its content and at most as the screen; returns its inside.
pub(super) fn draw_box(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    wanted: BoxSize,
    theme: &Theme,
) -> Rect {
    draw_counted_box(frame, area, (title, ""), wanted, theme)
}

/// The same with a count at the right of the title.
pub(super) fn draw_counted_box(
    frame: &mut Frame<'_>,
    area: Rect,
    (title, count): (&str, &str),
    wanted: BoxSize,
    theme: &Theme,
) -> Rect {
    let margins = BoxMargins::of(frame.area());
    let whole = |content: usize, margin: u16, most: u16| {
        u16::try_from(content).unwrap_or(u16::MAX).saturating_add(margin).min(most)
    };
    let most = usize::from(area.width.saturating_sub(margins.columns * 2));
    let columns = whole(fit_columns(most, wanted.columns), margins.columns * 2, area.width);
    let rows = whole(wanted.rows, margins.rows(), area.height);
    let middle = Rect {
        x: area.x.saturating_add(area.width.saturating_sub(columns) / 2),
        y: area.y.saturating_add(rows_above_box(area.height, rows)),
        width: columns,
        height: rows,
    };
    cover(frame, middle);
    frame.buffer_mut().set_style(middle, theme.base.patch(theme.raised));
    if theme.raised.bg.is_none() {
        // Without surfaces an edge keeps the box from what lies behind it.
        draw_edges(frame, middle, theme);
        if margins.outer > 0 {
            draw_ends(frame, middle, theme);
        }
    }
    let inside = middle.inner(Margin::new(margins.columns, margins.outer));
    draw_title(frame, Rect { height: inside.height.min(1), ..inside }, title, count, theme);
    let above = margins.inner.saturating_add(1).min(inside.height);
    Rect {
        y: inside.y.saturating_add(above),
        height: inside.height.saturating_sub(above),
        ..inside
    }
}

fn draw_title(frame: &mut Frame<'_>, row: Rect, title: &str, count: &str, theme: &Theme) {
    let columns = usize::from(row.width);
    let title = fit(title, columns);
    let mut spans = vec![Span::styled(title.clone(), theme.title)];
    let free = columns.saturating_sub(width(&title));
    if let Some(gap) = free.checked_sub(width(count)).filter(|gap| *gap > 1) {
        spans.push(Span::raw(" ".repeat(gap)));
        spans.push(Span::styled(count.to_owned(), theme.faint));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), row);
}

fn draw_edges(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    for y in area.top()..area.bottom() {
        frame.buffer_mut().set_stringn(area.x, y, "▌", 1, theme.border);
        let x = area.right().saturating_sub(1);
        frame.buffer_mut().set_stringn(x, y, "▐", 1, theme.border);
    }
}

/// Lines in the first and the last row, which hold nothing else.
fn draw_ends(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let middle = usize::from(area.width.saturating_sub(2));
    let lines = [(area.top(), "▛", "▀", "▜"), (area.bottom().saturating_sub(1), "▙", "▄", "▟")];
    for (y, left, line, right) in lines {
        let text = format!("{left}{}{right}", line.repeat(middle));
        frame.buffer_mut().set_stringn(area.x, y, text, usize::from(area.width), theme.border);
    }
}

/// Draws the rows of a list in a box, scrolled as far as the selected one needs, which is marked.
pub(super) fn draw_rows(
    frame: &mut Frame<'_>,
    list: Rect,
    mut rows: Vec<Line<'_>>,
    selected: usize,
    theme: &Theme,
) {
    if let Some(row) = rows.get_mut(selected) {
        *row = under_cursor(row, usize::from(list.width), theme);
    }
    let top = selected.saturating_add(1).saturating_sub(usize::from(list.height));
    let row = u16::try_from(selected.saturating_sub(top)).unwrap_or(u16::MAX);
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(rows).scroll((top, 0)), list);
    draw_selected_row(frame, list, row, theme);
}

/// Marks the selected row of a list in a box: the bar reaches to both of its edges.
pub(crate) fn draw_selected_row(frame: &mut Frame<'_>, list: Rect, row: u16, theme: &Theme) {
    let y = list.y.saturating_add(row);
    if y >= list.bottom() {
        return;
    }
    let x = list.x.saturating_sub(BoxMargins::of(frame.area()).columns.min(2));
    let reaches = list.x.saturating_sub(x);
    let width = list.width.saturating_add(reaches.saturating_mul(2));
    let target = Rect { x, y, width, height: 1 };
    frame.buffer_mut().set_style(target, theme.selected_row);
    frame.buffer_mut().set_stringn(x, y, "▌", 1, theme.accent.patch(theme.selected_row));
}

/// A selected row; where it is reversed it has one colour.
#[must_use]
pub(crate) fn under_cursor(line: &Line<'_>, columns: usize, theme: &Theme) -> Line<'static> {
    let rest = " ".repeat(columns.saturating_sub(line.width()));
    let reversed = theme.selected_row.add_modifier.contains(Modifier::REVERSED);
    let mut spans: Vec<Span<'static>> = line
        .spans
        .iter()
        .map(|span| {
            let style = if reversed { Style::new() } else { span.style };
            Span::styled(span.content.clone().into_owned(), style)
        })
        .collect();
    spans.push(Span::raw(rest));
    Line::from(spans).style(theme.selected_row)
}
