//! Pipes in tables that belong to the text of a cell: in code, in formulas, after the last column.
//!
//! GitHub's rule (GFM 0.29, 2019-04-06, section 4.10) splits a row at every pipe and drops what
//! follows the last column. Models write `` `a | b` `` in cells all the same, and part of the row
//! would be lost.

use std::ops::Range;

/// Longer rows are not searched for code, because the search takes quadratic time.
const MAX_ROW_BYTES: usize = 4096;

/// Returns the positions of the pipes that do not separate cells, in order.
pub(super) fn pipes_in_cells(source: &str) -> Vec<usize> {
    let mut pipes = Vec::new();
    if !source.contains('|') {
        return pipes;
    }
    let mut lines = lines(source).peekable();
    let mut columns: Option<usize> = None;
    while let Some(line) = lines.next() {
        if line.text.is_empty() || begins_other_block(line.text) {
            columns = None;
        }
        if line.text.is_empty() {
            continue;
        }
        if let Some(columns) = columns {
            pipes.extend(TableRow::parse(line).pipes_in_row(columns));
        } else if let Some(next) = lines.peek().and_then(|next| count_columns(next.text))
            && let Some(in_head) = TableRow::parse(line.without_markers()).pipes_in_head(next)
        {
            pipes.extend(in_head);
            columns = Some(next);
            lines.next();
        }
    }
    pipes
}

/// A line without quote markers and surrounding spaces.
#[derive(Debug, Clone, Copy)]
struct TableLine<'a> {
    text: &'a str,
    /// The position of the text in the source.
    start: usize,
}

impl TableLine<'_> {
    fn without_start(self, bytes: usize) -> Self {
        let text = self.text.get(bytes..).unwrap_or_default();
        let trimmed = text.trim_start_matches([' ', '\t', '>']);
        let start = self.start.saturating_add(self.text.len().saturating_sub(trimmed.len()));
        TableLine { text: trimmed, start }
    }

    /// Removes the list markers at the start.
    fn without_markers(mut self) -> Self {
        while let Some(bytes) = list_marker_length(self.text) {
            self = self.without_start(bytes);
        }
        self
    }
}

fn lines(source: &str) -> impl Iterator<Item = TableLine<'_>> {
    let mut end = 0_usize;
    source.split_inclusive('\n').map(move |text| {
        let start = end;
        end = end.saturating_add(text.len());
        TableLine { text: text.trim_end(), start }.without_start(0)
    })
}

/// Returns the length of a list marker and the space after it.
fn list_marker_length(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let markers: &[u8] = if digits == 0 { b"-*+" } else { b".)" };
    let marker = *text.as_bytes().get(digits)?;
    let space = *text.as_bytes().get(digits.saturating_add(1))?;
    (digits < 10 && markers.contains(&marker) && space == b' ').then(|| digits.saturating_add(2))
}

/// Returns whether a line ends a table, because another block begins there (GFM 0.29, section 4.10).
fn begins_other_block(text: &str) -> bool {
    let is_heading = || {
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        (1..=6).contains(&level) && matches!(text.as_bytes().get(level), None | Some(b' ' | b'\t'))
    };
    let is_rule = || {
        let mut marks = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
        let mark = marks.next().filter(|mark| b"-*_".contains(mark));
        mark.is_some_and(|mark| marks.clone().all(|next| next == mark) && marks.count() >= 2)
    };
    let is_fence = || text.starts_with("```") || text.starts_with("~~~");
    is_fence() || is_heading() || is_rule() || list_marker_length(text).is_some()
}

/// Returns the number of columns in a delimiter row (`|---|:-:|`).
fn count_columns(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let is_column = |cell: &str| {
        let dashes = cell.trim().trim_start_matches(':').trim_end_matches(':');
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    (text.contains('|') && inner.split('|').all(is_column)).then(|| inner.split('|').count())
}

#[derive(Debug)]
struct TableRow<'a> {
    line: TableLine<'a>,
    /// The pipes that separate cells by GitHub's rule, without those at both ends.
    pipes: Vec<usize>,
    /// The ranges of code and formulas.
    spans: Vec<Range<usize>>,
}

impl<'a> TableRow<'a> {
    fn parse(line: TableLine<'a>) -> Self {
        let mut pipes = unescaped_pipes(line.text);
        if pipes.first() == Some(&0) {
            pipes.remove(0);
        }
        if pipes.last().is_some_and(|last| last.saturating_add(1) == line.text.len()) {
            pipes.pop();
        }
        let spans = if line.text.len() > MAX_ROW_BYTES {
            Vec::new()
        } else {
            code_and_formula_spans(line.text)
        };
        Self { line, pipes, spans }
    }

    /// Returns the pipes in the cells of a head; `None` where the line cannot have so many columns.
    fn pipes_in_head(&self, columns: usize) -> Option<Vec<usize>> {
        let cells = self.pipes.len().saturating_add(1);
        if cells == columns {
            return Some(Vec::new());
        }
        let inside = self.pipes_in_spans(|_| true);
        (cells.saturating_sub(inside.len()) == columns).then(|| self.source_positions(&inside))
    }

    fn pipes_in_row(&self, columns: usize) -> Vec<usize> {
        if self.pipes.len() < columns {
            // A lone backtick in each of two cells is not code.
            return self.source_positions(
                &self.pipes_in_spans(|content| content.trim().len() == content.len()),
            );
        }
        let inside = self.pipes_in_spans(|_| true);
        let separates = |pipe: &&usize| inside.binary_search(pipe).is_err();
        let surplus = self.pipes.iter().filter(separates).skip(columns.saturating_sub(1));
        let text = self.line.text.trim_end_matches(|c: char| c == '|' || c.is_whitespace());
        let mut pipes: Vec<usize> = surplus.filter(|pipe| **pipe < text.len()).copied().collect();
        pipes.extend(inside);
        pipes.sort_unstable();
        self.source_positions(&pipes)
    }

    /// Returns the pipes in those spans whose content meets a condition.
    fn pipes_in_spans(&self, condition: impl Fn(&str) -> bool) -> Vec<usize> {
        let is_selected = |span: &&Range<usize>| {
            let written = self.line.text.get((*span).clone()).unwrap_or_default();
            condition(written.trim_matches(['`', '$']))
        };
        let mut spans = self.spans.iter().filter(is_selected).peekable();
        let is_inside = |pipe: &usize| {
            while spans.next_if(|span| span.end <= *pipe).is_some() {}
            spans.peek().is_some_and(|span| span.contains(pipe))
        };
        self.pipes.iter().copied().filter(is_inside).collect()
    }

    fn source_positions(&self, pipes: &[usize]) -> Vec<usize> {
        pipes.iter().map(|pipe| self.line.start.saturating_add(*pipe)).collect()
    }
}

/// Returns the positions of the pipes that no backslash escapes.
fn unescaped_pipes(text: &str) -> Vec<usize> {
    let is_free = |at: &usize| !text.get(..*at).is_some_and(|before| before.ends_with('\\'));
    text.match_indices('|').map(|(at, _)| at).filter(is_free).collect()
}

/// Returns the ranges of code and formulas in a line.
fn code_and_formula_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0_usize;
    let [round, square] = ["\\)", "\\]"].map(|closing| text.rfind(closing).unwrap_or_default());
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['`', '$', '\\'])) {
        let start = at.saturating_add(found);
        let rest = text.get(start..).unwrap_or_default();
        let (length, span) = match rest.as_bytes() {
            [b'`', ..] => code_span(rest),
            [b'$', ..] => formula_span(rest),
            [b'\\', b'(', ..] if start < round => (2, bracket_span(rest, "\\)")),
            [b'\\', b'[', ..] if start < square => (2, bracket_span(rest, "\\]")),
            // A backslash escapes the next character.
            _ => (2, None),
        };
        at = start.saturating_add(span.unwrap_or(length));
        if span.is_some() {
            spans.push(start..at);
        }
        at = text.ceil_char_boundary(at);
    }
    spans
}

/// Returns the number of backticks at the start of a text, and the length of the code they open.
fn code_span(text: &str) -> (usize, Option<usize>) {
    let run = |text: &str| text.bytes().take_while(|byte| *byte == b'`').count();
    let opening = run(text);
    let mut at = opening;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('`')) {
        let start = at.saturating_add(found);
        let closing = run(text.get(start..).unwrap_or_default());
        at = start.saturating_add(closing);
        if closing == opening {
            return (opening, Some(at));
        }
    }
    (opening, None)
}

/// Returns the number of dollars at the start of a text, and the length of the formula they open;
/// `None` where they mean money.
fn formula_span(text: &str) -> (usize, Option<usize>) {
    let delimiter = if text.starts_with("$$") { "$$" } else { "$" };
    let length = || {
        let inner = text.get(delimiter.len()..).filter(|inner| !inner.starts_with([' ', '\t']))?;
        let (formula, rest) = inner.split_once(delimiter).filter(|(tex, _)| !tex.is_empty())?;
        let is_money = rest.starts_with(|c: char| c.is_ascii_digit());
        let closes = !formula.ends_with([' ', '\t', '\\']) && !is_money;
        closes.then(|| formula.len().saturating_add(delimiter.len().saturating_mul(2)))
    };
    (delimiter.len(), length())
}

/// Returns the length of a text up to its closing bracket.
fn bracket_span(text: &str, closing: &str) -> Option<usize> {
    Some(text.find(closing)?.saturating_add(closing.len()))
}

#[cfg(test)]
mod tests {
    use super::super::{Event, TagEnd, TextContext, read_events};

    /// The visible cells of each row.
    fn rows(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        read_events(text, TextContext::default(), |event, _, pieces| match event {
            Event::Text(shown) => {
                cell.push_str(&shown);
                for piece in pieces.iter().filter(|piece| piece.verbatim) {
                    assert_eq!(text[piece.source.clone()], shown[piece.shown.clone()]);
                }
            }
            Event::Code(code) => cell.push_str(&format!("`{code}`")),
            Event::InlineMath(tex) => cell.push_str(&format!("${tex}$")),
            Event::End(TagEnd::TableCell) => row.push(std::mem::take(&mut cell)),
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => rows.push(std::mem::take(&mut row)),
            _ => {}
        });
        rows
    }

    const TYPES: &str = "| Type | Meaning |\n|------|---------|\n| `string | undefined` | maybe text |\n| `a || b` | logical or |\n| `x \\| y` | bitwise |\n";

    #[test]
    fn a_pipe_in_code_or_a_formula_separates_no_cells() {
        assert_eq!(
            rows(TYPES),
            [
                ["Type", "Meaning"],
                ["`string | undefined`", "maybe text"],
                ["`a || b`", "logical or"],
                ["`x | y`", "bitwise"],
            ]
        );
        for (row, cells) in [
            ("| `du -k | sort -nr | head` | by size |", ["`du -k | sort -nr | head`", "by size"]),
            ("``a`|`b`` | c", ["`a`|`b`", "c"]),
            ("| $P(A|B)$ | \\(|x|\\) |", ["$P(A|B)$", "$|x|$"]),
            ("| $5 | $10 |", ["$5", "$10"]),
            ("| `a|b` |", ["`a|b`", ""]),
        ] {
            assert_eq!(rows(&format!("| a | b |\n|---|---|\n{row}\n"))[1], cells, "{row}");
        }
    }

    #[test]
    fn tables_in_quotes_and_lists_and_with_code_in_the_head_are_read() {
        assert_eq!(rows("| `a|b` | c |\n|---|---|\n| 1 | 2 |"), [["`a|b`", "c"], ["1", "2"]]);
        let quoted = "> - | `a|b` | c |\n>   |---|---|\n>   | `1|2` | 3 |\n";
        assert_eq!(rows(quoted), [["`a|b`", "c"], ["`1|2`", "3"]]);
        assert!(rows("a `|` b\n\n| c\n").is_empty());
    }

    #[test]
    fn no_cell_is_dropped() {
        for (row, cells) in [
            ("| 1 | 2 | 3 | 4 |", ["1", "2 | 3 | 4"]),
            ("1 | *2* | 3", ["1", "2 | 3"]),
            ("| 1 | 2 | | 4 | |", ["1", "2 | | 4"]),
            ("| 1 | 2 | | |", ["1", "2"]),
            ("| 1 |", ["1", ""]),
        ] {
            assert_eq!(rows(&format!("| a | b |\n|---|---|\n{row}\n"))[1], cells, "{row}");
        }
        let long = format!("| a | b |\n|---|---|\n| {} | 2 | 3 |\n", "x".repeat(5_000));
        assert_eq!(rows(&long)[1][1], "2 | 3");
    }

    #[test]
    fn a_valid_row_is_unchanged() {
        for (row, cells) in [
            ("| ` (backtick) | use ` here |", ["` (backtick)", "use ` here"]),
            ("| \\` | ` |", ["`", "`"]),
            ("| a \\| b | c |", ["a | b", "c"]),
        ] {
            assert_eq!(rows(&format!("| a | b |\n|---|---|\n{row}\n"))[1], cells, "{row}");
        }
    }

    #[test]
    fn a_table_ends_where_another_block_begins() {
        let table = "| a | b |\n|---|---|\n| 1 | 2 |\n";
        for block in ["* * *", "# Head | line", "- item | x", "1. item | x", "```"] {
            let text = format!("{table}{block}\nword | a | b |\n|---|---|\n");
            assert_eq!(super::pipes_in_cells(&text), Vec::<usize>::new(), "{block}");
        }
    }

    #[test]
    fn pipes_outside_of_tables_are_unchanged() {
        let text = "```\n| a |\n|---|\n| `b|c` | d |\n```\n";
        assert_eq!(super::super::code_blocks(text), ["| a |\n|---|\n| `b|c` | d |"]);
        let mut html = String::new();
        read_events("| a |\n|---|\n<div>\nx | y | z\n", TextContext::default(), |event, _, _| {
            if let Event::Html(text) = event {
                html.push_str(&text);
            }
        });
        assert_eq!(html, "<div>\nx | y | z\n");
    }
}
