//! Text selected in the transcript, as positions in the text, independent of the layout.

use std::ops::Range;

/// A range of a message's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRange {
    /// Bytes of the stored text.
    pub stored: Range<usize>,
    /// The same range in bytes of the cleaned text on screen.
    pub cleaned: Range<usize>,
}

/// What was hit in the transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Surface {
    /// The text of a message.
    #[default]
    Text,
    /// The line that toggles the details.
    DetailsToggle,
}

/// A position in the transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPosition {
    /// Position of the message; one past the last is the live answer.
    pub item: usize,
    /// Whether text or a control was hit.
    pub surface: Surface,
    /// The grapheme in the cell; empty beside the text.
    pub grapheme: TextRange,
    /// The block of the cell.
    pub block: TextRange,
    /// Bytes and text of the whole message, which a triple click selects.
    pub message: TextRange,
    /// The cleaned bytes from the first to the last visible one.
    pub visible: Range<usize>,
}

/// How much one more cell of a drag adds, by the number of clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionUnit {
    /// One grapheme, for a single click.
    Grapheme,
    /// A paragraph, a heading, a code block or a table.
    Block,
    /// A whole message, for a triple click.
    Message,
}

/// A selection in the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Where the button was pressed.
    pub from: TextPosition,
    /// Where the pointer is.
    pub to: TextPosition,
    /// By what the ends are extended: graphemes, blocks or messages.
    pub unit: SelectionUnit,
}

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
    /// Both ends in text order.
    fn ends(&self) -> (SelectionEnd<'_>, SelectionEnd<'_>) {
        let end = |position: &'_ TextPosition| {
            (position.item, position.range_of(self.unit).cleaned.start)
        };
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

    /// Positions of the messages it covers.
    #[must_use]
    pub fn items(&self) -> std::ops::RangeInclusive<usize> {
        let (first, last) = self.ends();
        first.item..=last.item
    }

    /// The selected bytes of the cleaned text of a message.
    #[must_use]
    pub fn cleaned_range(&self, item: usize) -> Option<Range<usize>> {
        self.range_in(item, usize::MAX, |part| &part.cleaned)
    }

    /// The selected bytes of the stored text of a message with this many bytes. Where everything
    /// visible is selected, it is the whole message.
    #[must_use]
    pub fn stored_range(&self, item: usize, bytes: usize) -> Option<Range<usize>> {
        let range = self.range_in(item, bytes, |part| &part.stored)?;
        let cleaned = self.cleaned_range(item)?;
        let seen = |position: &TextPosition| {
            position.item != item
                || (cleaned.start <= position.visible.start && cleaned.end >= position.visible.end)
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
            // Of two blocks in one message the wider one counts.
            if first.item == item { end.max(of(first.part).end) } else { end }
        } else {
            most
        };
        Some(start..end)
    }

    /// Whether it selects nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let item = self.from.item;
        item == self.to.item && self.cleaned_range(item).is_none_or(|range| range.is_empty())
    }
}
