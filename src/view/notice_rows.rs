//! The rows of a notice. A text that needs more than there are loses the end of what happened, never
//! the advice in its last sentence.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::fit::{fit, fit_words};
use super::message::remark_lines;
use super::width::width;

/// A notice in rows of `columns` columns, `rows` of them at most.
pub(super) fn notice_rows(
    text: &str,
    columns: usize,
    rows: u16,
    style: Style,
) -> Vec<Line<'static>> {
    if text.is_empty() {
        return Vec::new();
    }
    if width(text) <= columns {
        return vec![Line::from(Span::styled(text.to_owned(), style))];
    }
    let rows = usize::from(rows).max(1);
    let lines = remark_lines(text, style, columns);
    if lines.len() <= rows {
        return lines;
    }
    let (start, advice) = split_advice(text);
    let room = columns.saturating_mul(rows).saturating_sub(width(advice)).saturating_sub(1);
    let shortened = (MIN_START..=room).rev().find_map(|room| {
        let lines = remark_lines(&format!("{} {advice}", shorten(start, room)), style, columns);
        (lines.len() <= rows).then_some(lines)
    });
    shortened.unwrap_or_else(|| cut_at_end(text, lines, columns, rows, style))
}

/// A text cut between words, or within its first one where that is a long path.
fn shorten(text: &str, columns: usize) -> String {
    let words = fit_words(text, columns);
    if words.is_empty() { fit(text, columns) } else { words }
}

/// Below this many columns, what is left of the start says nothing.
const MIN_START: usize = 12;

/// The text before its last sentence, and that sentence.
fn split_advice(text: &str) -> (&str, &str) {
    let ends = text.match_indices(". ").map(|(at, _)| at.saturating_add(2));
    let begins_sentence = |at: &usize| {
        let next = text.get(*at..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| !c.is_lowercase())
    };
    let start = ends.filter(begins_sentence).last().unwrap_or(0);
    let (start, advice) = text.split_at_checked(start).unwrap_or((text, ""));
    (start.trim_end(), advice)
}

/// A text without a short last sentence: what does not fit ends with an ellipsis.
fn cut_at_end(
    text: &str,
    mut lines: Vec<Line<'static>>,
    columns: usize,
    rows: usize,
    style: Style,
) -> Vec<Line<'static>> {
    lines.truncate(rows.saturating_sub(1));
    let rest = lines.iter().fold(text, |rest, line| {
        rest.trim_start().get(line.to_string().trim_end().len()..).unwrap_or_default()
    });
    let rest = rest.trim_start();
    lines.push(Line::styled(shorten(rest, columns), style));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, columns: usize, rows: u16) -> Vec<String> {
        let lines = notice_rows(text, columns, rows, Style::default());
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn a_short_notice_is_unchanged_and_a_longer_one_takes_two_rows() {
        assert_eq!(rows("", 20, 2), Vec::<String>::new());
        assert_eq!(rows("Copied the answer.", 20, 2), ["Copied the answer."]);
        assert_eq!(rows("One two three four. Five.", 20, 2), ["One two three four.", "Five."]);
    }

    #[test]
    fn the_advice_stays_whole_where_the_rest_does_not_fit() {
        let text = "/home/ann/.local/state/duologue/journal could not be written: Permission denied. \
                    Nothing was changed. Check the permissions.";
        assert_eq!(
            rows(text, 50, 2),
            [
                "/home/ann/.local/state/duologue/journal could not",
                "be written: Permission… Check the permissions."
            ]
        );
        assert_eq!(rows(text, 50, 1), ["/home/ann/.local/state/duo… Check the permissions."]);
    }

    #[test]
    fn a_text_of_one_long_sentence_ends_with_an_ellipsis() {
        assert_eq!(rows("one two three four five six seven", 10, 2), ["one two", "three…"]);
    }
}
