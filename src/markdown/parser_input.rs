//! What the parser reads in place of a text, where the dialect means more than the parser knows.
//! Must not lose where a byte stands in the text.

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

/// The input of the parser for a text.
#[derive(Debug)]
pub(super) struct ParserInput<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    /// What was changed in the text.
    edits: TextEdits,
    /// What stands for something else in it.
    pub(super) placeholders: Placeholders,
}

impl<'a> ParserInput<'a> {
    pub(super) fn new(source: &'a str, end: TextEnd) -> Self {
        let mut stand_ins = Placeholders::default();
        let masked = mask_signs(source, &mut stand_ins);
        let mut changes = find_replacements(&masked, &mut stand_ins);
        let input = Self::with_changes(masked.clone(), &changes, stand_ins);
        if end == TextEnd::Open || !source.contains(['*', '~']) {
            return input;
        }
        changes.extend(closing_edits(source, &input.text, &input.edits));
        changes.sort_by_key(|(range, _)| (range.start, range.end));
        Self::with_changes(masked, &changes, stand_ins)
    }

    fn with_changes(
        masked: Cow<'a, str>,
        changes: &[(Range<usize>, String)],
        stand_ins: Placeholders,
    ) -> Self {
        if changes.is_empty() {
            return Self { text: masked, edits: TextEdits::default(), placeholders: stand_ins };
        }
        let (text, edits) = TextEdits::apply(&masked, changes);
        Self { text: Cow::Owned(text), edits, placeholders: stand_ins }
    }

    /// Returns the bytes of the text that a range of the parser's input has.
    pub(super) fn source_range(&self, parsed: Range<usize>) -> Range<usize> {
        self.edits.source_range(parsed)
    }

    /// Returns the stretches of a text that the parser hands over, each with the bytes it stands for;
    /// `None` where it hands over another text than it read, for an entity.
    pub(super) fn split_text(
        &self,
        shown: &str,
        parsed: Range<usize>,
    ) -> Option<impl Iterator<Item = (&str, Range<usize>)>> {
        let as_read = self.text.get(parsed.clone()) == Some(shown);
        let text = |range| self.text.get(range).unwrap_or_default();
        let stretches = || self.edits.split_range(parsed);
        as_read.then(|| stretches().map(move |(read, source)| (text(read), source)))
    }
}

/// The text with pipes and brackets that the parser would take for something else, each behind a
/// mask of the same length.
fn mask_signs<'a>(source: &'a str, stand_ins: &mut Placeholders) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(source);
    let pipes = pipes_in_cells(source);
    if !pipes.is_empty()
        && let Some(sign) = stand_ins.choose_pipe(source)
    {
        let pipes = pipes.into_iter().map(|at| at..at.saturating_add(1));
        text = Cow::Owned(replace_ranges(&text, pipes, sign.encode_utf8(&mut [0; 4])));
    }
    let brackets = formula_brackets(&text);
    if !brackets.is_empty() {
        text = Cow::Owned(replace_ranges(&text, brackets.into_iter().flatten(), "$$"));
    }
    text
}

/// What else is read in place of parts of the text, in their order.
fn find_replacements(text: &str, stand_ins: &mut Placeholders) -> Vec<(Range<usize>, String)> {
    let mut changes = mark_replacements(text);
    let runs = runs_beside_cjk(text);
    if !runs.is_empty()
        && let Some(added) = stand_ins.choose_padding(text)
    {
        let runs = runs.iter().filter(|run| !is_in(run, &changes));
        let letters: Vec<_> = runs.flat_map(|run| letters_around(run, added)).collect();
        changes.extend(letters);
        changes.sort_by_key(|(range, _)| (range.start, range.end));
    }
    changes
}

/// A text with something of the same length in place of each of some ranges, in their order.
fn replace_ranges(text: &str, ranges: impl Iterator<Item = Range<usize>>, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0_usize;
    for range in ranges {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(by);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Whether a run lies in what is changed as a whole.
fn is_in(run: &Range<usize>, changes: &[(Range<usize>, String)]) -> bool {
    let next = changes.partition_point(|(range, _)| range.end <= run.start);
    changes.get(next).is_some_and(|(range, _)| range.start < run.end)
}

/// A letter on both sides of a run of emphasis, so that it opens and closes. What stands beside the
/// letter sees punctuation as before.
fn letters_around(
    run: &Range<usize>,
    [letter, punctuation]: [char; 2],
) -> [(Range<usize>, String); 2] {
    [
        (run.start..run.start, String::from_iter([punctuation, letter])),
        (run.end..run.end, String::from_iter([letter, punctuation])),
    ]
}
