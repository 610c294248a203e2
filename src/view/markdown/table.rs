//! Tables: cells wrap to fit; where not even that fits, each row becomes lines of `header: value`.
//! May not scroll sideways.

use ratatui::text::{Line, Span};

use crate::markdown::Alignment;
use crate::settings::Theme;
use crate::view::source_map::{self, MappedLine, TextSource};
use crate::view::width::width;
use crate::view::wrap::{Indent, StyledRun, runs_width, wrap_mapped};

/// The narrowest a column may get before the table is given up.
const MIN_COLUMN_WIDTH: usize = 5;
/// Between two columns.
const COLUMN_SEPARATOR: &str = " │ ";
/// Columns the gap takes.
const COLUMN_SEPARATOR_WIDTH: usize = 3;

/// A cell: lines of runs, more than one where it has breaks.
pub type TableCell = Vec<Vec<StyledRun>>;

/// The cells of a table.
#[derive(Debug, Default)]
pub struct Table {
    /// How columns are aligned.
    pub alignments: Vec<Alignment>,
    /// Rows of cells, the header first.
    pub rows: Vec<Vec<TableCell>>,
}

/// A table as lines, each with the row it belongs to.
#[derive(Debug, Default)]
pub struct TableLayout {
    /// The lines.
    pub lines: Vec<(MappedLine, usize)>,
    /// The widths of its columns; none where it is a list of values.
    pub widths: Vec<usize>,
}

impl Table {
    /// Lays the table out.
    #[must_use]
    pub fn lay_out(&self, columns: usize, theme: &Theme) -> TableLayout {
        match self.column_widths(columns) {
            Some(widths) => {
                let lines = self.grid_lines(&widths, 0, theme);
                TableLayout { lines, widths }
            }
            None => TableLayout { lines: self.value_lines(columns, theme, 0), widths: Vec::new() },
        }
    }

    /// Lays out the rows of a table whose head and first rows have been laid out before, with the
    /// widths it has there.
    #[must_use]
    pub fn lay_out_rest(&self, widths: &[usize], columns: usize, theme: &Theme) -> TableLayout {
        let lines = if widths.is_empty() {
            self.value_lines(columns, theme, 1)
        } else {
            self.grid_lines(widths, 1, theme)
        };
        TableLayout { lines, widths: widths.to_vec() }
    }

    /// The width of each column, or `None` where they cannot all be wide enough.
    fn column_widths(&self, columns: usize) -> Option<Vec<usize>> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let gaps = COLUMN_SEPARATOR_WIDTH.saturating_mul(count.saturating_sub(1));
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
        if room < MIN_COLUMN_WIDTH.saturating_mul(count) {
            return None;
        }
        Some(distribute_columns(&wanted, room))
    }

    fn grid_lines(
        &self,
        widths: &[usize],
        first: usize,
        theme: &Theme,
    ) -> Vec<(MappedLine, usize)> {
        let mut lines = Vec::new();
        // Rows of several lines run into each other without something between them.
        let mut tall = false;
        for (place, row) in self.rows.iter().enumerate().skip(first) {
            let cells = self.row_lines(row, widths, theme, place == 0);
            if place > first && place > 1 && (tall || cells.len() > 1) {
                lines.push((rule_line(widths, '┄', theme).into(), place));
            }
            tall = cells.len() > 1;
            lines.extend(cells.into_iter().map(|line| (line, place)));
            if place == 0 {
                lines.push((rule_line(widths, '─', theme).into(), place));
            }
        }
        lines
    }

    fn row_lines(
        &self,
        row: &[TableCell],
        widths: &[usize],
        theme: &Theme,
        head: bool,
    ) -> Vec<MappedLine> {
        let empty = Vec::new();
        let cells: Vec<Vec<MappedLine>> = widths
            .iter()
            .enumerate()
            .map(|(at, wide)| cell_lines(row.get(at).unwrap_or(&empty), *wide, theme, head))
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
                    spans.push(Span::styled(COLUMN_SEPARATOR, theme.rule));
                }
                let MappedLine { line: content, mappings: shown } =
                    cell.get(number).cloned().unwrap_or_default();
                let used: usize = content.spans.iter().map(|span| width(&span.content)).sum();
                let free = wide.saturating_sub(used);
                let before = match self.alignments.get(at) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    _ => 0,
                };
                push_spaces(before, &mut spans);
                source_map::push_shifted(&mut marks, shown, bytes(&spans));
                spans.extend(content.spans);
                push_spaces(free.saturating_sub(before), &mut spans);
            }
            MappedLine { line: Line::from(spans), mappings: marks }
        };
        (0..height).map(line).collect()
    }

    fn value_lines(&self, columns: usize, theme: &Theme, known: usize) -> Vec<(MappedLine, usize)> {
        let mut lines = Vec::new();
        let empty = Vec::new();
        let header = self.rows.first().unwrap_or(&empty);
        for (place, row) in self.rows.iter().enumerate().skip(1) {
            if place > 1 || known > 0 {
                lines.push((MappedLine::default(), place));
            }
            for (at, cell) in row.iter().enumerate() {
                let mut runs: Vec<StyledRun> = header.get(at).cloned().unwrap_or_default().concat();
                for run in &mut runs {
                    run.style = run.style.patch(theme.strong);
                    // It stands in every row; in the text it stands once.
                    run.source = TextSource::Generated;
                }
                runs.push(StyledRun::new(": ", theme.strong));
                let hanging =
                    Indent { first: Vec::new(), rest: vec![StyledRun::new("  ", theme.text)] };
                for (number, line) in cell.iter().enumerate() {
                    if number > 0 {
                        runs = vec![StyledRun::new("  ", theme.text)];
                    }
                    runs.extend(line.iter().cloned());
                    let wrapped = wrap_mapped(&runs, &hanging, columns);
                    lines.extend(wrapped.into_iter().map(|line| (line, place)));
                }
            }
        }
        lines
    }
}

/// Narrow columns get what they want; the wide ones share what is left.
fn distribute_columns(wanted: &[usize], room: usize) -> Vec<usize> {
    let with = |most: usize| wanted.iter().map(move |wide| (*wide).min(most));
    let (mut fits, mut too_much) = (MIN_COLUMN_WIDTH, room.saturating_add(1));
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

fn cell_lines(lines: &[Vec<StyledRun>], wide: usize, theme: &Theme, head: bool) -> Vec<MappedLine> {
    let line = |runs: &Vec<StyledRun>| {
        if head {
            let strong =
                |run: &StyledRun| StyledRun { style: run.style.patch(theme.strong), ..run.clone() };
            let runs: Vec<StyledRun> = runs.iter().map(strong).collect();
            return wrap_mapped(&runs, &Indent::default(), wide);
        }
        wrap_mapped(runs, &Indent::default(), wide)
    };
    lines.iter().flat_map(line).collect()
}

fn rule_line(widths: &[usize], sign: char, theme: &Theme) -> Line<'static> {
    let parts: Vec<String> = widths.iter().map(|wide| sign.to_string().repeat(*wide)).collect();
    Line::from(Span::styled(parts.join(&format!("{sign}┼{sign}")), theme.rule))
}

fn push_spaces(many: usize, spans: &mut Vec<Span<'static>>) {
    if many > 0 {
        spans.push(Span::raw(" ".repeat(many)));
    }
}
