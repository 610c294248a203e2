//! Tables: cells wrap to fit; where not even that fits, each row becomes lines of `header: value`.
//! May not scroll sideways.

use pulldown_cmark::Alignment;
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::wrap::{Indent, Run, runs_width, wrap};

/// The narrowest a column may get before the table is given up.
const NARROWEST: usize = 5;
/// Between two columns.
const GAP: &str = " │ ";
/// Columns the gap takes.
const GAP_WIDTH: usize = 3;

/// The cells of a table; each a list of runs.
#[derive(Debug, Default)]
pub struct Table {
    /// How columns are aligned.
    pub alignments: Vec<Alignment>,
    /// Rows of cells, the header first.
    pub rows: Vec<Vec<Vec<Run>>>,
}

impl Table {
    /// Lays the table out.
    #[must_use]
    pub fn lay_out(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self.widths(columns) {
            Some(widths) => self.grid(&widths, theme),
            None => self.list(columns, theme),
        }
    }

    fn count(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The width of each column, or `None` where they cannot all be wide enough.
    fn widths(&self, columns: usize) -> Option<Vec<usize>> {
        let count = self.count();
        let gaps = GAP_WIDTH.saturating_mul(count.saturating_sub(1));
        let room = columns.checked_sub(gaps)?;
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| runs_width(cell)).max().unwrap_or(0).max(1)
        };
        let wanted: Vec<usize> = (0..count).map(widest).collect();
        if wanted.iter().sum::<usize>() <= room {
            return Some(wanted);
        }
        if room < NARROWEST.saturating_mul(count) {
            return None;
        }
        // Narrow columns get what they want; the wide ones share what is left.
        let mut widths = wanted.clone();
        let mut most = room;
        while widths.iter().sum::<usize>() > room && most > NARROWEST {
            most = most.saturating_sub(1);
            widths = wanted.iter().map(|wide| (*wide).min(most)).collect();
        }
        (widths.iter().sum::<usize>() <= room).then_some(widths)
    }

    fn grid(&self, widths: &[usize], theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            lines.extend(self.row(row, widths, theme));
            if place == 0 {
                let rule: Vec<String> = widths.iter().map(|wide| "─".repeat(*wide)).collect();
                lines.push(Line::from(Span::styled(rule.join("─┼─"), theme.rule)));
            }
        }
        lines
    }

    fn row(&self, row: &[Vec<Run>], widths: &[usize], theme: &Theme) -> Vec<Line<'static>> {
        let empty = Vec::new();
        let cells: Vec<Vec<Line<'static>>> = widths
            .iter()
            .enumerate()
            .map(|(at, wide)| wrap(row.get(at).unwrap_or(&empty), &Indent::default(), *wide))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let line = |number: usize| {
            let mut spans: Vec<Span<'static>> = Vec::new();
            for (at, (cell, wide)) in cells.iter().zip(widths).enumerate() {
                if at > 0 {
                    spans.push(Span::styled(GAP, theme.rule));
                }
                let content = cell.get(number).cloned().unwrap_or_default();
                let free = wide.saturating_sub(content.width());
                let before = match self.alignments.get(at) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    _ => 0,
                };
                spans.push(Span::raw(" ".repeat(before)));
                spans.extend(content.spans);
                spans.push(Span::raw(" ".repeat(free.saturating_sub(before))));
            }
            Line::from(spans)
        };
        (0..height).map(line).collect()
    }

    fn list(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let empty = Vec::new();
        let header = self.rows.first().unwrap_or(&empty);
        for (place, row) in self.rows.iter().skip(1).enumerate() {
            if place > 0 {
                lines.push(Line::default());
            }
            for (at, cell) in row.iter().enumerate() {
                let mut runs = header.get(at).cloned().unwrap_or_default();
                for run in &mut runs {
                    run.style = run.style.patch(theme.strong);
                }
                runs.push(Run::new(": ", theme.strong));
                runs.extend(cell.iter().cloned());
                let hanging = Indent { first: Vec::new(), rest: vec![Run::new("  ", theme.text)] };
                lines.extend(wrap(&runs, &hanging, columns));
            }
        }
        lines
    }
}
