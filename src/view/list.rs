//! The list pane: a row for each conversation, with marks for what deserves a look.
//! May not draw rows that are not on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::fuzzy::Fuzzy;
use crate::app::mark::Mark;
use crate::app::{Focus, Sight, State};
use crate::chat::{Readability, Summary};
use crate::settings::{Action, Theme};

use super::age::{age, since};
use super::clean;
use super::overlay::picker::marked;
use super::paint;
use super::wrap::width;

/// Columns under which a row tells its age only, not how many messages it has.
const COUNTED: usize = 26;

/// Draws the pane; returns how many rows it has for conversations.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) -> u16 {
    let each = u16::try_from(state.looks.list_rows()).unwrap_or(1);
    let rows = area.height.saturating_sub(1) / each;
    let wide = usize::from(area.width);
    let mut lines = vec![header(state, theme, wide)];
    let mut fuzzy = state.list.filter.as_deref().map(|typed| Fuzzy::new(typed.trim()));
    let shown = state.list.shown.iter().enumerate().skip(state.list.top).take(usize::from(rows));
    for (place, index) in shown {
        if let Some(summary) = state.list.rows.get(*index) {
            let title = Title::of(summary, fuzzy.as_mut());
            let selected = place == state.list.selected;
            if state.looks.compact_list {
                lines.push(row(&title, summary, selected, state, theme, wide));
            } else {
                lines.extend(two_rows(&title, summary, selected, state, theme, wide));
            }
        }
    }
    if state.list.shown.is_empty() {
        lines.push(Line::styled(fit(&format!(" {}", nothing(state)), wide), theme.faint));
    }
    paint::lines(&lines, area, frame.buffer_mut());
    rows
}

/// What is said where no row is.
fn nothing(state: &State) -> String {
    let key = |action: Action| {
        state.keymap.key(action).map_or_else(|| "-".to_owned(), |chord| chord.to_string())
    };
    match (state.list.loaded, &state.list.filter, state.list.sight) {
        (false, ..) => "reading…".to_owned(),
        (true, Some(_), _) => "nothing fits, Esc shows all".to_owned(),
        (true, None, Sight::Archived) => "nothing is archived, Esc leaves".to_owned(),
        (true, None, Sight::Current) if !state.list.rows.is_empty() => {
            format!("all are archived, {} shows them", key(Action::ShowArchived))
        }
        (true, None, Sight::Current) => "no conversations yet".to_owned(),
    }
}

/// What is listed and how many, or the filter being typed.
fn header(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    let list = &state.list;
    let (count, name) = match (&list.filter, list.sight) {
        (Some(_), _) => (format!("{}/{}", list.shown.len(), list.rows.len()), String::new()),
        (None, Sight::Archived) => (list.shown.len().to_string(), "Archived".to_owned()),
        (None, Sight::Current) => {
            (list.shown.len().to_string(), clean::line(&state.session.user).into_owned())
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

/// A title as it is shown, with the characters a filter found in it.
struct Title {
    text: String,
    found: Vec<usize>,
}

impl Title {
    fn of(summary: &Summary, fuzzy: Option<&mut Fuzzy>) -> Self {
        let title = if summary.title.is_empty() { "(no title)" } else { &summary.title };
        let text = clean::title(title).into_owned();
        let found = fuzzy.map_or_else(Vec::new, |fuzzy| fuzzy.places(&text));
        Self { text, found }
    }
}

fn row(
    title: &Title,
    summary: &Summary,
    selected: bool,
    state: &State,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    let age = age(summary.last_update, state.now);
    let about = match &summary.readability {
        Readability::Damaged(_) => "damaged".to_owned(),
        Readability::Whole if wide >= COUNTED => format!("{} {age:>3}", summary.message_count),
        Readability::Whole | Readability::NotStoredLocally => age,
    };
    titled(title, summary, &about, selected, state, theme, wide)
}

/// The title with the whole width, and below it what else is known.
fn two_rows(
    title: &Title,
    summary: &Summary,
    selected: bool,
    state: &State,
    theme: &Theme,
    wide: usize,
) -> [Line<'static>; 2] {
    let many = match (&summary.readability, summary.message_count) {
        (Readability::Damaged(_), _) => "damaged".to_owned(),
        (Readability::NotStoredLocally, _) => "not stored here".to_owned(),
        (Readability::Whole, 1) => "1 message".to_owned(),
        (Readability::Whole, many) => format!("{many} messages"),
    };
    let about = format!("  {many} · {}", since(summary.last_update, state.now));
    let about = fit(&about, wide.saturating_sub(1));
    let first = titled(title, summary, "", selected, state, theme, wide);
    let has_keys = selected && state.focus == Focus::List;
    let ink = if has_keys { first.style } else { theme.faint };
    let rest = " ".repeat(wide.saturating_sub(width(&about)));
    [first, Line::styled(format!("{about}{rest}"), ink)]
}

fn titled(
    title: &Title,
    summary: &Summary,
    about: &str,
    selected: bool,
    state: &State,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    let arrangement = &state.list.arrangement;
    let gap = if about.is_empty() { 3 } else { 4 };
    let room = wide.saturating_sub(width(about)).saturating_sub(gap);
    let archived = state.list.filter.is_some() && arrangement.archived.contains(&summary.id);
    let plain = if archived { theme.faint } else { Style::new() };
    let is_open = state.transcript.open.as_ref().is_some_and(|open| open.id == summary.id);
    let style = match (selected, state.focus == Focus::List) {
        (true, true) => theme.selected,
        (_, _) if is_open => theme.selected_idle,
        _ => theme.text,
    };
    // Colours of their own would hardly be readable under the cursor.
    let own = |ink: Style| if selected && state.focus == Focus::List { Style::new() } else { ink };
    let sign = Mark::of(state, summary).map_or(" ", sign);
    let mut spans = vec![Span::styled(sign, own(theme.mark))];
    let pin = if arrangement.pinned.contains(&summary.id) { "*" } else { " " };
    spans.push(Span::styled(pin, own(theme.mark)));
    spans.extend(marked(&title.text, &title.found, room, own(plain), theme.strong));
    let used: usize = spans.iter().map(Span::width).sum();
    let free = wide.saturating_sub(used).saturating_sub(width(about)).saturating_sub(1);
    spans.push(Span::raw(" ".repeat(free)));
    spans.push(Span::styled(about.to_owned(), own(theme.faint)));
    spans.push(Span::raw(" "));
    Line::from(spans).style(style)
}

/// The sign of a mark, one column wide.
#[must_use]
pub const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Damaged => "!",
        Mark::Streaming => "▸",
        Mark::OnWeb => "▹",
        Mark::Undelivered => "↑",
        Mark::Unread => "●",
        Mark::Changed => "~",
        Mark::Unanswered => "?",
        Mark::Interrupted => "…",
        Mark::Elsewhere => "·",
    }
}

/// The end of a text that fits a width.
fn fit_end(text: &str, columns: usize) -> String {
    let mut start = 0;
    for (at, _) in text.grapheme_indices(true) {
        start = at;
        if width(text.get(at..).unwrap_or_default()) <= columns {
            break;
        }
    }
    text.get(start..).unwrap_or_default().to_owned()
}

/// A text cut to a width, with a sign that it was.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1_usize;
    for grapheme in text.graphemes(true) {
        used = used.saturating_add(width(grapheme));
        if used > columns {
            break;
        }
        out.push_str(grapheme);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_between_characters_people_see_as_one() {
        assert_eq!(fit("hello", 5), "hello");
        assert_eq!(fit("hello!", 5), "hell…");
        assert_eq!(fit("名前名前", 5), "名前…");
        assert_eq!(fit("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
        assert_eq!(fit("x", 0), "");
    }
}
