//! The list pane: a row for each conversation, with marks for what deserves a look.
//! May not draw rows that are not on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_segmentation::UnicodeSegmentation;

use crate::app::{Focus, State};
use crate::chat::{Readability, Role, Summary};
use crate::settings::Theme;

use super::age::age;
use super::clean;
use super::wrap::width;

/// Draws the pane; returns how many rows it has for conversations.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) -> u16 {
    let rows = area.height.saturating_sub(1);
    let wide = usize::from(area.width);
    let mut lines = vec![header(state, theme, wide)];
    let shown = state.list.shown.iter().enumerate().skip(state.list.top).take(usize::from(rows));
    for (place, index) in shown {
        if let Some(summary) = state.list.rows.get(*index) {
            lines.push(row(summary, place == state.list.selected, state, theme, wide));
        }
    }
    if state.list.shown.is_empty() {
        let text = match (state.list.loaded, &state.list.filter) {
            (false, _) => "reading…",
            (true, Some(_)) => "nothing fits",
            (true, None) => "no conversations yet",
        };
        lines.push(Line::styled(format!(" {text}"), theme.faint));
    }
    frame.render_widget(Paragraph::new(lines), area);
    rows
}

/// What is listed, or the filter being typed.
fn header(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    if let Some(filter) = &state.list.filter {
        let caret = if state.list.filtering { "▏" } else { "" };
        return Line::from(vec![
            Span::styled(" /", theme.key),
            Span::styled(format!("{}{caret}", clean::line(filter)), theme.text),
        ]);
    }
    let count = state.list.rows.len();
    let name = fit(&clean::line(&state.session.user), wide.saturating_sub(10));
    Line::from(vec![
        Span::styled(format!(" {name}"), theme.strong),
        Span::styled(format!("  {count}"), theme.faint),
    ])
}

fn row(
    summary: &Summary,
    selected: bool,
    state: &State,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    let about = match &summary.readability {
        Readability::Damaged(_) => "damaged".to_owned(),
        Readability::NotStoredLocally => age(summary.last_update, state.now),
        Readability::Whole => {
            format!("{} {:>3}", summary.message_count, age(summary.last_update, state.now))
        }
    };
    let title = if summary.title.is_empty() { "(no title)" } else { &summary.title };
    let room = wide.saturating_sub(width(&about)).saturating_sub(4);
    let title = fit(&clean::line(title), room);
    let free = room.saturating_sub(width(&title));
    let line = Line::from(vec![
        Span::styled(mark(summary, state), theme.mark),
        Span::raw(" "),
        Span::raw(title),
        Span::raw(" ".repeat(free.saturating_add(1))),
        Span::styled(about, theme.faint),
        Span::raw(" "),
    ]);
    let is_open = state.transcript.open.as_ref().is_some_and(|open| open.id == summary.id);
    match (selected, state.focus == Focus::List) {
        (true, true) => line.style(theme.selected),
        (_, _) if is_open => line.style(theme.selected_idle),
        _ => line.style(theme.text),
    }
}

/// One sign for what deserves a look, the most pressing first.
fn mark(summary: &Summary, state: &State) -> &'static str {
    let unread = state.list.unread.contains(&summary.id);
    match &summary.readability {
        Readability::Damaged(_) => "!",
        _ if state.turn_in(&summary.id).is_some() => "▸",
        _ if unread => "●",
        Readability::NotStoredLocally => "·",
        Readability::Whole if summary.last_role == Some(Role::User) => "?",
        Readability::Whole => " ",
    }
}

/// A text cut to a width, with a sign that it was.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for grapheme in text.graphemes(true) {
        if width(&out).saturating_add(width(grapheme)).saturating_add(1) > columns {
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
