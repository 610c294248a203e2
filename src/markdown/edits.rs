//! Where the bytes of a changed text were before it was changed.
//! Must not be asked for places that the changed text does not have.

use std::ops::Range;

/// One change: bytes of the text, and what stands there in the changed one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    source: Range<usize>,
    changed: Range<usize>,
}

/// Changes to a text, in the order of their places.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<Edit>);

impl Edits {
    /// Adds texts at places of a text, in their order.
    pub(super) fn insert<'a>(
        text: &str,
        insertions: impl IntoIterator<Item = (usize, &'a str)>,
    ) -> (String, Self) {
        let mut out = String::with_capacity(text.len().saturating_mul(2));
        let mut edits = Vec::new();
        let mut done = 0_usize;
        for (at, inserted) in insertions {
            out.push_str(text.get(done..at).unwrap_or_default());
            let start = out.len();
            out.push_str(inserted);
            edits.push(Edit { source: at..at, changed: start..out.len() });
            done = at;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        (out, Self(edits))
    }

    /// Returns the bytes of the text that a range of the changed text has.
    pub(super) fn source(&self, changed: Range<usize>) -> Range<usize> {
        let start = self.before(|edit| edit.changed.start <= changed.start, changed.start);
        let end = self.before(|edit| edit.changed.start < changed.end, changed.end);
        start..end.max(start)
    }

    /// A place behind all edits that begin before it; within what was inserted, where that was.
    fn before(&self, begins_before: impl Fn(&Edit) -> bool, at: usize) -> usize {
        let last = self.0.partition_point(begins_before).checked_sub(1);
        last.and_then(|last| self.0.get(last))
            .map_or(at, |edit| edit.source.end.saturating_add(at.saturating_sub(edit.changed.end)))
    }

    /// Returns the stretches of the text that a range of the changed text has unchanged.
    pub(super) fn unchanged(&self, changed: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let first = self.0.partition_point(|edit| edit.changed.end <= changed.start);
        let within = self.0.iter().skip(first);
        let within = within.take_while(move |edit| edit.changed.start < changed.end);
        let ends = within.clone().map(|edit| edit.changed.start).chain([changed.end]);
        let starts = [changed.start].into_iter().chain(within.map(|edit| edit.changed.end));
        let stretches = starts.zip(ends).filter(|(start, end)| start < end);
        stretches.map(|(start, end)| self.source(start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_where_it_was() {
        let text = "ab「c」";
        let (changed, edits) = Edits::insert(text, [(0, "++"), (2, "--"), (2, "*"), (6, "!")]);
        assert_eq!(changed, "++ab--*「c!」");
        let whole = edits.source(0..changed.len());
        assert_eq!(whole, 0..text.len());
        for (at, c) in text.char_indices() {
            let there = changed.find(c).unwrap();
            assert_eq!(edits.source(there..there + c.len_utf8()), at..at + c.len_utf8(), "{c}");
        }
        let stretches: Vec<&str> = edits.unchanged(0..changed.len()).map(|it| &text[it]).collect();
        assert_eq!(stretches, ["ab", "「c", "」"]);
        assert_eq!(edits.unchanged(3..7).map(|it| &text[it]).collect::<Vec<_>>(), ["b"]);
        assert_eq!(Edits::default().source(1..4), 1..4);
        assert_eq!(Edits::default().unchanged(1..4).next(), Some(1..4));
    }
}
