//! Tables: cells wrap at words; where that does not fit, each row becomes lines of `header: value`.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::markdown::Alignment;
use crate::settings::Theme;
use crate::view::source_map::{self, MappedLine, TextSource};
use crate::view::width::width;
use crate::view::wrap::{Indent, PathBreaks, StyledRun, longest_word, runs_width, wrap_mapped};

use super::part::TableShape;

/// The narrowest column of wider cells before the table becomes a list of values.
const MIN_COLUMN_WIDTH: usize = 5;
const COLUMN_SEPARATOR: &str = " │ ";
/// Between few columns there is no bar: the header and its rule keep them apart.
const BLANK_SEPARATOR: &str = "   ";
const MIN_COLUMNS_FOR_BARS: usize = 5;
const COLUMN_SEPARATOR_WIDTH: usize = 3;

/// A cell: lines of runs.
pub(crate) type TableCell = Vec<Vec<StyledRun>>;

#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) alignments: Vec<Alignment>,
    /// The cells by row, the header first.
    pub(crate) rows: Vec<Vec<TableCell>>,
}

/// The lines of a table, each with its row.
#[derive(Debug, Default)]
pub(crate) struct TableLayout {
    pub(crate) lines: Vec<(MappedLine, usize)>,
    /// The widths of its columns; empty where it is a list of values.
    pub(crate) widths: Vec<usize>,
    /// Whether its rows have a gap between them.
    pub(crate) is_spaced: bool,
}

impl Table {
    #[must_use]
    pub(crate) fn lay_out(&self, columns: usize, theme: &Theme) -> TableLayout {
        match self.column_widths(columns) {
            Some(widths) => self.grid(widths, theme, None),
            None => self.value_list(columns, theme, 0),
        }
    }

    /// Lays out the remaining rows of a table like its first part.
    #[must_use]
    pub(crate) fn lay_out_rest(
        &self,
        before: &TableShape,
        columns: usize,
        theme: &Theme,
    ) -> TableLayout {
        if before.widths.is_empty() {
            self.value_list(columns, theme, 1)
        } else {
            self.grid(before.widths.clone(), theme, Some(before))
        }
    }

    /// The width of each column; `None` where they do not fit.
    fn column_widths(&self, columns: usize) -> Option<Vec<usize>> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let gaps = COLUMN_SEPARATOR_WIDTH.saturating_mul(count.saturating_sub(1));
        let room = columns.checked_sub(gaps)?;
        let mut wanted = vec![1; count];
        for row in &self.rows {
            for (cell, most) in row.iter().zip(&mut wanted) {
                let text_width = cell.iter().map(|line| runs_width(line)).max().unwrap_or(0);
                *most = text_width.max(*most);
            }
        }
        if wanted.iter().sum::<usize>() <= room {
            return Some(wanted);
        }
        let ways = [PathBreaks::Nowhere, PathBreaks::AfterSlashes];
        let mut narrowest = ways.into_iter().map(|breaks| self.narrowest(&wanted, room, breaks));
        let narrowest = narrowest.find(|widths| widths.iter().sum::<usize>() <= room)?;
        Some(distribute_columns(&narrowest, &wanted, room))
    }

    /// The width that each column needs so that no word of it is divided. Only a word that takes more than
    /// half of the room may be.
    fn narrowest(&self, wanted: &[usize], room: usize, breaks: PathBreaks) -> Vec<usize> {
        let mut narrowest: Vec<usize> =
            wanted.iter().map(|most| (*most).min(MIN_COLUMN_WIDTH)).collect();
        for row in &self.rows {
            for (cell, least) in row.iter().zip(&mut narrowest) {
                let longest = cell.iter().map(|line| longest_word(line, breaks)).max().unwrap_or(0);
                *least = longest.min(room / 2).max(*least);
            }
        }
        narrowest
    }

    /// All rows side by side, or those after the head where a part of the table precedes them.
    fn grid(&self, widths: Vec<usize>, theme: &Theme, before: Option<&TableShape>) -> TableLayout {
        let first = usize::from(before.is_some());
        let emphasis = |index: usize| if index == 0 { theme.strong } else { Style::new() };
        let rows: Vec<(usize, Vec<MappedLine>)> = (self.rows.iter().enumerate().skip(first))
            .map(|(index, row)| (index, self.row_lines(row, &widths, emphasis(index), theme)))
            .collect();
        // Where one row has several lines, a gap between all shows where each ends.
        let is_spaced = before.is_some_and(|before| before.is_spaced)
            || rows.iter().any(|(index, lines)| *index > 0 && lines.len() > 1);
        let mut lines = Vec::new();
        for (index, cells) in rows {
            if is_spaced && (index > 1 || first > 0) {
                lines.push((MappedLine::default(), index));
            }
            lines.extend(cells.into_iter().map(|line| (line, index)));
            if index == 0 {
                lines.push((rule_line(&widths, theme).into(), index));
            }
        }
        TableLayout { lines, widths, is_spaced }
    }

    fn row_lines(
        &self,
        row: &[TableCell],
        widths: &[usize],
        emphasis: Style,
        theme: &Theme,
    ) -> Vec<MappedLine> {
        let empty = Vec::new();
        let cells: Vec<Vec<MappedLine>> = widths
            .iter()
            .enumerate()
            .map(|(at, columns)| cell_lines(row.get(at).unwrap_or(&empty), *columns, emphasis))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        (0..height).map(|number| self.join_cells(&cells, number, widths, theme)).collect()
    }

    /// One line of a row: the lines with this number of all its cells side by side.
    fn join_cells(
        &self,
        cells: &[Vec<MappedLine>],
        number: usize,
        widths: &[usize],
        theme: &Theme,
    ) -> MappedLine {
        let mut spans: Vec<Span<'static>> = Vec::new();
        let mut mappings = Vec::new();
        for (at, (cell, columns)) in cells.iter().zip(widths).enumerate() {
            if at > 0 {
                let bars = widths.len() >= MIN_COLUMNS_FOR_BARS;
                let separator = if bars { COLUMN_SEPARATOR } else { BLANK_SEPARATOR };
                spans.push(Span::styled(separator, theme.rule));
            }
            let content = cell.get(number).cloned().unwrap_or_default();
            let used: usize = content.line.spans.iter().map(|span| width(&span.content)).sum();
            let free = columns.saturating_sub(used);
            let left = match self.alignments.get(at) {
                Some(Alignment::Right) => free,
                Some(Alignment::Center) => free / 2,
                _ => 0,
            };
            push_spaces(left, &mut spans);
            let bytes = spans.iter().map(|span| span.content.len()).sum();
            source_map::push_shifted(&mut mappings, content.mappings, bytes);
            spans.extend(content.line.spans);
            push_spaces(free.saturating_sub(left), &mut spans);
        }
        MappedLine { line: Line::from(spans), mappings }
    }

    fn value_list(&self, columns: usize, theme: &Theme, first: usize) -> TableLayout {
        let mut lines = Vec::new();
        let empty = Vec::new();
        let header = self.rows.first().unwrap_or(&empty);
        for (index, row) in self.rows.iter().enumerate().skip(1) {
            if index > 1 || first > 0 {
                lines.push((MappedLine::default(), index));
            }
            for (at, cell) in row.iter().enumerate() {
                let mut runs: Vec<StyledRun> = header.get(at).cloned().unwrap_or_default().concat();
                for run in &mut runs {
                    run.style = run.style.patch(theme.strong);
                    // It is shown in every row, but occurs once in the text.
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
                    lines.extend(wrapped.into_iter().map(|line| (line, index)));
                }
            }
        }
        TableLayout { lines, widths: Vec::new(), is_spaced: true }
    }
}

/// Each column gets its longest word; narrow ones keep their width, and the wide ones share the rest.
fn distribute_columns(narrowest: &[usize], wanted: &[usize], room: usize) -> Vec<usize> {
    let with = |most: usize| {
        let columns = narrowest.iter().zip(wanted);
        columns.map(move |(least, column_width)| (*column_width).min(most).max(*least))
    };
    let (mut fits, mut too_much) = (0_usize, room.saturating_add(1));
    while too_much.saturating_sub(fits) > 1 {
        let middle = fits.midpoint(too_much);
        if with(middle).sum::<usize>() <= room { fits = middle } else { too_much = middle }
    }
    let mut widths: Vec<usize> = with(fits).collect();
    let mut left = room.saturating_sub(widths.iter().sum());
    for (column_width, wanted) in widths.iter_mut().zip(wanted) {
        if left > 0 && *column_width < *wanted {
            *column_width = column_width.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    widths
}

fn cell_lines(lines: &[Vec<StyledRun>], columns: usize, emphasis: Style) -> Vec<MappedLine> {
    let emphasised =
        |run: &StyledRun| StyledRun { style: run.style.patch(emphasis), ..run.clone() };
    let wrapped = |runs: &Vec<StyledRun>| {
        let runs: Vec<StyledRun> = runs.iter().map(emphasised).collect();
        wrap_mapped(&runs, &Indent::default(), columns)
    };
    lines.iter().flat_map(wrapped).collect()
}

fn rule_line(widths: &[usize], theme: &Theme) -> Line<'static> {
    let parts: Vec<String> = widths.iter().map(|column_width| "─".repeat(*column_width)).collect();
    let crossing = if widths.len() >= MIN_COLUMNS_FOR_BARS { "─┼─" } else { "───" };
    Line::from(Span::styled(parts.join(crossing), theme.rule))
}

fn push_spaces(count: usize, spans: &mut Vec<Span<'static>>) {
    if count > 0 {
        spans.push(Span::raw(" ".repeat(count)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::TextEnd;
    use crate::settings::ThemeName;
    use crate::view::markdown::{IncrementalLayout, RenderStyle};

    /// The lines of a text whose blocks are cut at this length.
    fn lines(text: &str, longest: usize) -> Vec<String> {
        let theme = Theme::built_in(ThemeName::Dark);
        let render_style = RenderStyle { columns: 24, theme: &theme };
        let mut layout = IncrementalLayout::with_longest_open(longest);
        layout.update(text, render_style);
        let rows = layout.finish(text, TextEnd::Open, render_style);
        rows.lines().iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    /// The lines of a table in so many columns.
    fn table(text: &str, columns: usize) -> Vec<String> {
        let theme = Theme::built_in(ThemeName::Dark);
        let rows = crate::view::markdown::render(text, TextEnd::Open, columns, &theme);
        rows.lines().iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    const TRIP: &str = "| City | Landmarks and what they are known for | Way | Advice |\n\
        |---|---|---|---|\n\
        | Thessaloniki | White Tower and the Rotunda | Marmaray | unforgettable |\n\
        | Gdansk | Long Market, shipyards, amber | /v1/trains/{id} | good |\n";

    #[test]
    fn no_word_of_a_table_is_divided_while_its_neighbours_have_room() {
        let words: Vec<&str> = TRIP.split(['|', ' ', '\n']).collect();
        for columns in 20..110 {
            let lines = table(TRIP, columns);
            let shown = lines.join(" ");
            for word in &words {
                let is_whole =
                    word.contains(['/', '-']) || shown.split([' ', ':']).any(|it| it == *word);
                assert!(is_whole, "{word} in {columns}: {lines:#?}");
            }
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:#?}");
        }
        let lines = table(TRIP, 61);
        assert!(lines[0].starts_with("City           Landmarks"), "{lines:#?}");
        assert!(lines.join("\n").contains("/v1/trains/{id}"), "{lines:#?}");
    }

    #[test]
    fn a_word_without_end_is_divided_and_leaves_room_for_the_others() {
        let text =
            format!("| Sum | File |\n|---|---|\n| {} | a name of words |\n", "0a".repeat(32));
        let lines = table(&text, 40);
        assert!(lines[0].starts_with("Sum") && lines[0].ends_with("File"), "{lines:#?}");
        assert!(lines.iter().any(|line| line.ends_with("a name of words")), "{lines:#?}");
    }

    #[test]
    fn a_table_that_is_cut_has_the_gaps_of_a_whole_one() {
        let row = "| tall | words that take two lines |\n| low | short |\n";
        let text = format!("| a | b |\n|---|---|\n{}", row.repeat(6));
        let whole = lines(&text, usize::MAX);
        assert_eq!(whole.iter().filter(|line| line.is_empty()).count(), 11, "{whole:#?}");
        for longest in 90..140 {
            assert_eq!(lines(&text, longest), whole, "{longest}");
        }
    }
}
