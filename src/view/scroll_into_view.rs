//! Matches and selected messages: highlighting them and scrolling them into view.

use ratatui::text::Line;

use crate::app::SearchBar;
use crate::app::{Anchor, Scroll};

use crate::view::search_match::{self, SearchMatch};
use crate::view::transcript::TranscriptView;

impl TranscriptView<'_> {
    /// Highlights the matches in the lines of an item, which start at `begin`.
    pub(super) fn highlight_matches(
        &mut self,
        item: usize,
        from: usize,
        begin: usize,
        out: &mut [Line<'static>],
    ) {
        let Some(find) = &self.state.transcript.search else {
            return;
        };
        let here = find.current_match().filter(|(message, _)| *message == item).map(|(_, nth)| nth);
        let matches = self.find_matches(item, find);
        let last = matches.len().saturating_sub(1);
        let above = self.item_extent(item).above;
        for (nth, position) in matches.iter().enumerate() {
            let is_here = here.is_some_and(|here| here.min(last) == nth);
            let style = if is_here { self.theme.found_here } else { self.theme.found };
            for (line, part) in position {
                // The heading precedes the text.
                let row = line.saturating_add(above).checked_sub(from);
                let row = row.and_then(|row| out.get_mut(begin.saturating_add(row)));
                if let Some(line) = row {
                    search_match::highlight_range(line, part, style);
                }
            }
        }
    }

    /// The top line that shows what has to be in view, moved as little as possible.
    pub(super) fn top_in_view(&mut self, rows: usize) -> Anchor {
        let now = self.state.measured.top;
        match self.state.transcript.scroll {
            Scroll::ShowMessage(item) => self.top_showing_message(item, rows),
            Scroll::Restore(position) => self.restored_top(position),
            Scroll::ShowMatch => self.top_showing_match(rows).unwrap_or(now),
            Scroll::At(anchor) => anchor,
            Scroll::Follow => now,
        }
    }

    /// The top line that shows an item.
    fn top_showing_message(&mut self, item: usize, rows: usize) -> Anchor {
        let item = item.min(self.item_count().saturating_sub(1));
        let top = self.normalize_anchor(self.state.measured.top);
        let above = Anchor { message: item, line: 0 };
        let height = self.item_height(item);
        if item < top.message || (item == top.message && top.line > 0) || height >= rows {
            return above;
        }
        let mut end = height;
        let hidden = usize::try_from(top.line).unwrap_or(0);
        for between in top.message..item {
            end = end.saturating_add(self.item_height(between));
            if end > rows.saturating_add(hidden) {
                break;
            }
        }
        let end = end.saturating_sub(hidden);
        if end <= rows {
            return top;
        }
        let line = i64::try_from(rows.saturating_sub(height)).unwrap_or(0);
        self.normalize_anchor(Anchor { message: item, line: line.saturating_neg() })
    }

    /// The top line that shows the current match.
    fn top_showing_match(&mut self, rows: usize) -> Option<Anchor> {
        let find = self.state.transcript.search.as_ref()?;
        let (item, nth) = find.current_match()?;
        let matches = self.find_matches(item, find);
        let position = matches.get(nth.min(matches.len().saturating_sub(1)));
        let heading = self.item_extent(item).above;
        let first = position.and_then(|position| position.first());
        let line = first.map_or(0, |(line, _)| line.saturating_add(heading));
        let top = self.normalize_anchor(self.state.measured.top);
        let above = self.lines_between(top, Anchor { message: item, line: 0 }, rows);
        let row = above.map(|above| above.saturating_add(i64::try_from(line).unwrap_or(i64::MAX)));
        let fits = |row: &i64| (0..i64::try_from(rows).unwrap_or(0)).contains(row);
        if row.as_ref().is_some_and(fits) {
            return Some(top);
        }
        // A third from the top, with some context before it.
        let line = i64::try_from(line).unwrap_or(0);
        let before = i64::try_from(rows / 3).unwrap_or(0);
        Some(self.normalize_anchor(Anchor { message: item, line: line.saturating_sub(before) }))
    }

    /// Lines from a position down to the top of an item; `None` where it is above or far below.
    fn lines_between(&mut self, from: Anchor, to: Anchor, enough: usize) -> Option<i64> {
        let mut lines = from.line.saturating_neg();
        let enough = i64::try_from(enough).unwrap_or(i64::MAX);
        if to.message < from.message {
            return None;
        }
        for item in from.message..to.message {
            lines = lines.saturating_add(i64::try_from(self.item_height(item)).unwrap_or(0));
            if lines > enough {
                return None;
            }
        }
        Some(lines)
    }

    fn find_matches(&mut self, item: usize, find: &SearchBar) -> Vec<SearchMatch> {
        let needle = find.needle();
        let key = self.details_key();
        let known = self.details_context(item, &key);
        match (self.open.messages.get(item), self.turn) {
            (Some(message), _) => self.cache.find_matches(message, &needle, known, self.theme),
            (None, Some(turn)) => self.cache.find_live_matches(turn, &needle, self.theme),
            (None, None) => Vec::new(),
        }
    }
}
