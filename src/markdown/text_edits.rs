//! Where the bytes of a changed text were before it was changed.
//! Must not be asked for places that the changed text does not have.

use std::ops::Range;

/// One change: bytes of the text, and what stands there in the changed one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TextEdit {
    source: Range<usize>,
    changed: Range<usize>,
}

/// Changes to a text, in the order of their places.
#[derive(Debug, Default)]
pub(super) struct TextEdits(Vec<TextEdit>);

impl TextEdits {
    /// Puts texts in place of ranges of a text, in their order.
    pub(super) fn apply(text: &str, changes: &[(Range<usize>, String)]) -> (String, Self) {
        let mut out = String::with_capacity(text.len().saturating_mul(2));
        let mut edits = Vec::new();
        let mut done = 0_usize;
        for (range, by) in changes {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            let start = out.len();
            out.push_str(by);
            edits.push(TextEdit { source: range.clone(), changed: start..out.len() });
            done = range.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        (out, Self(edits))
    }

    /// Returns the bytes of the text that a range of the changed text has, or stands for.
    pub(super) fn source_range(&self, changed: Range<usize>) -> Range<usize> {
        let start = match self.last_edit(|edit| edit.changed.start <= changed.start) {
            Some(edit) if changed.start < edit.changed.end => edit.source.start,
            edit => map_after(edit, changed.start),
        };
        let end = map_after(self.last_edit(|edit| edit.changed.start < changed.end), changed.end);
        start..end.max(start)
    }

    fn last_edit(&self, is_before: impl Fn(&TextEdit) -> bool) -> Option<&TextEdit> {
        self.0.get(self.0.partition_point(is_before).checked_sub(1)?)
    }

    /// Returns the stretches of a range of the changed text, each with the bytes it stands for:
    /// those that are as they were, and those that were put in.
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
        ranges.filter(|it| !it.is_empty()).map(|it| (it.clone(), self.source_range(it)))
    }
}

/// The place in the text of one behind an edit; the edit's end for one within it.
fn map_after(edit: Option<&TextEdit>, at: usize) -> usize {
    edit.map_or(at, |edit| edit.source.end.saturating_add(at.saturating_sub(edit.changed.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_where_it_was() {
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
        let (after, edits) = TextEdits::apply(text, &changes);
        assert_eq!(after, "++ab--*「c!」zed!");
        assert_eq!(edits.source_range(0..after.len()), 0..text.len());
        let read: Vec<(&str, &str)> = edits
            .split_range(0..after.len())
            .map(|(here, there)| (&after[here], &text[there]))
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
            |range| edits.split_range(range).map(|(here, _)| &after[here]).collect::<Vec<_>>();
        assert_eq!(part(3..5), ["b", "-"]);
        assert_eq!(edits.source_range(12..15), 6..9, "without what was left out behind it");
        assert_eq!(edits.source_range(16..17), 11..12, "all that a part stands for");
        assert_eq!(TextEdits::default().source_range(1..4), 1..4);
        assert_eq!(TextEdits::default().split_range(1..4).next(), Some((1..4, 1..4)));
    }
}
