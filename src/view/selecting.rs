//! What is selected in the conversation pane stands out, and what is shown is noted for the mouse.
//! May not select anything.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

use super::found;
use super::last_frame::{Row, RowPart};
use super::marks::{self, Mark};
use super::transcript::{Extent, View};

impl View<'_> {
    /// Lets what is selected of an item stand out in its lines, which begin at `begin`.
    pub(super) fn mark_selected(
        &mut self,
        item: usize,
        from: usize,
        begin: usize,
        out: &mut [Line<'static>],
    ) {
        let selection = self.state.transcript.selection.as_ref();
        let Some(range) = selection.and_then(|selection| selection.cleaned_in(item)) else {
            return;
        };
        let style = even(self.theme.selected);
        let extent = self.extent(item);
        for (row, line) in out.iter_mut().skip(begin).enumerate() {
            let RowPart::Line(at) = part(extent, from.saturating_add(row)) else {
                continue;
            };
            let Some(marks) = self.marks_of(item, at) else {
                continue;
            };
            for part in marks::parts(line, marks, &range) {
                found::mark(line, &part, style);
            }
        }
    }

    /// Notes for the mouse which lines of an item were shown.
    pub(super) fn note(&mut self, item: usize, from: usize, many: usize) {
        let message = self.open.messages.get(item).cloned();
        let extent = self.extent(item);
        let fold = extent.above.saturating_add(extent.text);
        let folds = !self.behind(item).is_empty();
        for row in 0..many {
            let line = from.saturating_add(row);
            let part = if folds && line == fold { RowPart::Fold } else { part(extent, line) };
            let row = if message.is_some() || self.cache.growing().is_some() {
                Row { item, message: message.clone(), part }
            } else if let Some(last) = item.checked_sub(1) {
                // A remark about a missing answer stands behind the question.
                let message = self.open.messages.get(last).cloned();
                Row { item: last, message, part: RowPart::Below }
            } else {
                continue;
            };
            self.cache.last_frame.rows.push(row);
        }
    }

    /// The lines of an item's own text and of what is above it.
    pub(super) fn extent(&mut self, item: usize) -> Extent {
        match self.open.messages.get(item) {
            Some(message) => {
                let end = self.end(item);
                Extent { above: 1, text: self.cache.message(message, end, self.theme).len() }
            }
            None => self.tail_rows(),
        }
    }

    pub(super) fn marks_of(&self, item: usize, line: usize) -> Option<&[Mark]> {
        if let Some(message) = self.open.messages.get(item) {
            return self.cache.known(message)?.marks.get(line).map(Vec::as_slice);
        }
        let (settled, open) = self.cache.growing()?;
        let rows = match line.checked_sub(settled.len()) {
            None => settled.marks.get(line),
            Some(line) => open.marks.get(line),
        };
        rows.map(Vec::as_slice)
    }
}

/// A style in which everything selected looks the same: colours turned round one by one are a
/// motley.
fn even(selected: Style) -> Style {
    if selected.bg.is_some() && !selected.add_modifier.contains(Modifier::REVERSED) {
        return Style { add_modifier: Modifier::empty(), ..selected };
    }
    if !selected.add_modifier.contains(Modifier::REVERSED) {
        return selected;
    }
    let (fg, bg) = (selected.fg.unwrap_or(Color::Reset), selected.bg.unwrap_or(Color::Reset));
    selected.fg(fg).bg(bg).remove_modifier(Modifier::DIM)
}

/// The part of an item one of its lines shows.
const fn part(extent: Extent, line: usize) -> RowPart {
    match line.checked_sub(extent.above) {
        None => RowPart::Above,
        Some(line) if line < extent.text => RowPart::Line(line),
        Some(_) => RowPart::Below,
    }
}
