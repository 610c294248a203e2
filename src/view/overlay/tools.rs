//! The list of tools with what is on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::question::tool_choice::{ToolRow, ToolState};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;
use crate::view::tool_name::tool_name;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_counted_box, draw_foot, draw_rows, fitted_columns, key_hints};

const COLUMNS: usize = 68;
/// The most columns of marks and names before the remarks.
const MAX_NAME_COLUMNS: usize = 34;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: &[ToolRow],
    selected: usize,
    theme: &Theme,
) {
    let columns = fitted_columns(area, COLUMNS);
    let longest = rows.iter().map(|row| width(&clean::line(name_of(row)))).max().unwrap_or(0);
    // Room for the mark, the indent and a gap.
    let names = longest.saturating_add(6).min(MAX_NAME_COLUMNS).min(columns);
    let remarks = Remarks { names, columns };
    let line = |(index, row): (usize, &ToolRow)| {
        // What stands in full below does not stand here as well.
        let is_below = index == selected && !remarks.cut(row, theme).is_empty();
        let remark = if is_below { "" } else { &row.remark };
        row_line(row, remark, names, columns, theme)
    };
    let lines: Vec<Line<'_>> = rows.iter().enumerate().map(line).collect();
    // The place for the longest one, so that the box stays as it is while the cursor moves.
    let below = rows.iter().map(|row| remarks.cut(row, theme).len()).max().unwrap_or(0);
    let below = if below == 0 { 0 } else { below.saturating_add(1) };
    let all = lines.len().saturating_add(below);
    let is_on = |row: &&ToolRow| row.state == ToolState::On && !is_server(row, rows);
    let count = format!("{} on", rows.iter().filter(is_on).count());
    let wanted = BoxSize { columns, rows: all.saturating_add(2) };
    let inner = draw_counted_box(frame, area, ("Tools", &count), wanted, theme);
    let pairs = [("Enter", "turn on or off"), ("Esc", "close")];
    let hints = key_hints(&pairs, usize::from(inner.width), theme);
    let mut inner = draw_foot(frame, inner, hints, all);
    if below > 0 {
        let whole = rows.get(selected).map(|row| remarks.cut(row, theme)).unwrap_or_default();
        inner = draw_below(frame, inner, below, whole);
    }
    draw_rows(frame, inner, lines, selected, theme);
}

/// Draws lines at the end of an area, below an empty row, where there is room; returns the rest of it.
fn draw_below(frame: &mut Frame<'_>, area: Rect, rows: usize, lines: Vec<Line<'static>>) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    if area.height <= rows {
        return area;
    }
    let y = area.bottom().saturating_sub(rows).saturating_add(1);
    let target = Rect { y, height: rows.saturating_sub(1), ..area };
    frame.render_widget(Paragraph::new(lines), target);
    Rect { height: area.height.saturating_sub(rows), ..area }
}

/// The columns of the names, which is where the remarks begin, and of the list.
#[derive(Debug, Clone, Copy)]
struct Remarks {
    names: usize,
    columns: usize,
}

impl Remarks {
    /// The whole remark of a row, where it has no room in the row.
    fn cut(self, row: &ToolRow, theme: &Theme) -> Vec<Line<'static>> {
        let remark = clean::line(&row.remark);
        if width(&remark) <= self.columns.saturating_sub(self.names) {
            return Vec::new();
        }
        remark_lines(&remark, theme.muted, self.columns)
    }
}

/// Whether a row is a server, with its tools in the rows below.
fn is_server(row: &ToolRow, rows: &[ToolRow]) -> bool {
    let prefix = format!("{}/", row.entry);
    rows.iter().any(|other| other.entry.starts_with(&prefix))
}

fn name_of(row: &ToolRow) -> &str {
    row.entry.split_once('/').map_or(row.entry.as_str(), |(_, tool)| tool)
}

fn row_line(
    row: &ToolRow,
    remark: &str,
    names: usize,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let mark = match row.state {
        ToolState::On => "● ",
        ToolState::Partly => "◐ ",
        ToolState::Off => "○ ",
    };
    let indent = if row.is_nested() { "  " } else { "" };
    let used = width(indent).saturating_add(width(mark));
    let name = fit(&tool_name(name_of(row)), names.saturating_sub(used).saturating_sub(1));
    let gap = names.saturating_sub(used.saturating_add(width(&name))).max(1);
    let left = columns.saturating_sub(used).saturating_sub(width(&name)).saturating_sub(gap);
    let remark = if left < 8 { String::new() } else { fit(&clean::line(remark), left) };
    Line::from(vec![
        Span::raw(indent),
        Span::styled(mark, if row.state == ToolState::Off { theme.faint } else { theme.mark }),
        Span::styled(name, theme.text),
        Span::raw(" ".repeat(gap)),
        Span::styled(remark, theme.muted),
    ])
}
