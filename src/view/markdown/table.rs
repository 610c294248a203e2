//! Tables: cells wrap to fit; where not even that fits, each row becomes lines of `header: value`.
//! May not scroll sideways.

use ratatui::text::{Line, Span};

use crate::markdown::Alignment;
use crate::settings::Theme;
use crate::view::marks::{self, Marked, Source};
use crate::view::width::width;
use crate::view::wrap::{Indent, Run, runs_width, wrap_marked};

/// The narrowest a column may get before the table is given up.
const NARROWEST: usize = 5;
/// Between two columns.
const GAP: &str = " │ ";
/// Columns the gap takes.
const GAP_WIDTH: usize = 3;

/// A cell: lines of runs, more than one where it has breaks.
pub type Cell = Vec<Vec<Run>>;

/// The cells of a table.
#[derive(Debug, Default)]
pub struct Table {
    /// How columns are aligned.
    pub alignments: Vec<Alignment>,
    /// Rows of cells, the header first.
    pub rows: Vec<Vec<Cell>>,
}

/// A table as lines, each with the row it belongs to.
#[derive(Debug, Default)]
pub struct LaidOut {
    /// The lines.
    pub lines: Vec<(Marked, usize)>,
    /// The widths of its columns; none where it is a list of values.
    pub widths: Vec<usize>,
}

impl Table {
    /// Lays the table out.
    #[must_use]
    pub fn lay_out(&self, columns: usize, theme: &Theme) -> LaidOut {
        match self.widths(columns) {
            Some(widths) => {
                let lines = self.grid(&widths, 0, theme);
                LaidOut { lines, widths }
            }
            None => LaidOut { lines: self.list(columns, theme, 0), widths: Vec::new() },
        }
    }

    /// Lays out the rows of a table whose head and first rows have been laid out before, with the
    /// widths it has there.
    #[must_use]
    pub fn lay_out_rest(&self, widths: &[usize], columns: usize, theme: &Theme) -> LaidOut {
        let lines = if widths.is_empty() {
            self.list(columns, theme, 1)
        } else {
            self.grid(widths, 1, theme)
        };
        LaidOut { lines, widths: widths.to_vec() }
    }

    /// The width of each column, or `None` where they cannot all be wide enough.
    fn widths(&self, columns: usize) -> Option<Vec<usize>> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let gaps = GAP_WIDTH.saturating_mul(count.saturating_sub(1));
        let room = columns.checked_sub(gaps)?;
        let mut wanted = vec![1; count];
        for row in &self.rows {
            for (cell, most) in row.iter().zip(&mut wanted) {
                let wide = cell.iter().map(|line| runs_width(line)).max().unwrap_or(0);
                *most = wide.max(*most);
            }
        }
        if wanted.iter().sum::<usize>() <= room {
            return Some(wanted);
        }
        if room < NARROWEST.saturating_mul(count) {
            return None;
        }
        Some(share(&wanted, room))
    }

    fn grid(&self, widths: &[usize], first: usize, theme: &Theme) -> Vec<(Marked, usize)> {
        let mut lines = Vec::new();
        // Rows of several lines run into each other without something between them.
        let mut tall = false;
        for (place, row) in self.rows.iter().enumerate().skip(first) {
            let cells = self.row(row, widths, theme, place == 0);
            if place > first && place > 1 && (tall || cells.len() > 1) {
                lines.push((rule(widths, '┄', theme).into(), place));
            }
            tall = cells.len() > 1;
            lines.extend(cells.into_iter().map(|line| (line, place)));
            if place == 0 {
                lines.push((rule(widths, '─', theme).into(), place));
            }
        }
        lines
    }

    fn row(&self, row: &[Cell], widths: &[usize], theme: &Theme, head: bool) -> Vec<Marked> {
        let empty = Vec::new();
        let cells: Vec<Vec<Marked>> = widths
            .iter()
            .enumerate()
            .map(|(at, wide)| cell(row.get(at).unwrap_or(&empty), *wide, theme, head))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let line = |number: usize| {
            let mut spans: Vec<Span<'static>> = Vec::new();
            let mut marks = Vec::new();
            let bytes = |spans: &[Span<'static>]| -> usize {
                spans.iter().map(|span| span.content.len()).sum()
            };
            for (at, (cell, wide)) in cells.iter().zip(widths).enumerate() {
                if at > 0 {
                    spans.push(Span::styled(GAP, theme.rule));
                }
                let Marked { line: content, marks: shown } =
                    cell.get(number).cloned().unwrap_or_default();
                let used: usize = content.spans.iter().map(|span| width(&span.content)).sum();
                let free = wide.saturating_sub(used);
                let before = match self.alignments.get(at) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    _ => 0,
                };
                push_spaces(before, &mut spans);
                marks::add_shifted(&mut marks, shown, bytes(&spans));
                spans.extend(content.spans);
                push_spaces(free.saturating_sub(before), &mut spans);
            }
            Marked { line: Line::from(spans), marks }
        };
        (0..height).map(line).collect()
    }

    fn list(&self, columns: usize, theme: &Theme, known: usize) -> Vec<(Marked, usize)> {
        let mut lines = Vec::new();
        let empty = Vec::new();
        let header = self.rows.first().unwrap_or(&empty);
        for (place, row) in self.rows.iter().enumerate().skip(1) {
            if place > 1 || known > 0 {
                lines.push((Marked::default(), place));
            }
            for (at, cell) in row.iter().enumerate() {
                let mut runs: Vec<Run> = header.get(at).cloned().unwrap_or_default().concat();
                for run in &mut runs {
                    run.style = run.style.patch(theme.strong);
                    // It stands in every row; in the text it stands once.
                    run.source = Source::Nowhere;
                }
                runs.push(Run::new(": ", theme.strong));
                let hanging = Indent { first: Vec::new(), rest: vec![Run::new("  ", theme.text)] };
                for (number, line) in cell.iter().enumerate() {
                    if number > 0 {
                        runs = vec![Run::new("  ", theme.text)];
                    }
                    runs.extend(line.iter().cloned());
                    let wrapped = wrap_marked(&runs, &hanging, columns);
                    lines.extend(wrapped.into_iter().map(|line| (line, place)));
                }
            }
        }
        lines
    }
}

/// Narrow columns get what they want; the wide ones share what is left.
fn share(wanted: &[usize], room: usize) -> Vec<usize> {
    let with = |most: usize| wanted.iter().map(move |wide| (*wide).min(most));
    let (mut fits, mut too_much) = (NARROWEST, room.saturating_add(1));
    while too_much.saturating_sub(fits) > 1 {
        let middle = fits.midpoint(too_much);
        if with(middle).sum::<usize>() <= room { fits = middle } else { too_much = middle }
    }
    let mut widths: Vec<usize> = with(fits).collect();
    let mut left = room.saturating_sub(widths.iter().sum());
    for (wide, wanted) in widths.iter_mut().zip(wanted) {
        if left > 0 && *wide < *wanted {
            *wide = wide.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    widths
}

fn cell(lines: &[Vec<Run>], wide: usize, theme: &Theme, head: bool) -> Vec<Marked> {
    let line = |runs: &Vec<Run>| {
        if head {
            let strong = |run: &Run| Run { style: run.style.patch(theme.strong), ..run.clone() };
            let runs: Vec<Run> = runs.iter().map(strong).collect();
            return wrap_marked(&runs, &Indent::default(), wide);
        }
        wrap_marked(runs, &Indent::default(), wide)
    };
    lines.iter().flat_map(line).collect()
}

fn rule(widths: &[usize], sign: char, theme: &Theme) -> Line<'static> {
    let parts: Vec<String> = widths.iter().map(|wide| sign.to_string().repeat(*wide)).collect();
    Line::from(Span::styled(parts.join(&format!("{sign}┼{sign}")), theme.rule))
}

fn push_spaces(many: usize, spans: &mut Vec<Span<'static>>) {
    if many > 0 {
        spans.push(Span::raw(" ".repeat(many)));
    }
}
