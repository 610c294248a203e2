//! The details of an answer below it: reasoning, searches and tools, as one line or in full.

use std::ops::Range;

use ratatui::text::{Line, Span};

use crate::app::DetailsDisplay;
use crate::chat::calculation::calculations_summary;
use crate::chat::shown_details::details_markdown;
use crate::chat::{AnswerDetails, AnswerRecord, Answerer, Calculation, Message, Role};
use crate::markdown::{TextEnd, TextFormat};
use crate::settings::Theme;
use crate::view::message::MessageForm;

use crate::view::fit::fit_words;
use crate::view::hyperlinks::remove_link_style;
use crate::view::markdown::RenderedLines;
use crate::view::search_match::{self, SearchMatch};
use crate::view::width::width;
use crate::view::{clean, markdown};

const INDENT: &str = "  ";

/// What the details depend on besides the message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DetailsContext<'a> {
    pub(crate) details: DetailsDisplay,
    /// What is known of the answer.
    pub(crate) record: Option<&'a AnswerRecord>,
    /// What stands below the last message besides its own details.
    pub(crate) calculations: &'a [Calculation],
    /// The key to press, for the line below the answer.
    pub(crate) toggle_key: &'a str,
    /// How the answer is laid out: as Markdown, whole or cut, or as it was written.
    pub(crate) form: MessageForm,
    /// Empty rows between the answer and its details.
    pub(crate) gap: usize,
}

impl DetailsContext<'_> {
    /// Who answered, as far as that is known.
    pub(crate) fn answerer(&self) -> Answerer {
        self.record.map(AnswerRecord::answerer).unwrap_or_default()
    }
}

/// The expanded details, for finding text in them.
#[derive(Debug)]
pub(crate) struct ExpandedDetails {
    text: String,
    rows: RenderedLines,
    /// Lines above the first of them: the gap and the summary.
    above: usize,
}

impl ExpandedDetails {
    /// Finds text in the details below an answer of this many lines.
    #[must_use]
    pub(crate) fn find_matches(&self, needle: &str, answer: usize) -> Vec<SearchMatch> {
        let above = answer.saturating_add(self.above);
        let shifted = |(line, part): (usize, Range<usize>)| {
            let [from, to] = [part.start, part.end].map(|at| at.saturating_add(INDENT.len()));
            (line.saturating_add(above), from..to)
        };
        let found =
            search_match::find_matches((&self.text, TextFormat::Markdown), needle, &[&self.rows]);
        found.into_iter().map(|ranges| ranges.into_iter().map(shifted).collect()).collect()
    }
}

/// The lines of the details, and the expanded details for searching; empty without details.
#[must_use]
pub(crate) fn details_lines(
    message: &Message,
    known: DetailsContext<'_>,
    columns: usize,
    theme: &Theme,
) -> (Vec<Line<'static>>, Option<ExpandedDetails>) {
    let calculations = known.calculations;
    if message.role != Role::Assistant && calculations.is_empty() {
        return (Vec::new(), None);
    }
    let background = AnswerDetails::of(message).shortened();
    let mut summary = background.summary();
    summary.extend(calculations_summary(calculations));
    let summary = summary.join(", ");
    match known.details {
        DetailsDisplay::Collapsed if background.is_empty() && calculations.is_empty() => {
            (Vec::new(), None)
        }
        DetailsDisplay::Collapsed => {
            let header = header_line("▸", &summary, known.toggle_key, columns, theme);
            (below_gap(known.gap, header), None)
        }
        DetailsDisplay::Expanded => {
            let text = details_markdown(message, &known.answerer(), calculations);
            if text.is_empty() {
                return (Vec::new(), None);
            }
            // What there is has a heading of its own now.
            let header = header_line("▾", "details", known.toggle_key, columns, theme);
            let mut lines = below_gap(known.gap, header);
            let above = lines.len();
            let calm = Theme { text: theme.faint, ..theme.clone() };
            let available = columns.saturating_sub(width(INDENT));
            let rows = markdown::render(&text, TextEnd::Open, available, &calm);
            for mut line in rows.lines() {
                remove_link_style(&mut line);
                line.spans.insert(0, Span::raw(INDENT));
                lines.push(line);
            }
            (lines, Some(ExpandedDetails { text: clean::text(&text).into_owned(), rows, above }))
        }
    }
}

/// A line below empty ones.
fn below_gap(gap: usize, line: Line<'static>) -> Vec<Line<'static>> {
    std::iter::repeat_n(Line::default(), gap).chain([line]).collect()
}

fn header_line(
    sign: &str,
    summary: &str,
    key: &str,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let summary = clean::line(summary);
    let summary = if summary.is_empty() { "details".into() } else { summary };
    let available =
        columns.saturating_sub(width(sign)).saturating_sub(width(key)).saturating_sub(3);
    let mut spans = vec![
        Span::styled(format!("{sign} "), theme.marker),
        Span::styled(fit_words(&summary, available), theme.faint),
    ];
    if !key.is_empty() && available > 10 {
        spans.push(Span::styled(format!("  {key}"), theme.key));
    }
    Line::from(spans)
}
