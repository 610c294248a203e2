//! The conversation list pane. Draws only the rows on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::conversation_mark::ConversationMark;
use crate::app::fuzzy::FuzzyMatcher;
use crate::app::{Focus, ListScope, State};
use crate::chat::{ConversationSummary, Readability};
use crate::settings::{Action, Theme};

use super::age::{age, age_phrase};
use super::clean;
use super::fit::{fit, fit_end, fit_matched};
use super::paint;
use super::width::width;

/// Below this width a row shows its age only.
const MIN_COLUMNS_FOR_COUNT: usize = 26;

/// Draws the pane; returns how many conversations fit.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) -> u16 {
    let each = u16::try_from(state.ui_prefs.rows_per_entry()).unwrap_or(1);
    let rows = area.height.saturating_sub(1) / each;
    let wide = usize::from(area.width);
    let mut lines = vec![header(state, theme, wide)];
    let mut fuzzy = state.list.filter.as_deref().map(|typed| FuzzyMatcher::new(typed.trim()));
    let shown = state.list.visible.iter().enumerate().skip(state.list.top).take(usize::from(rows));
    for (place, index) in shown {
        if let Some(summary) = state.list.rows.get(*index) {
            let title = RowTitle::of(summary, fuzzy.as_mut());
            let cursor = match (place == state.list.selected, state.focus) {
                (false, _) => Cursor::Elsewhere,
                (true, Focus::List) => Cursor::Here,
                (true, Focus::Transcript | Focus::Composer) => Cursor::Idle,
            };
            let row = ListRow { title, summary, cursor, state, theme, wide };
            if state.ui_prefs.compact_list {
                lines.push(row.one_line());
            } else {
                lines.extend(row.two_lines());
            }
        }
    }
    if state.list.visible.is_empty() {
        lines.push(Line::styled(fit(&format!(" {}", empty_list_text(state)), wide), theme.faint));
    }
    paint::paint_lines(&lines, area, frame.buffer_mut());
    rows
}

fn empty_list_text(state: &State) -> String {
    let key = |action: Action| {
        state.keymap.primary_key(action).map_or_else(|| "-".to_owned(), |chord| chord.to_string())
    };
    match (state.list.loaded, &state.list.filter, state.list.scope) {
        (false, ..) => "reading…".to_owned(),
        (true, Some(_), _) => "no matches · Esc show all".to_owned(),
        (true, None, ListScope::Archived) => "nothing is archived · Esc close".to_owned(),
        (true, None, ListScope::Current) if !state.list.rows.is_empty() => {
            format!("all archived · {} show", key(Action::ShowArchived))
        }
        (true, None, ListScope::Current) => "no conversations yet".to_owned(),
    }
}

/// The user or "Archived" with the count, or the filter.
fn header(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    let list = &state.list;
    let (count, name) = match (&list.filter, list.scope) {
        (Some(_), _) => (format!("{}/{}", list.visible.len(), list.rows.len()), String::new()),
        (None, ListScope::Archived) => (list.visible.len().to_string(), "Archived".to_owned()),
        (None, ListScope::Current) => {
            (list.visible.len().to_string(), clean::line(&state.session.user).into_owned())
        }
    };
    let room = wide.saturating_sub(width(&count)).saturating_sub(5);
    if let Some(filter) = &list.filter {
        let caret = if list.filtering { "▏" } else { "" };
        return Line::from(vec![
            Span::styled(" /", theme.key),
            Span::styled(format!("{}{caret}  ", fit_end(&clean::line(filter), room)), theme.text),
            Span::styled(count, theme.faint),
        ]);
    }
    Line::from(vec![
        Span::styled(format!(" {}", fit(&name, room)), theme.strong),
        Span::styled(format!("  {count}"), theme.faint),
    ])
}

/// A title with the graphemes that match the filter.
struct RowTitle {
    text: String,
    match_positions: Vec<usize>,
}

impl RowTitle {
    fn of(summary: &ConversationSummary, fuzzy: Option<&mut FuzzyMatcher>) -> Self {
        let title = if summary.title.is_empty() { "(no title)" } else { &summary.title };
        let text = clean::title(title).into_owned();
        let found = fuzzy.map_or_else(Vec::new, |fuzzy| fuzzy.match_positions(&text));
        Self { text, match_positions: found }
    }
}

/// Whether a row is selected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cursor {
    /// It is, and the list has the focus.
    Here,
    /// It is, but another pane has the focus.
    Idle,
    /// It is not.
    Elsewhere,
}

struct ListRow<'a> {
    title: RowTitle,
    summary: &'a ConversationSummary,
    cursor: Cursor,
    state: &'a State,
    theme: &'a Theme,
    wide: usize,
}

impl ListRow<'_> {
    fn one_line(&self) -> Line<'static> {
        let age = age(self.summary.last_update, self.state.now);
        let about = match &self.summary.readability {
            Readability::Damaged(_) => "damaged".to_owned(),
            Readability::Whole if self.wide >= MIN_COLUMNS_FOR_COUNT => {
                format!("{} {age:>3}", self.summary.message_count)
            }
            Readability::Whole | Readability::NotStoredLocally => age,
        };
        self.title_line(&about)
    }

    /// The title in full width, and the facts below it.
    fn two_lines(&self) -> [Line<'static>; 2] {
        let many = match (&self.summary.readability, self.summary.message_count) {
            (Readability::Damaged(_), _) => "damaged".to_owned(),
            (Readability::NotStoredLocally, _) => "not stored here".to_owned(),
            (Readability::Whole, 1) => "1 message".to_owned(),
            (Readability::Whole, many) => format!("{many} messages"),
        };
        let about = format!("  {many} · {}", age_phrase(self.summary.last_update, self.state.now));
        let about = fit(&about, self.wide.saturating_sub(1));
        let first = self.title_line("");
        let ink = if self.cursor == Cursor::Here { first.style } else { self.theme.faint };
        let rest = " ".repeat(self.wide.saturating_sub(width(&about)));
        [first, Line::styled(format!("{about}{rest}"), ink)]
    }

    fn title_line(&self, about: &str) -> Line<'static> {
        let (summary, state, theme) = (self.summary, self.state, self.theme);
        let arrangement = &state.list.arrangement;
        let gap = if about.is_empty() { 3 } else { 4 };
        let room = self.wide.saturating_sub(width(about)).saturating_sub(gap);
        let archived = state.list.filter.is_some() && arrangement.archived.contains(&summary.id);
        let plain = if archived { theme.faint } else { Style::new() };
        // Colors would be hard to read in the selected row.
        let own = |ink: Style| if self.cursor == Cursor::Here { Style::new() } else { ink };
        let sign = ConversationMark::of(state, summary).map_or(" ", mark_symbol);
        let mut spans = vec![Span::styled(sign, own(theme.mark))];
        let pin = if arrangement.pinned.contains(&summary.id) { "*" } else { " " };
        spans.push(Span::styled(pin, own(theme.mark)));
        let title = &self.title;
        spans.extend(fit_matched(
            &title.text,
            &title.match_positions,
            room,
            own(plain),
            theme.strong,
        ));
        let used: usize = spans.iter().map(Span::width).sum();
        let free = self.wide.saturating_sub(used).saturating_sub(width(about)).saturating_sub(1);
        spans.push(Span::raw(" ".repeat(free)));
        spans.push(Span::styled(about.to_owned(), own(theme.faint)));
        spans.push(Span::raw(" "));
        Line::from(spans).style(self.style())
    }

    fn style(&self) -> Style {
        let open = self.state.transcript.open.as_ref();
        match self.cursor {
            Cursor::Here => self.theme.selected,
            Cursor::Idle | Cursor::Elsewhere
                if open.is_some_and(|open| open.id == self.summary.id) =>
            {
                self.theme.selected_idle
            }
            Cursor::Idle | Cursor::Elsewhere => self.theme.text,
        }
    }
}

#[must_use]
pub(crate) const fn mark_symbol(mark: ConversationMark) -> &'static str {
    match mark {
        ConversationMark::Damaged => "!",
        ConversationMark::Streaming => "▸",
        ConversationMark::WebAppAnswering => "▹",
        ConversationMark::Undelivered => "↑",
        ConversationMark::Unread => "●",
        ConversationMark::Changed => "~",
        ConversationMark::Unanswered => "?",
        ConversationMark::Interrupted => "…",
        ConversationMark::NotStoredLocally => "·",
    }
}
