//! Text selected in the conversation: from where to where in the text, whatever the screen makes of
//! it.
//! Must not know what is drawn where; a touch comes with the place in the text it was made at.

use std::ops::Range;

/// A part of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRange {
    /// Bytes of the text as it is stored.
    pub stored: Range<usize>,
    /// The same in the text as it is shown, cleaned of what could harm.
    pub cleaned: Range<usize>,
}

/// What a place belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Surface {
    /// What was said.
    #[default]
    Text,
    /// The line that shows or folds what stands behind an answer.
    DetailsToggle,
}

/// A place in the conversation on screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPosition {
    /// The message; one past the last is the growing answer.
    pub item: usize,
    /// What it belongs to.
    pub surface: Surface,
    /// What its cell shows; empty beside the text.
    pub grapheme: TextRange,
    /// The block the cell is in.
    pub block: TextRange,
    /// All of the message.
    pub message: TextRange,
    /// From the first to the last of the cleaned bytes that are seen at all.
    pub visible: Range<usize>,
}

/// What is taken at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionUnit {
    /// What people see as one character.
    Grapheme,
    /// A paragraph, a heading, a code block, a table.
    Block,
    /// A message.
    Message,
}

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Where the button went down.
    pub from: TextPosition,
    /// Where the pointer is.
    pub to: TextPosition,
    /// What is taken at a time.
    pub unit: SelectionUnit,
}

/// One end of a selection.
struct SelectionEnd<'a> {
    item: usize,
    part: &'a TextRange,
}

impl TextPosition {
    const fn range_of(&self, unit: SelectionUnit) -> &TextRange {
        match unit {
            SelectionUnit::Grapheme => &self.grapheme,
            SelectionUnit::Block => &self.block,
            SelectionUnit::Message => &self.message,
        }
    }
}

impl Selection {
    /// The two ends, the first in the text first.
    fn ends(&self) -> (SelectionEnd<'_>, SelectionEnd<'_>) {
        let end = |spot: &'_ TextPosition| (spot.item, spot.range_of(self.unit).cleaned.start);
        let (first, last) = if end(&self.from) <= end(&self.to) {
            (&self.from, &self.to)
        } else {
            (&self.to, &self.from)
        };
        (
            SelectionEnd { item: first.item, part: first.range_of(self.unit) },
            SelectionEnd { item: last.item, part: last.range_of(self.unit) },
        )
    }

    /// The messages it reaches over.
    #[must_use]
    pub fn items(&self) -> std::ops::RangeInclusive<usize> {
        let (first, last) = self.ends();
        first.item..=last.item
    }

    /// The cleaned bytes of a message that are selected.
    #[must_use]
    pub fn cleaned_range(&self, item: usize) -> Option<Range<usize>> {
        self.range_in(item, usize::MAX, |part| &part.cleaned)
    }

    /// The stored bytes of a message of so many that are selected. A message of which all that can
    /// be seen is selected is selected as a whole.
    #[must_use]
    pub fn stored_range(&self, item: usize, bytes: usize) -> Option<Range<usize>> {
        let range = self.range_in(item, bytes, |part| &part.stored)?;
        let cleaned = self.cleaned_range(item)?;
        let seen = |spot: &TextPosition| {
            spot.item != item
                || (cleaned.start <= spot.visible.start && cleaned.end >= spot.visible.end)
        };
        let all = seen(&self.from) && seen(&self.to) && !cleaned.is_empty();
        Some(if all { 0..bytes } else { range })
    }

    fn range_in(
        &self,
        item: usize,
        most: usize,
        of: impl Fn(&TextRange) -> &Range<usize>,
    ) -> Option<Range<usize>> {
        if !self.items().contains(&item) {
            return None;
        }
        let (first, last) = self.ends();
        let start = if first.item == item { of(first.part).start } else { 0 };
        let end = if last.item == item {
            let end = of(last.part).end;
            // Within one message the wider of two blocks counts.
            if first.item == item { end.max(of(first.part).end) } else { end }
        } else {
            most
        };
        Some(start..end)
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let item = self.from.item;
        item == self.to.item && self.cleaned_range(item).is_none_or(|range| range.is_empty())
    }
}
