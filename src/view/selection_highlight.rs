//! Highlights the selection, and records what each row shows for hit testing.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

use crate::view::last_frame::{RowPart, ScreenRow};
use crate::view::search_match;
use crate::view::source_map::{self, SourceMapping};
use crate::view::transcript::{ItemExtent, TranscriptView};

impl TranscriptView<'_> {
    /// Highlights the selected part of an item in its lines, which start at `begin`.
    pub(super) fn highlight_selection(
        &mut self,
        item: usize,
        from: usize,
        begin: usize,
        out: &mut [Line<'static>],
    ) {
        let selection = self.state.transcript.selection.as_ref();
        let Some(range) = selection.and_then(|selection| selection.cleaned_range(item)) else {
            return;
        };
        let style = uniform_style(self.theme.selected_text);
        let extent = self.item_extent(item);
        for (row, line) in out.iter_mut().skip(begin).enumerate() {
            let RowPart::Line(at) = row_part(extent, from.saturating_add(row)) else {
                continue;
            };
            let Some(marks) = self.source_map_of(item, at) else {
                continue;
            };
            for part in source_map::line_ranges(line, &marks, &range) {
                search_match::highlight_range(line, &part, style);
            }
        }
    }

    /// Records which lines of an item the frame shows.
    pub(super) fn record_shown_rows(&mut self, item: usize, from: usize, count: usize) {
        let message = self.open.messages.get(item).cloned();
        let extent = self.item_extent(item);
        let fold = extent.above.saturating_add(extent.text).saturating_add(self.padding);
        let folds = !self.details_lines(item).is_empty();
        for row in 0..count {
            let line = from.saturating_add(row);
            let part =
                if folds && line == fold { RowPart::DetailsToggle } else { row_part(extent, line) };
            let row = if message.is_some() || self.cache.live_rendered_lines().is_some() {
                ScreenRow { item, message: message.clone(), part }
            } else if let Some(last) = item.checked_sub(1) {
                // A remark about a missing answer belongs to the question.
                let message = self.open.messages.get(last).cloned();
                ScreenRow { item: last, message, part: RowPart::Below }
            } else {
                continue;
            };
            self.cache.last_frame.rows.push(row);
        }
    }

    /// The number of lines above the text of an item, and of its text.
    pub(super) fn item_extent(&mut self, item: usize) -> ItemExtent {
        match self.open.messages.get(item) {
            Some(message) => {
                let form = self.message_form(item);
                ItemExtent {
                    above: self.rows_above(item),
                    text: self.cache.message_lines(message, form, self.theme).len(),
                }
            }
            None => self.live_answer_extent(),
        }
    }

    pub(super) fn source_map_of(&self, item: usize, line: usize) -> Option<Vec<SourceMapping>> {
        if let Some(message) = self.open.messages.get(item) {
            return self.cache.cached_lines(message)?.source_map(line);
        }
        let (settled, open) = self.cache.live_rendered_lines()?;
        match line.checked_sub(settled.len()) {
            None => settled.source_map(line),
            Some(line) => open.source_map(line),
        }
    }
}

/// One style for the whole selection: reversing each color by itself would look patchy.
fn uniform_style(selected: Style) -> Style {
    if selected.bg.is_some() && !selected.add_modifier.contains(Modifier::REVERSED) {
        return Style { add_modifier: Modifier::empty(), ..selected };
    }
    if !selected.add_modifier.contains(Modifier::REVERSED) {
        return selected;
    }
    let (fg, bg) = (selected.fg.unwrap_or(Color::Reset), selected.bg.unwrap_or(Color::Reset));
    selected.fg(fg).bg(bg).remove_modifier(Modifier::DIM)
}

/// The part of an item that a line shows.
const fn row_part(extent: ItemExtent, line: usize) -> RowPart {
    match line.checked_sub(extent.above) {
        None => RowPart::Above,
        Some(line) if line < extent.text => RowPart::Line(line),
        Some(_) => RowPart::Below,
    }
}
