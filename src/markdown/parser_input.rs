//! Rewrites a text for the parser where the dialect differs from it, and maps ranges back.

use std::borrow::Cow;
use std::ops::Range;

use super::citation_marks::mark_replacements;
use super::cjk_emphasis::runs_beside_cjk;
use super::cut_emphasis::closing_edits;
use super::formula::formula_brackets;
use super::table_pipes::pipes_in_cells;
use crate::markdown::placeholders::Placeholders;
use crate::markdown::text_context::TextEnd;
use crate::markdown::text_edits::TextEdits;

/// The parser's input for a text.
#[derive(Debug)]
pub(super) struct ParserInput<'a> {
    pub(super) text: Cow<'a, str>,
    edits: TextEdits,
    pub(super) placeholders: Placeholders,
}

impl<'a> ParserInput<'a> {
    pub(super) fn new(source: &'a str, end: TextEnd) -> Self {
        let mut placeholders = Placeholders::default();
        let masked = mask_delimiters(source, &mut placeholders);
        let mut changes = find_replacements(&masked, &mut placeholders);
        let input = Self::with_changes(masked.clone(), &changes, placeholders);
        if end == TextEnd::Open || !source.contains(['*', '~']) {
            return input;
        }
        changes.extend(closing_edits(source, &input.text, &input.edits));
        changes.sort_by_key(|(range, _)| (range.start, range.end));
        Self::with_changes(masked, &changes, placeholders)
    }

    fn with_changes(
        masked: Cow<'a, str>,
        changes: &[(Range<usize>, String)],
        placeholders: Placeholders,
    ) -> Self {
        if changes.is_empty() {
            return Self { text: masked, edits: TextEdits::default(), placeholders };
        }
        let changes = changes.iter().map(|(range, by)| (range.clone(), by));
        let (text, edits) = TextEdits::apply(&masked, changes);
        Self { text: Cow::Owned(text), edits, placeholders }
    }

    /// Whether it differs from the source.
    pub(super) const fn is_edited(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }

    /// Maps bytes of the parser's input to the bytes of the source that they came from.
    pub(super) fn source_range(&self, parsed: Range<usize>) -> Range<usize> {
        self.edits.source_range(parsed)
    }

    /// Returns the source range of a text event in a text without edits; `None` for an entity, whose text
    /// differs from the input.
    pub(super) fn unedited(&self, shown: &str, parsed: &Range<usize>) -> Option<Range<usize>> {
        let is_literal = self.edits.is_empty() && self.text.get(parsed.clone()) == Some(shown);
        is_literal.then(|| parsed.clone())
    }

    /// Splits a text event at the edits; each segment comes with its source range. Returns `None` for
    /// an entity, whose text differs from the input.
    pub(super) fn split_text(
        &self,
        shown: &str,
        parsed: Range<usize>,
    ) -> Option<impl Iterator<Item = (&str, Range<usize>)>> {
        let is_literal = self.text.get(parsed.clone()) == Some(shown);
        let text = |range| self.text.get(range).unwrap_or_default();
        let segments = || self.edits.split_range(parsed);
        is_literal.then(|| segments().map(move |(parsed, source)| (text(parsed), source)))
    }
}

/// Replaces pipes and brackets that the parser would misread, each by a placeholder of the same
/// length.
fn mask_delimiters<'a>(source: &'a str, placeholders: &mut Placeholders) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(source);
    let pipes = pipes_in_cells(source);
    if !pipes.is_empty()
        && let Some(placeholder) = placeholders.choose_pipe(source)
    {
        let pipes = pipes.into_iter().map(|at| (at..at.saturating_add(1), placeholder.to_string()));
        text = Cow::Owned(TextEdits::apply(&text, pipes).0);
    }
    let brackets = formula_brackets(&text);
    if !brackets.is_empty() {
        let dollars = brackets.into_iter().flatten().map(|bracket| (bracket, "$$"));
        text = Cow::Owned(TextEdits::apply(&text, dollars).0);
    }
    text
}

/// Returns the replacements of citation marks and the padding of emphasis beside CJK text, in order.
fn find_replacements(text: &str, placeholders: &mut Placeholders) -> Vec<(Range<usize>, String)> {
    let mut changes = mark_replacements(text);
    let runs = runs_beside_cjk(text);
    if !runs.is_empty()
        && let Some(padding) = placeholders.choose_padding(text)
    {
        let runs = runs.iter().filter(|run| !is_in(run, &changes));
        let insertions: Vec<_> = runs.flat_map(|run| padding_around(run, padding)).collect();
        changes.extend(insertions);
        changes.sort_by_key(|(range, _)| (range.start, range.end));
    }
    changes
}

/// Returns whether a run lies in a range that is replaced as a whole.
fn is_in(run: &Range<usize>, changes: &[(Range<usize>, String)]) -> bool {
    let next = changes.partition_point(|(range, _)| range.end <= run.start);
    changes.get(next).is_some_and(|(range, _)| range.start < run.end)
}

/// Returns a letter for both sides of a run of emphasis, so that it opens and closes, with
/// punctuation outside of the letter, so that the neighbours' meaning does not change.
fn padding_around(
    run: &Range<usize>,
    [letter, punctuation]: [char; 2],
) -> [(Range<usize>, String); 2] {
    [
        (run.start..run.start, String::from_iter([punctuation, letter])),
        (run.end..run.end, String::from_iter([letter, punctuation])),
    ]
}
