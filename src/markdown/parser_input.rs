//! What the parser reads in place of a text, where the dialect means more than the parser knows.
//! Must not lose where a byte stands in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::cjk_emphasis::runs_beside_cjk;
use super::edits::Edits;
use super::formula::formula_brackets;
use super::stand_ins::StandIns;
use super::table_pipes::pipes_in_cells;

/// The input of the parser for a text.
#[derive(Debug)]
pub(super) struct ParserInput<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    /// What was added to the text.
    edits: Edits,
    /// What stands for something else in it.
    pub(super) stand_ins: StandIns,
}

impl<'a> ParserInput<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut stand_ins = StandIns::default();
        let mut text = Cow::Borrowed(source);
        let pipes = pipes_in_cells(source);
        if !pipes.is_empty()
            && let Some(sign) = stand_ins.choose_pipe(source)
        {
            let pipes = pipes.into_iter().map(|at| at..at.saturating_add(1));
            text = Cow::Owned(replaced(&text, pipes, sign.encode_utf8(&mut [0; 4])));
        }
        let brackets = formula_brackets(&text);
        if !brackets.is_empty() {
            text = Cow::Owned(replaced(&text, brackets.into_iter().flatten(), "$$"));
        }
        let mut edits = Edits::default();
        let runs = runs_beside_cjk(&text);
        if !runs.is_empty()
            && let Some([letter, punctuation]) = stand_ins.choose_added(source)
        {
            let (changed, made) = with_letters_around(&text, &runs, [letter, punctuation]);
            text = Cow::Owned(changed);
            edits = made;
        }
        Self { text, edits, stand_ins }
    }

    /// Returns the bytes of the text that a range of the parser's input has.
    pub(super) fn source(&self, parsed: Range<usize>) -> Range<usize> {
        self.edits.source(parsed)
    }

    /// Returns the stretches of the text that the parser read in a range; `None` where it hands over
    /// another text than it read, for an entity.
    pub(super) fn stretches(
        &self,
        shown: &str,
        parsed: Range<usize>,
    ) -> Option<impl Iterator<Item = Range<usize>>> {
        let as_read = self.text.get(parsed.clone()) == Some(shown);
        as_read.then(|| self.edits.unchanged(parsed))
    }
}

/// A text with something of the same length in place of each of some ranges, in their order.
fn replaced(text: &str, ranges: impl Iterator<Item = Range<usize>>, by: &str) -> String {
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

/// A text in which runs of emphasis have a letter on both sides, so that they open and close. What
/// stands beside them there sees punctuation as before.
fn with_letters_around(
    text: &str,
    runs: &[Range<usize>],
    [letter, punctuation]: [char; 2],
) -> (String, Edits) {
    let before = String::from_iter([punctuation, letter]);
    let behind = String::from_iter([letter, punctuation]);
    let around = |run: &Range<usize>| [(run.start, before.as_str()), (run.end, behind.as_str())];
    Edits::insert(text, runs.iter().flat_map(around))
}
