//! Draws the usage overlay: tokens and cost of the conversation, the day and the month.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::chat::UsageReport;
use crate::settings::Theme;
use crate::view::usage;
use crate::view::width::width;
use crate::view::wrap::{Indent, StyledRun, wrap};

use super::dialog::{BoxSize, draw_box, draw_foot, fitted_columns, key_hints};

/// Columns of a label, which a long line goes on below.
const LABEL_COLUMNS: usize = 13;

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, report: Option<&UsageReport>, theme: &Theme) {
    let lines = report.map_or_else(|| vec!["Adding up…".to_owned()], usage::report_lines);
    let longest = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    let columns = fitted_columns(area, longest).max(1);
    let indent = Indent {
        first: Vec::new(),
        rest: vec![StyledRun::new(" ".repeat(LABEL_COLUMNS.min(columns / 2)), theme.text)],
    };
    let wrapped =
        |line: &String| wrap(&[StyledRun::new(line.clone(), theme.text)], &indent, columns);
    let lines: Vec<Line> = lines.iter().flat_map(wrapped).collect();
    let wanted = BoxSize { columns, rows: lines.len().saturating_add(2) };
    let inner = draw_box(frame, area, "Usage", wanted, theme);
    let keys = key_hints(&[("Esc", "close")], usize::from(inner.width), theme);
    let inner = draw_foot(frame, inner, keys, lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
}
