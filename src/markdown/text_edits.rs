//! Applies edits to a text and maps ranges of the result back to the source.

use std::ops::Range;

/// One edit: a range of the source and the range that replaces it in the result.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EditedRange {
    source: Range<usize>,
    changed: Range<usize>,
}

/// The edits of a text, in order of position.
#[derive(Debug, Default)]
pub(super) struct TextEdits(Vec<EditedRange>);

impl TextEdits {
    /// Replaces ranges of a text, which are given in order.
    pub(super) fn apply(
        text: &str,
        replacements: impl IntoIterator<Item = (Range<usize>, impl AsRef<str>)>,
    ) -> (String, Self) {
        let mut out = String::with_capacity(text.len());
        let mut edits = Vec::new();
        let mut done = 0_usize;
        for (range, replacement) in replacements {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            let start = out.len();
            out.push_str(replacement.as_ref());
            edits.push(EditedRange { source: range.clone(), changed: start..out.len() });
            done = range.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        (out, Self(edits))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the source range of a range of the result.
    pub(super) fn source_range(&self, changed: Range<usize>) -> Range<usize> {
        let start = match self.last_edit(|edit| edit.changed.start <= changed.start) {
            Some(edit) if changed.start < edit.changed.end => edit.source.start,
            edit => map_after(edit, changed.start),
        };
        let end = map_after(self.last_edit(|edit| edit.changed.start < changed.end), changed.end);
        start..end.max(start)
    }

    fn last_edit(&self, is_before: impl Fn(&EditedRange) -> bool) -> Option<&EditedRange> {
        self.0.get(self.0.partition_point(is_before).checked_sub(1)?)
    }

    /// Splits a range of the result at the edits; each part comes with its source range, which is
    /// empty for insertions.
    pub(super) fn split_range(
        &self,
        changed: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let first = self.0.partition_point(|edit| edit.changed.end <= changed.start);
        let within = self.0.iter().skip(first);
        let within = within.take_while(move |edit| edit.changed.start < changed.end);
        let cuts = within.flat_map(|edit| [edit.changed.start, edit.changed.end]);
        let (from, to) = (changed.start, changed.end);
        let mut start = from;
        let ends = cuts.map(move |cut| cut.clamp(from, to)).chain([to]);
        let ranges = ends.map(move |end| std::mem::replace(&mut start, end)..end);
        ranges.filter(|it| !it.is_empty()).map(|range| (range.clone(), self.source_range(range)))
    }
}

/// Maps a position after an edit to the source; one inside the edit maps to the edit's end.
fn map_after(edit: Option<&EditedRange>, at: usize) -> usize {
    edit.map_or(at, |edit| edit.source.end.saturating_add(at.saturating_sub(edit.changed.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_the_result_map_to_their_source() {
        let text = "ab「c」xyz!";
        let change = |range, by: &str| (range, by.to_owned());
        let changes = [
            change(0..0, "++"),
            change(2..2, "--"),
            change(2..2, "*"),
            change(6..6, "!"),
            change(9..11, ""),
            change(11..12, "zed"),
        ];
        let (after, edits) = TextEdits::apply(text, changes);
        assert_eq!(after, "++ab--*「c!」zed!");
        assert_eq!(edits.source_range(0..after.len()), 0..text.len());
        let read: Vec<(&str, &str)> = edits
            .split_range(0..after.len())
            .map(|(changed, source)| (&after[changed], &text[source]))
            .collect();
        let expected = [
            ("++", ""),
            ("ab", "ab"),
            ("--", ""),
            ("*", ""),
            ("「c", "「c"),
            ("!", ""),
            ("」", "」"),
            ("zed", "z"),
            ("!", "!"),
        ];
        assert_eq!(read, expected);
        let part =
            |range| edits.split_range(range).map(|(part, _)| &after[part]).collect::<Vec<_>>();
        assert_eq!(part(3..5), ["b", "-"]);
        assert_eq!(edits.source_range(12..15), 6..9, "without the deletion after it");
        assert_eq!(edits.source_range(16..17), 11..12, "the whole source of a replacement");
        assert_eq!(TextEdits::default().source_range(1..4), 1..4);
        assert_eq!(TextEdits::default().split_range(1..4).next(), Some((1..4, 1..4)));
    }
}
