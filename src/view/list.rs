//! The conversation list pane. Draws only the rows on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::list::conversation_mark::ConversationMark;
use crate::app::list::list_layout::{self, ListGroup, ListLayout, ListLine};
use crate::app::{Focus, ListScope, State};
use crate::chat::{ConversationSummary, Readability, count};
use crate::settings::{Action, Theme};

use super::age::{age, ages};
use super::clean;
use super::fill::fill;
use super::fit::{fit, fit_end, fit_matched, with_end};
use super::message::remark_lines;
use super::paint;
use super::width::width;

/// Columns before and after the text: the selection bar at the left, the scroll bar at the right.
const MARGIN: usize = 2;

/// Draws the pane; returns how many conversations are shown.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) -> u16 {
    fill(frame.buffer_mut(), area, theme.base.patch(theme.panel));
    let columns = usize::from(area.width);
    let layout = list_layout::lay_out(state, area.height);
    let above = list_layout::rows_above(area.height);
    let mut lines = vec![Line::default(); usize::from(above / 2)];
    lines.push(header(state, theme, columns));
    lines.resize(usize::from(above), Line::default());
    let mut fuzzy = state.list.filter.as_ref().map(|it| FuzzyMatcher::new(it.text()));
    let mut group = None;
    for line in &layout.lines {
        lines.push(match line {
            ListLine::Gap => Line::default(),
            ListLine::Heading(heading) => {
                group = Some(*heading);
                Line::styled(format!("  {}", heading.heading()), theme.faint)
            }
            ListLine::Title(index) | ListLine::Facts(index) => {
                let row = ListRow::of(*index, group, state, theme, columns);
                match (row, line) {
                    (Some(row), ListLine::Title(_)) => row.title_line(fuzzy.as_mut()),
                    (Some(row), _) => row.facts_line(),
                    (None, _) => Line::default(),
                }
            }
        });
    }
    if state.list.visible.is_empty() {
        let room = columns.saturating_sub(MARGIN * 2);
        let text = match &state.list.problem {
            Some(problem) => remark_lines(problem, theme.error, room),
            None => remark_lines(&empty_list_text(state), theme.muted, room),
        };
        lines.extend(text.into_iter().map(|mut line| {
            line.spans.insert(0, Span::raw(" ".repeat(MARGIN)));
            line
        }));
    }
    paint::paint_lines(&lines, area, frame.buffer_mut());
    draw_scroll_bar(frame, area, &layout, state, theme);
    u16::try_from(layout.shown).unwrap_or(u16::MAX)
}

/// Draws which part of the list is on screen, where not all of it is.
fn draw_scroll_bar(
    frame: &mut Frame<'_>,
    area: Rect,
    layout: &ListLayout,
    state: &State,
    theme: &Theme,
) {
    let all = state.list.visible.len();
    let above = list_layout::rows_above(area.height);
    let rows = usize::from(area.height.saturating_sub(above));
    if layout.shown >= all || layout.shown == 0 || rows == 0 {
        return;
    }
    let length = rows.saturating_mul(layout.shown).div_ceil(all).clamp(1, rows);
    let most = all.saturating_sub(layout.shown).max(1);
    let start = rows.saturating_sub(length).saturating_mul(layout.top.min(most)) / most;
    for row in start..start.saturating_add(length) {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        let y = area.y.saturating_add(above).saturating_add(row);
        if y < area.bottom() {
            let x = area.right().saturating_sub(1);
            frame.buffer_mut().set_stringn(x, y, "▐", 1, theme.faint);
        }
    }
}

fn empty_list_text(state: &State) -> String {
    let key = |action| state.keymap.key_name(action).unwrap_or_else(|| "-".to_owned());
    match (state.list.loaded, &state.list.filter, state.list.scope) {
        (false, ..) => "Reading…".to_owned(),
        (true, Some(_), _) => "No matches. Esc shows all.".to_owned(),
        (true, None, ListScope::Archived) => "Empty.".to_owned(),
        (true, None, ListScope::Current) if !state.list.rows.is_empty() => {
            format!("All are archived: {}", key(Action::ShowArchived))
        }
        (true, None, ListScope::Current) => "None yet.".to_owned(),
    }
}

/// What is listed with the count, or the filter.
fn header(state: &State, theme: &Theme, columns: usize) -> Line<'static> {
    let list = &state.list;
    let shown = list.visible.len();
    let count = match &list.filter {
        Some(_) => format!("{shown}/{}", list.rows.len()),
        None => shown.to_string(),
    };
    let room = columns.saturating_sub(width(&count)).saturating_sub(MARGIN * 2 + 2);
    let mut spans = vec![Span::raw("  ")];
    if let Some(filter) = &list.filter {
        spans.push(Span::styled("/ ", theme.accent));
        let room = room.saturating_sub(3);
        let before = fit_end(&clean::line(filter.before_caret()), room);
        let after = fit(&clean::line(filter.after_caret()), room.saturating_sub(width(&before)));
        spans.push(Span::styled(format!("{before}▏{after}"), theme.text));
    } else {
        let name = match list.scope {
            ListScope::Archived => "Archive",
            ListScope::Current => "Conversations",
        };
        let focused = state.focus == Focus::List && state.overlay.is_none();
        let style = if focused { theme.title } else { theme.muted };
        spans.push(Span::styled(fit(name, room), style.add_modifier(Modifier::BOLD)));
    }
    with_end(spans, Span::styled(count, theme.faint), columns.saturating_sub(MARGIN))
}

/// How the selection bar of a row is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowHighlight {
    /// Selected, and the list has the focus.
    Focused,
    /// Not selected, but its conversation is on screen.
    Open,
    /// Without a bar.
    Off,
}

struct ListRow<'a> {
    summary: &'a ConversationSummary,
    /// The heading above it.
    group: Option<ListGroup>,
    cursor: RowHighlight,
    state: &'a State,
    theme: &'a Theme,
    columns: usize,
}

impl<'a> ListRow<'a> {
    fn of(
        index: usize,
        group: Option<ListGroup>,
        state: &'a State,
        theme: &'a Theme,
        columns: usize,
    ) -> Option<Self> {
        let summary = state.list.rows.get(*state.list.visible.get(index)?)?;
        let open = state.transcript.open.as_ref();
        let cursor = match (index == state.list.selected, state.focus) {
            (true, Focus::List) => RowHighlight::Focused,
            _ if open.is_some_and(|open| open.id == summary.id) => RowHighlight::Open,
            _ => RowHighlight::Off,
        };
        Some(Self { summary, group, cursor, state, theme, columns })
    }

    fn title_line(&self, fuzzy: Option<&mut FuzzyMatcher>) -> Line<'static> {
        let (summary, state, theme) = (self.summary, self.state, self.theme);
        let title = summary.title.text();
        let title = if title.is_empty() { "(no title)" } else { title };
        let title = clean::title(title);
        let found = fuzzy.map_or_else(Vec::new, |fuzzy| fuzzy.match_positions(&title));
        let arrangement = &state.list.arrangement;
        let archived = state.list.filter.is_some() && arrangement.archived.contains(&summary.id);
        let plain = if archived { theme.muted } else { Style::new() };
        let mut spans = vec![self.edge()];
        if arrangement.pinned.contains(&summary.id) {
            spans.push(Span::styled("★ ", self.hue(theme.mark)));
        }
        let mark = ConversationMark::of(state, summary).map_or("", ConversationMark::symbol);
        let age = self.age();
        let gap = if mark.is_empty() || age.is_empty() { "" } else { " " };
        let right = width(mark).saturating_add(width(gap)).saturating_add(width(&age));
        let used: usize = spans.iter().map(Span::width).sum();
        let free = self.columns.saturating_sub(used).saturating_sub(right).saturating_sub(MARGIN);
        let room = free.saturating_sub(usize::from(right > 0));
        let title = fit_matched(&title, &found, room, self.hue(plain), theme.strong);
        let used: usize = title.iter().map(Span::width).sum();
        spans.extend(title);
        spans.push(Span::raw(" ".repeat(free.saturating_sub(used))));
        spans.push(Span::styled(mark, self.hue(theme.mark)));
        spans.push(Span::styled(format!("{gap}{age}"), self.hue(theme.faint)));
        spans.push(Span::raw("  "));
        Line::from(spans).style(self.style())
    }

    /// The facts below the title.
    fn facts_line(&self) -> Line<'static> {
        let facts = match (&self.summary.readability, self.summary.message_count) {
            (Readability::Damaged(_), _) => "damaged: doctor --fix".to_owned(),
            (Readability::NotStoredLocally, _) => "not stored here".to_owned(),
            (Readability::Whole, number) => count::phrase(number, "message"),
        };
        let room = self.columns.saturating_sub(MARGIN * 2);
        // What was counted, or what to do, is never cut for the sake of the age.
        let (at, now) = (self.summary.last_update, self.state.now);
        let ages = ages(at, now, &self.state.time_zone);
        let with_age = ages.iter().map(|age| format!("{facts} · {age}"));
        let facts = with_age.into_iter().find(|it| width(it) <= room).unwrap_or(facts);
        let facts = fit(&facts, room);
        let rest = " ".repeat(self.columns.saturating_sub(MARGIN).saturating_sub(width(&facts)));
        let text = Span::styled(facts, self.hue(self.theme.muted));
        let line = Line::from(vec![self.edge(), text, Span::raw(rest)]);
        line.style(self.style().remove_modifier(Modifier::BOLD))
    }

    /// The age where neither the heading nor a second row says it.
    fn age(&self) -> String {
        if matches!(self.summary.readability, Readability::Damaged(_)) {
            return "damaged".to_owned();
        }
        let is_said = match self.group {
            Some(ListGroup::Today | ListGroup::Pinned) | None => {
                !self.state.ui_prefs.compact_list.value()
            }
            Some(_) => true,
        };
        if is_said {
            return String::new();
        }
        age(self.summary.last_update, self.state.now, &self.state.time_zone)
    }

    /// The bar at the left of the selected row.
    fn edge(&self) -> Span<'static> {
        match self.cursor {
            RowHighlight::Focused => Span::styled("▌ ", self.theme.accent),
            RowHighlight::Open => Span::styled("▌ ", self.theme.muted),
            RowHighlight::Off => Span::raw("  "),
        }
    }

    /// A colour of a row; where the selected row is reversed, colours would look patchy.
    fn hue(&self, style: Style) -> Style {
        let reversed = self.style().add_modifier.contains(Modifier::REVERSED);
        if reversed { Style::new() } else { style }
    }

    fn style(&self) -> Style {
        match self.cursor {
            RowHighlight::Focused => self.theme.selected,
            RowHighlight::Open => self.theme.selected_idle,
            RowHighlight::Off => Style::new(),
        }
    }
}
