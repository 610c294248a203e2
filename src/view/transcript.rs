//! The conversation pane. Lays out only as many messages as fill the pane.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{Anchor, Measured, OpenConversation, Scroll, State};
use crate::chat::{Readability, Turn, count};
use crate::markdown::TextEnd;
use crate::settings::{Action, Theme};

use super::area::area_of;
use super::fit::fit;
use super::hyperlinks::LinkTargets;
use super::last_frame::LastFrame;
use super::layout_cache::LayoutCache;
use super::message::{MIN_COLUMNS_FOR_TIME, MessageForm, remark_lines};
use super::row_decoration::{Column, RowDecoration};
use super::thumbnail::Placement;
use super::width::width;
use super::{clean, paint, status, welcome};
use crate::view::answer_details::DetailsContext;
use crate::view::live_answer::LiveAnswerLines;
use crate::view::{conversation_header, unanswered};

/// From this height on there are empty rows around the title and in questions.
const SPACIOUS_ROWS: u16 = 14;
/// The most lines below the view to count.
const MAX_LINES_BELOW: usize = 999;
/// Lines between two messages.
const GAP_LINES: usize = 1;

/// Draws and measures the pane; in the row `below` is how many lines are below the view.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    below: Rect,
    state: &State,
    theme: &Theme,
    cache: &mut LayoutCache,
    measured: &mut Measured,
) {
    measured.transcript_rows = area.height;
    let Some(open) = &state.transcript.open else {
        welcome::draw(frame, area, state, theme);
        measured.at_bottom = true;
        return;
    };
    let heading_rows = match area.height {
        0..2 => 0,
        2..8 => 1,
        8..=SPACIOUS_ROWS => 2,
        _ => 3,
    };
    let [top, rest] =
        Layout::vertical([Constraint::Length(heading_rows), Constraint::Min(1)]).areas(area);
    let column = Column::filling(rest);
    let y = top.y.saturating_add(u16::from(heading_rows > 2));
    let title = Rect { y, height: top.height.min(1), ..top };
    let columns = usize::from(column.text.width).max(1);
    cache.prepare(columns, theme);
    let padding = usize::from(rest.height >= SPACIOUS_ROWS && columns >= MIN_COLUMNS_FOR_TIME);
    let turn = state.open_turn();
    let mut view = TranscriptView { open, turn, state, theme, cache, columns, padding };
    view.draw(frame, column, measured);
    let pill = pill_text(measured);
    // Without a row below, the end of the title makes room.
    let row = if below.is_empty() { title } else { below };
    let wide = u16::try_from(width(&pill)).unwrap_or(u16::MAX).min(row.width);
    let place = Rect { x: row.right().saturating_sub(wide), width: wide, ..row };
    let taken = if below.is_empty() { wide } else { 0 };
    let title = Rect { width: title.width.saturating_sub(taken), ..title };
    conversation_header::draw(frame, title, open, state, theme);
    draw_pill(frame, place, pill, measured, theme);
}

/// How many lines are below the view; empty where none are.
fn pill_text(measured: &Measured) -> String {
    let (count, new) = match (measured.lines_below, measured.new_below) {
        (0, _) => return String::new(),
        (below, 0) => (below, ""),
        (_, new) => (new, " new"),
    };
    let more = if count >= MAX_LINES_BELOW { "+" } else { "" };
    let word = count::noun(&count, "line");
    format!(" ↓ {count}{more}{new} {word} ")
}

fn draw_pill(frame: &mut Frame<'_>, place: Rect, text: String, measured: &Measured, theme: &Theme) {
    if place.is_empty() {
        return;
    }
    let style = theme.text.patch(theme.selected_row);
    let style = if measured.new_below == 0 { style } else { style.patch(theme.accent) };
    frame.render_widget(Paragraph::new(Line::raw(text)).style(style), place);
}

/// Painted lines with the addresses of their links.
#[derive(Debug, Default)]
pub(super) struct PaintedLines {
    pub(super) lines: Vec<Line<'static>>,
    pub(super) decorations: Vec<RowDecoration>,
    pub(super) targets: LinkTargets,
    pub(super) images: Vec<Placement>,
}

/// Lines above the text of an item, and lines of its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct ItemExtent {
    pub(super) above: usize,
    pub(super) text: usize,
}

/// The conversation as items: its messages, then the live answer or a remark about a missing one.
#[derive(Debug)]
pub(super) struct TranscriptView<'a> {
    pub(super) open: &'a OpenConversation,
    pub(super) turn: Option<&'a Turn>,
    pub(super) state: &'a State,
    pub(super) theme: &'a Theme,
    pub(super) cache: &'a mut LayoutCache,
    pub(super) columns: usize,
    /// Empty rows above and below the text of a question.
    pub(super) padding: usize,
}

impl TranscriptView<'_> {
    pub(super) fn item_count(&self) -> usize {
        self.open.messages.len().saturating_add(usize::from(self.has_live_or_notice()))
    }

    fn has_live_or_notice(&self) -> bool {
        self.turn.is_some()
            || crate::app::transcript::is_unanswered(self.open)
            || self.open.readability != Readability::Whole
            || self.open.messages.is_empty()
    }

    pub(super) fn item_height(&mut self, item: usize) -> usize {
        let gap = if item.saturating_add(1) < self.item_count() { GAP_LINES } else { 0 };
        self.height_without_gap(item).saturating_add(gap)
    }

    pub(super) fn details_lines(&mut self, item: usize) -> Vec<Line<'static>> {
        let Some(message) = self.open.messages.get(item) else {
            return Vec::new();
        };
        let key = self.details_key();
        let known = self.details_context(item, &key);
        self.cache.details_lines(message, known, self.theme).to_vec()
    }

    /// The key that toggles the details.
    pub(super) fn details_key(&self) -> String {
        let key = self.state.keymap.primary_key(Action::ToggleDetails);
        key.map_or_else(String::new, |chord| chord.to_string())
    }

    /// What the details of an answer depend on.
    pub(super) fn details_context<'k>(&self, item: usize, key: &'k str) -> DetailsContext<'k>
    where
        Self: 'k,
    {
        DetailsContext {
            details: self.state.transcript.details_of(item),
            record: self.open.records.get(&item),
            calculations: self.open.other_calculations(item),
            toggle_key: key,
            form: self.message_form(item),
            gap: self.padding,
        }
    }

    /// How a message is shown.
    pub(super) fn message_form(&self, item: usize) -> MessageForm {
        if self.state.transcript.raw.contains(&item) {
            return MessageForm::Raw;
        }
        let is_cut = self.open.interruptions.iter().any(|(index, _)| *index == item);
        MessageForm::Formatted(if is_cut { TextEnd::Cut } else { TextEnd::Open })
    }

    /// The live answer, or why there is none.
    pub(super) fn live_answer(&mut self) -> LiveAnswerLines<'_> {
        let mut head = Vec::new();
        let mut foot = Vec::new();
        let Some(turn) = self.turn else {
            foot = unanswered::unanswered_lines(self.open, self.state, self.theme, self.columns);
            return LiveAnswerLines { head, answer: None, foot };
        };
        for tool in turn.tools() {
            head.extend(remark_lines(&tool.line(), self.theme.muted, self.columns));
        }
        if turn.answer().is_empty() {
            let text =
                format!("{}{}", spinner(turn, self.state), status::phase_text(turn, self.state));
            foot = remark_lines(&text, self.theme.muted, self.columns);
            // The last line of the reasoning shows that the model works.
            let thought = turn.reasoning().lines().rev().find(|line| !line.trim().is_empty());
            if let Some(thought) = thought {
                let text = fit(&clean::line(thought.trim_matches('*')), self.columns);
                foot.push(Line::styled(text, self.theme.faint));
            }
        } else if let Some(ending) = turn.unstored() {
            foot.extend(unanswered::unstored_lines(ending, self.padding, self.theme, self.columns));
        } else if self.columns >= MIN_COLUMNS_FOR_TIME {
            let model = clean::line(turn.model().unwrap_or_default()).into_owned();
            let name = fit(&model, self.columns.saturating_sub(2));
            foot.extend(std::iter::repeat_n(Line::default(), self.padding));
            foot.push(Line::from(vec![
                Span::styled(spinner(turn, self.state), self.theme.accent),
                Span::styled(name, self.theme.assistant),
            ]));
        }
        LiveAnswerLines { head, answer: Some(self.cache.lay_out_live(turn, self.theme)), foot }
    }

    /// Lines above the live answer, and its own.
    pub(super) fn live_answer_extent(&mut self) -> ItemExtent {
        let tail = self.live_answer();
        let (settled, open) = tail.answer.map_or((0, 0), |(one, two)| (one.len(), two.len()));
        ItemExtent { above: tail.head.len(), text: settled.saturating_add(open) }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, column: Column, measured: &mut Measured) {
        let area = column.text;
        let rows = usize::from(area.height);
        let wanted = match self.state.transcript.scroll {
            Scroll::Follow => None,
            Scroll::At(anchor) => Some(self.stable_top(anchor)),
            Scroll::ShowMessage(_) | Scroll::ShowMatch | Scroll::Restore(_) => {
                Some(self.top_in_view(rows))
            }
        };
        let wanted = wanted.filter(|top| self.is_filled_from(*top, rows));
        measured.at_bottom = wanted.is_none();
        measured.top = wanted.unwrap_or_else(|| self.top_at_end(rows));
        measured.shown_until = self.paint_items(frame, column, measured.top);
        measured.top_byte = self.top_byte();
        measured.reading_columns = self.columns;
        measured.reading_area = area_of(area);
        let last = self.item_count().saturating_sub(1);
        let line = i64::try_from(self.item_height(last)).unwrap_or(i64::MAX);
        measured.end = Anchor { message: last, line };
        if !measured.at_bottom {
            measured.lines_below = self.count_below(measured.top, rows);
            let new = self.state.transcript.last_seen_end;
            let new = new.map_or(0, |seen| self.count_lines_from(seen, MAX_LINES_BELOW));
            measured.new_below = new.min(measured.lines_below);
        }
    }

    /// Paints items from the top line on until the area is full, and records them for the mouse. Returns
    /// the position after the last one.
    fn paint_items(&mut self, frame: &mut Frame<'_>, column: Column, top: Anchor) -> usize {
        let area = column.text;
        let rows = usize::from(area.height);
        let mut painted = PaintedLines::default();
        self.cache.last_frame = LastFrame { area, rows: Vec::with_capacity(rows) };
        let mut item = top.message;
        let mut from = usize::try_from(top.line).unwrap_or(0);
        while painted.lines.len() < rows && item < self.item_count() {
            let room = rows.saturating_sub(painted.lines.len());
            self.push_item(item, from, room, &mut painted);
            from = 0;
            item = item.saturating_add(1);
        }
        let PaintedLines { lines, decorations, targets, images } = painted;
        paint::paint_lines(&lines, area, frame.buffer_mut());
        column.paint(&decorations, self.theme, frame.buffer_mut());
        self.draw_images(frame, area, &images);
        targets.apply(&lines, area, frame.buffer_mut(), self.state.terminal.hyperlinks);
        item
    }

    /// The top line of a view that ends with the last line.
    fn top_at_end(&mut self, rows: usize) -> Anchor {
        let mut left = rows;
        for item in (0..self.item_count()).rev() {
            let height = self.item_height(item);
            if height >= left {
                let line = i64::try_from(height.saturating_sub(left)).unwrap_or(0);
                return Anchor { message: item, line };
            }
            left = left.saturating_sub(height);
        }
        Anchor::default()
    }

    /// The same position with the line within its item.
    pub(super) fn normalize_anchor(&mut self, anchor: Anchor) -> Anchor {
        let last = self.item_count().saturating_sub(1);
        let mut message = anchor.message.min(last);
        let mut line = anchor.line;
        while line < 0 && message > 0 {
            message = message.saturating_sub(1);
            line = line.saturating_add(i64::try_from(self.item_height(message)).unwrap_or(0));
        }
        loop {
            let height = i64::try_from(self.item_height(message)).unwrap_or(i64::MAX);
            if line < height || message >= last {
                return Anchor { message, line: line.clamp(0, height.saturating_sub(1).max(0)) };
            }
            line = line.saturating_sub(height);
            message = message.saturating_add(1);
        }
    }

    /// Whether more lines follow a position than the view has rows.
    fn is_filled_from(&mut self, top: Anchor, rows: usize) -> bool {
        self.count_lines_from(top, rows.saturating_add(1)) > rows
    }

    fn count_below(&mut self, top: Anchor, rows: usize) -> usize {
        self.count_lines_from(top, rows.saturating_add(MAX_LINES_BELOW))
            .saturating_sub(rows)
            .min(MAX_LINES_BELOW)
    }

    /// Lines from a position to the end, counted up to `enough`.
    fn count_lines_from(&mut self, top: Anchor, enough: usize) -> usize {
        let mut lines = 0_usize;
        let mut skipped = usize::try_from(top.line).unwrap_or(0);
        for item in top.message..self.item_count() {
            lines = lines.saturating_add(self.item_height(item).saturating_sub(skipped));
            skipped = 0;
            if lines >= enough {
                break;
            }
        }
        lines
    }
}

/// A quiet sign that something happens: it turns with the seconds and with the pieces of the answer.
fn spinner(turn: &Turn, state: &State) -> &'static str {
    if !state.ui_prefs.animation {
        return "";
    }
    let seconds = u64::try_from(state.now.seconds()).unwrap_or(0);
    let at = turn.delta_count().saturating_add(seconds) % 10;
    let signs = ["⠋ ", "⠙ ", "⠹ ", "⠸ ", "⠼ ", "⠴ ", "⠦ ", "⠧ ", "⠇ ", "⠏ "];
    usize::try_from(at).ok().and_then(|at| signs.get(at)).copied().unwrap_or_default()
}
