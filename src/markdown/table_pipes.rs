//! Pipes in tables that belong to the text of a cell: in code, in formulas, behind the last column.
//! Must not change a row that is valid as it stands.
//!
//! GitHub's rule splits a row at every pipe and drops what is behind the last column. Models write
//! `` `a | b` `` in cells all the same, and what they wrote would be gone.

use std::ops::Range;

/// In a row longer than this, no code is looked for: looking could take long.
const MAX_ROW_BYTES: usize = 4096;

/// Returns the places of the pipes that divide no cells, in their order.
pub(super) fn pipes_in_cells(source: &str) -> Vec<usize> {
    let mut found = Vec::new();
    if !source.contains('|') {
        return found;
    }
    let mut lines = lines(source).peekable();
    let mut columns: Option<usize> = None;
    while let Some(line) = lines.next() {
        if line.text.is_empty() {
            columns = None;
        } else if let Some(columns) = columns {
            found.extend(TableRow::parse(line).pipes_in_row(columns));
        } else if let Some(next) = lines.peek().and_then(|next| count_columns(next.text))
            && let Some(pipes) = TableRow::parse(line.without_markers()).pipes_in_head(next)
        {
            found.extend(pipes);
            columns = Some(next);
            lines.next();
        }
    }
    found
}

/// A line without the quotations and spaces around it.
#[derive(Debug, Clone, Copy)]
struct TableLine<'a> {
    text: &'a str,
    /// Where the text begins in the source.
    start: usize,
}

impl TableLine<'_> {
    fn without_start(self, bytes: usize) -> Self {
        let text = self.text.get(bytes..).unwrap_or_default();
        let trimmed = text.trim_start_matches([' ', '\t', '>']);
        let start = self.start.saturating_add(self.text.len().saturating_sub(trimmed.len()));
        TableLine { text: trimmed, start }
    }

    /// The line without the markers of list items that begin with it.
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

/// The bytes of a list marker and the space behind it.
fn list_marker_length(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let signs: &[u8] = if digits == 0 { b"-*+" } else { b".)" };
    let sign = *text.as_bytes().get(digits)?;
    let space = *text.as_bytes().get(digits.saturating_add(1))?;
    (digits < 10 && signs.contains(&sign) && space == b' ').then(|| digits.saturating_add(2))
}

/// The number of columns that the line below a table's head gives it.
fn count_columns(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let is_column = |cell: &str| {
        let dashes = cell.trim().trim_start_matches(':').trim_end_matches(':');
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    (text.contains('|') && inner.split('|').all(is_column)).then(|| inner.split('|').count())
}

/// A row of a table.
#[derive(Debug)]
struct TableRow<'a> {
    line: TableLine<'a>,
    /// The pipes that divide cells by GitHub's rule, but for those at both ends.
    pipes: Vec<usize>,
    /// Code and formulas.
    spans: Vec<Range<usize>>,
}

impl<'a> TableRow<'a> {
    fn parse(line: TableLine<'a>) -> Self {
        let mut pipes = unescaped_positions(line.text, '|');
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

    /// The pipes in the cells of a head; `None` where the line is none for so many columns.
    fn pipes_in_head(&self, columns: usize) -> Option<Vec<usize>> {
        let pipes = self.pipes.len().saturating_add(1);
        if pipes == columns {
            return Some(Vec::new());
        }
        let inside = self.pipes_in_spans(|_| true);
        let cells = pipes.saturating_sub(inside.len());
        (cells == columns).then(|| self.source_positions(&inside))
    }

    fn pipes_in_row(&self, columns: usize) -> Vec<usize> {
        if self.pipes.len() < columns {
            // Backticks that stand alone in two cells are no code.
            return self.source_positions(
                &self.pipes_in_spans(|content| content.trim().len() == content.len()),
            );
        }
        let inside = self.pipes_in_spans(|_| true);
        let divides = |pipe: &&usize| inside.binary_search(pipe).is_err();
        let surplus = self.pipes.iter().filter(divides).skip(columns.saturating_sub(1));
        let text = self.line.text.trim_end_matches(|c: char| c == '|' || c.is_whitespace());
        let has_text_behind = |pipe: &&usize| **pipe < text.len();
        let mut pipes: Vec<usize> = surplus.filter(has_text_behind).copied().collect();
        pipes.extend(inside);
        pipes.sort_unstable();
        self.source_positions(&pipes)
    }

    /// The pipes within those spans whose content is as wanted.
    fn pipes_in_spans(&self, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        let content = |span: &&Range<usize>| {
            let written = self.line.text.get((*span).clone()).unwrap_or_default();
            wanted(written.trim_matches(['`', '$']))
        };
        let mut spans = self.spans.iter().filter(content).peekable();
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

/// The places of a sign that no backslash stands before.
fn unescaped_positions(text: &str, sign: char) -> Vec<usize> {
    let is_free = |at: &usize| !text.get(..*at).is_some_and(|before| before.ends_with('\\'));
    text.match_indices(sign).map(|(at, _)| at).filter(is_free).collect()
}

/// Code and formulas in a line, which end with the sign they begin with.
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
            // Whatever a backslash stands before is only itself.
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

/// The backticks that a text begins with, and the length of the code they open.
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

/// The dollars that a text begins with, and the length of the formula they open; none where they
/// are money.
fn formula_span(text: &str) -> (usize, Option<usize>) {
    let sign = if text.starts_with("$$") { "$$" } else { "$" };
    let Some(inner) = text.get(sign.len()..).filter(|inner| !inner.starts_with([' ', '\t'])) else {
        return (sign.len(), None);
    };
    let Some(end) = inner.find(sign).filter(|end| *end > 0) else {
        return (sign.len(), None);
    };
    let (formula, behind) = inner.split_at_checked(end).unwrap_or_default();
    let behind = behind.get(sign.len()..).unwrap_or_default();
    let is_money = behind.starts_with(|c: char| c.is_ascii_digit());
    let closes = !formula.ends_with([' ', '\t', '\\']) && !is_money;
    let length = end.saturating_add(sign.len().saturating_mul(2));
    (sign.len(), closes.then_some(length))
}

/// The length of what a text opens with a bracket of two signs, up to the other one.
fn bracket_span(text: &str, closing: &str) -> Option<usize> {
    Some(text.find(closing)?.saturating_add(closing.len()))
}

#[cfg(test)]
mod tests {
    use super::super::{Event, TagEnd, TextContext, read_events};

    /// The cells of each row, as they are shown.
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
    fn a_pipe_in_code_or_a_formula_divides_no_cell() {
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
    fn a_table_is_one_wherever_it_stands_and_whatever_its_head_holds() {
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
    fn a_valid_row_stays_as_it_is() {
        for (row, cells) in [
            ("| ` (backtick) | use ` here |", ["` (backtick)", "use ` here"]),
            ("| \\` | ` |", ["`", "`"]),
            ("| a \\| b | c |", ["a | b", "c"]),
        ] {
            assert_eq!(rows(&format!("| a | b |\n|---|---|\n{row}\n"))[1], cells, "{row}");
        }
    }

    #[test]
    fn pipes_outside_of_tables_are_what_they_are() {
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
