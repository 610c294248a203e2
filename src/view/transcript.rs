//! The conversation pane: title, what was said, and where the view stands in it.
//! May not lay out more messages than it takes to fill the pane.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use crate::app::select;
use crate::app::{Anchor, Measured, OpenConversation, Scroll, State};
use crate::chat::{Readability, Role, Timestamp, Turn};
use crate::markdown::TextEnd;
use crate::settings::{Action, Theme};

use super::area::area_of;
use super::background::Known;
use super::fit::fit;
use super::hyperlinks::Targets;
use super::last_frame::LastFrame;
use super::layout_cache::LayoutCache;
use super::message::{heading, remark};
use super::tail::Tail;
use super::{clean, ending, forks, headline, paint, status, welcome};

/// Lines below the view are counted up to here.
const MOST_BELOW: usize = 999;
/// Lines between two messages.
const GAP: usize = 1;

/// What the pane tells about the frame.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The tidy position of the top line.
    pub top: Anchor,
    /// The byte of the text it begins with.
    pub top_byte: usize,
    /// Columns there are.
    pub columns: usize,
    /// Whether the last line is on screen.
    pub at_bottom: bool,
    /// Lines below the view.
    pub lines_below: usize,
    /// Those of them that have come since the last line was on screen.
    pub new_below: usize,
    /// The end of the last line.
    pub end: Anchor,
    /// Rows of the view.
    pub rows: u16,
    /// Where its text is.
    pub area: Rect,
}

impl Seen {
    /// Adds what the pane saw to what the frame measured.
    pub fn add_to(self, measured: &mut Measured) {
        measured.top = self.top;
        measured.top_byte = self.top_byte;
        measured.reading_columns = self.columns;
        measured.at_bottom = self.at_bottom;
        measured.lines_below = self.lines_below;
        measured.new_below = self.new_below;
        measured.end = self.end;
        measured.transcript_rows = self.rows;
        measured.reading_area = area_of(self.area);
    }
}

/// Draws the pane.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Seen {
    let area = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let Some(open) = &state.transcript.open else {
        welcome::draw(frame, area, state, theme);
        return Seen { at_bottom: true, rows: area.height, ..Seen::default() };
    };
    let heading_rows = if area.height > 8 { 3 } else { 1 };
    let [top, rest] =
        Layout::vertical([Constraint::Length(heading_rows), Constraint::Min(1)]).areas(area);
    headline::draw(frame, top, open, state, theme);
    let columns = usize::from(rest.width.min(state.session.reading_width)).max(1);
    cache.prepare(columns, theme);
    let mut view = View { open, turn: state.open_turn(), state, theme, cache, columns };
    view.draw(frame, rest)
}

/// What the rows of the pane show, from the top, and where their links lead.
#[derive(Debug, Default)]
struct Painted {
    lines: Vec<Line<'static>>,
    targets: Targets,
}

/// How many lines of an item show its text, and how many are above them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) above: usize,
    pub(super) text: usize,
}

/// The conversation as a column of items: its messages, then the answer that is growing.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) open: &'a OpenConversation,
    pub(super) turn: Option<&'a Turn>,
    pub(super) state: &'a State,
    pub(super) theme: &'a Theme,
    pub(super) cache: &'a mut LayoutCache,
    pub(super) columns: usize,
}

impl View<'_> {
    /// Items there are. The last may be the growing answer, or a remark about a missing one.
    pub(super) fn count(&self) -> usize {
        self.open.messages.len().saturating_add(usize::from(self.has_tail()))
    }

    fn has_tail(&self) -> bool {
        self.turn.is_some()
            || crate::app::transcript::is_unanswered(self.open)
            || self.open.readability != Readability::Whole
            || self.open.messages.is_empty()
    }

    pub(super) fn height(&mut self, item: usize) -> usize {
        let gap = if item.saturating_add(1) < self.count() { GAP } else { 0 };
        match self.open.messages.get(item) {
            Some(message) => {
                let end = self.end(item);
                let body = self.cache.message(message, end, self.theme).len();
                let below = self.behind(item).len().saturating_add(self.marks(item).len());
                body.saturating_add(1).saturating_add(below).saturating_add(gap)
            }
            None => self.tail().len(),
        }
    }

    /// Adds the lines `from..` of an item to those of the view, as far as there is room.
    fn push(&mut self, item: usize, from: usize, room: usize, painted: &mut Painted) {
        let Painted { lines: out, targets } = painted;
        let before = out.len();
        let lines: Vec<Line<'static>> = if let Some(message) = self.open.messages.get(item) {
            let at = Some(message.timestamp);
            let mut head = self.head(item, &message.role, at);
            head.spans.extend(forks::sign(self.open, item, self.theme));
            let behind = self.behind(item);
            let marks = self.marks(item);
            let end = self.end(item);
            let rows = self.cache.message(message, end, self.theme);
            let all = std::iter::once(&head).chain(&rows.lines).chain(&behind).chain(&marks);
            let mut lines: Vec<_> = all.skip(from).take(room).cloned().collect();
            for line in &mut lines {
                targets.renumber(line, |number| rows.links.get(number));
            }
            lines
        } else {
            self.tail().lines(from, room, targets)
        };
        out.extend(lines);
        self.mark_found(item, from, before, out);
        self.mark_selected(item, from, before, out);
        let whole = self.height(item).saturating_sub(from).min(room);
        while out.len().saturating_sub(before) < whole {
            out.push(Line::default());
        }
        self.note(item, from, out.len().saturating_sub(before));
    }

    /// What stands behind an answer, as far as it is shown.
    pub(super) fn behind(&mut self, item: usize) -> Vec<Line<'static>> {
        let Some(message) = self.open.messages.get(item) else {
            return Vec::new();
        };
        let key = self.fold_key();
        let known = self.known(item, &key);
        self.cache.behind(message, known, self.theme).to_vec()
    }

    /// The key that opens and folds what stands behind answers.
    pub(super) fn fold_key(&self) -> String {
        let key = self.state.keymap.key(Action::ToggleBackground);
        key.map_or_else(String::new, |chord| chord.to_string())
    }

    /// What is known of an answer besides what is stored with it.
    pub(super) fn known<'k>(&self, item: usize, key: &'k str) -> Known<'k>
    where
        Self: 'k,
    {
        let model = self.open.models.get(&item).map(String::as_str);
        Known { fold: self.state.transcript.fold, model, key, end: self.end(item) }
    }

    /// How the text of a message ends.
    pub(super) fn end(&self, item: usize) -> TextEnd {
        let is_cut = self.open.marks.iter().any(|(place, _)| *place == item);
        if is_cut { TextEnd::Cut } else { TextEnd::Open }
    }

    /// The line over a message; it stands out where the message is chosen.
    fn head(&self, item: usize, role: &Role, at: Option<Timestamp>) -> Line<'static> {
        let head = heading(role, at, self.state.now, self.theme);
        if select::selected(self.state) != Some(item) {
            return head;
        }
        Line::styled(head.to_string(), self.theme.selected)
    }

    /// Why an answer is not whole.
    fn marks(&self, item: usize) -> Vec<Line<'static>> {
        let of_item = self.open.marks.iter().filter(|(place, _)| *place == item);
        let is_last = item.saturating_add(1) == self.open.messages.len() && self.turn.is_none();
        let hint = if is_last { " /continue lets it go on." } else { "" };
        of_item
            .flat_map(|(_, why)| {
                let text = format!("⚠ {why}{hint}");
                remark(&text, self.theme.warning, self.columns)
            })
            .collect()
    }

    /// What stands behind the stored messages.
    fn tail(&mut self) -> Tail<'_> {
        let mut head = Vec::new();
        let mut foot = Vec::new();
        let Some(turn) = self.turn else {
            foot = ending::lines(self.open, self.state, self.theme, self.columns);
            return Tail { head, answer: None, foot };
        };
        head.push(self.head(self.open.messages.len(), &Role::Assistant, None));
        for tool in turn.tools() {
            head.extend(remark(&tool.line(), self.theme.faint, self.columns));
        }
        if turn.answer().is_empty() {
            let text = status::phase(turn, self.state);
            foot = remark(&text, self.theme.faint, self.columns);
            // The end of what it thinks, so that one sees it think.
            let thought = turn.reasoning().lines().rev().find(|line| !line.trim().is_empty());
            if let Some(thought) = thought {
                let text = fit(&clean::line(thought.trim_matches('*')), self.columns);
                foot.push(Line::styled(text, self.theme.faint));
            }
        }
        Tail { head, answer: Some(self.cache.live(turn, self.theme)), foot }
    }

    /// Lines of the tail before the growing answer, and its own.
    pub(super) fn tail_rows(&mut self) -> Extent {
        let tail = self.tail();
        let (settled, open) = tail.answer.map_or((0, 0), |(one, two)| (one.len(), two.len()));
        Extent { above: tail.head.len(), text: settled.saturating_add(open) }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect) -> Seen {
        let rows = usize::from(area.height);
        let (top, at_bottom) = match self.state.transcript.scroll {
            Scroll::Follow => (self.bottom(rows), true),
            Scroll::At(anchor) => {
                let top = self.held(anchor);
                if self.fills(top, rows) { (top, false) } else { (self.bottom(rows), true) }
            }
            Scroll::Show(_) | Scroll::ShowFound | Scroll::Reading(_) => {
                let top = self.shown(rows);
                if self.fills(top, rows) { (top, false) } else { (self.bottom(rows), true) }
            }
        };
        let mut painted = Painted::default();
        self.cache.last_frame = LastFrame { area, rows: Vec::with_capacity(rows) };
        let mut item = top.message;
        let mut from = usize::try_from(top.line).unwrap_or(0);
        while painted.lines.len() < rows && item < self.count() {
            let room = rows.saturating_sub(painted.lines.len());
            self.push(item, from, room, &mut painted);
            from = 0;
            item = item.saturating_add(1);
        }
        let lines_below = if at_bottom { 0 } else { self.below(top, rows) };
        let Painted { lines, targets } = painted;
        paint::lines(&lines, area, frame.buffer_mut());
        targets.apply(&lines, area, frame.buffer_mut(), self.state.looks.links);
        let last = self.count().saturating_sub(1);
        let line = i64::try_from(self.height(last)).unwrap_or(i64::MAX);
        let end = Anchor { message: last, line };
        let new_below = match self.state.transcript.seen {
            Some(seen) if !at_bottom => self.rest(seen, MOST_BELOW).min(lines_below),
            _ => 0,
        };
        let (top_byte, columns) = (self.top_byte(), self.columns);
        let rows = area.height;
        Seen { top, top_byte, columns, at_bottom, lines_below, new_below, end, rows, area }
    }

    /// The top line of a view whose last row is the last line.
    fn bottom(&mut self, rows: usize) -> Anchor {
        let mut left = rows;
        for item in (0..self.count()).rev() {
            let height = self.height(item);
            if height >= left {
                let line = i64::try_from(height.saturating_sub(left)).unwrap_or(0);
                return Anchor { message: item, line };
            }
            left = left.saturating_sub(height);
        }
        Anchor::default()
    }

    /// The same place with the line inside its item, as near as there is one.
    pub(super) fn tidy(&mut self, anchor: Anchor) -> Anchor {
        let last = self.count().saturating_sub(1);
        let mut message = anchor.message.min(last);
        let mut line = anchor.line;
        while line < 0 && message > 0 {
            message = message.saturating_sub(1);
            line = line.saturating_add(i64::try_from(self.height(message)).unwrap_or(0));
        }
        loop {
            let height = i64::try_from(self.height(message)).unwrap_or(i64::MAX);
            if line < height || message >= last {
                return Anchor { message, line: line.clamp(0, height.saturating_sub(1).max(0)) };
            }
            line = line.saturating_sub(height);
            message = message.saturating_add(1);
        }
    }

    /// Whether there are more lines from a place on than rows.
    fn fills(&mut self, top: Anchor, rows: usize) -> bool {
        self.rest(top, rows.saturating_add(1)) > rows
    }

    fn below(&mut self, top: Anchor, rows: usize) -> usize {
        self.rest(top, rows.saturating_add(MOST_BELOW)).saturating_sub(rows).min(MOST_BELOW)
    }

    /// Lines from a place to the end; counting stops at `enough`.
    fn rest(&mut self, top: Anchor, enough: usize) -> usize {
        let mut lines = 0_usize;
        let mut skipped = usize::try_from(top.line).unwrap_or(0);
        for item in top.message..self.count() {
            lines = lines.saturating_add(self.height(item).saturating_sub(skipped));
            skipped = 0;
            if lines >= enough {
                break;
            }
        }
        lines
    }
}
