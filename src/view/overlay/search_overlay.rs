//! The search in all conversations.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{SearchHit, SearchOverlay, SearchProgress, State};
use crate::chat::{DetailKind, Role};
use crate::settings::Theme;
use crate::view::age::age;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::width::width;

use crate::view::overlay::dialog::key_hints;
use crate::view::overlay::picker::{self, Picker, under_cursor, visible_rows};

/// The most columns and rows.
const WANTED_SIZE: (u16, u16) = (100, 30);
const ROWS_PER_HIT: usize = 2;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    find: &SearchOverlay,
    theme: &Theme,
) {
    let (_, many) = visible_rows(area, WANTED_SIZE.1, 0);
    let many = (many / ROWS_PER_HIT).max(1);
    let top = find.selected.saturating_add(1).saturating_sub(many);
    let wide = usize::from(WANTED_SIZE.0.min(area.width.saturating_sub(4)));
    let shown = find.hits.iter().enumerate().skip(top).take(many);
    let mut rows: Vec<Line<'static>> = shown
        .flat_map(|(place, hit)| {
            let lines = hit_lines(hit, state, theme, wide);
            // Colors would be hard to read in the selected row.
            let selected = place == find.selected;
            if selected { lines.map(|line| under_cursor(&line, wide, theme)) } else { lines }
        })
        .collect();
    if rows.is_empty() {
        rows.push(Line::styled(empty_text(find), theme.faint));
    }
    let mut foot = key_hints(&[("Enter", "open"), ("Esc", "close")], wide, theme);
    let progress = fit(&progress_text(find), wide.saturating_sub(foot.width()).saturating_sub(2));
    let free = wide.saturating_sub(foot.width()).saturating_sub(width(&progress));
    foot.push_span(Span::raw(" ".repeat(free)));
    foot.push_span(Span::styled(progress, theme.faint));
    let picker = Picker {
        title: "Find in all conversations",
        sign: "/",
        field: &find.editor,
        rows,
        wanted: WANTED_SIZE,
        foot,
    };
    picker::draw(frame, area, picker, theme);
}

fn empty_text(find: &SearchOverlay) -> &'static str {
    match &find.progress {
        None => "Type a word or two.",
        Some(SearchProgress::Searching) => "Looking…",
        Some(SearchProgress::Done | SearchProgress::TooMany) => "No matches.",
        Some(SearchProgress::Failed(_)) => "The search failed.",
    }
}

fn progress_text(find: &SearchOverlay) -> String {
    let many = find.hits.len();
    let at = find.selected.saturating_add(1);
    match &find.progress {
        Some(SearchProgress::Failed(failure)) => clean::line(&failure.sentence).into_owned(),
        Some(SearchProgress::Searching | SearchProgress::Done) | None if many == 0 => String::new(),
        Some(SearchProgress::Searching) => format!("{at} of {many}, searching…"),
        Some(SearchProgress::Done) | None => format!("{at} of {many}"),
        Some(SearchProgress::TooMany) => format!("{at} of the first {many}"),
    }
}

/// The title with role and age, and the match in its context.
fn hit_lines(hit: &SearchHit, state: &State, theme: &Theme, wide: usize) -> [Line<'static>; 2] {
    let who = hit.message.as_ref().map_or_else(
        || "title".to_owned(),
        |message| {
            let name = match &message.role {
                Role::User => "You",
                Role::Assistant => "Assistant",
                Role::Other(_) => "other",
            };
            let who = message.part.map_or(name, DetailKind::location);
            format!("{who} {}", age(message.at, state.now))
        },
    );
    let title = if hit.title.is_empty() { "(no title)" } else { &hit.title };
    let title = fit(&clean::line(title), wide.saturating_sub(width(&who)).saturating_sub(2));
    let free = wide.saturating_sub(width(&title)).saturating_sub(width(&who));
    let head = vec![
        Span::styled(title, theme.text),
        Span::raw(" ".repeat(free)),
        Span::styled(who, theme.faint),
    ];
    [Line::from(head), Line::from(snippet(hit, theme, wide))]
}

/// The match in its context; the match is always visible.
fn snippet(hit: &SearchHit, theme: &Theme, wide: usize) -> Vec<Span<'static>> {
    let room = wide.saturating_sub(2);
    let found = fit(&clean::line(&hit.matched), room);
    let rest = room.saturating_sub(width(&found));
    let before = fit_end(&clean::line(&hit.before), rest / 2);
    let rest = rest.saturating_sub(width(&before));
    let after = fit(&clean::line(&hit.after), rest);
    vec![
        Span::styled(format!("  {before}"), theme.faint),
        Span::styled(found, theme.strong),
        Span::styled(after, theme.faint),
    ]
}

/// The end of a text that fits a width, with an ellipsis.
fn fit_end(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let start = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| width(text.get(*at..).unwrap_or_default()) <= room);
    start.and_then(|start| text.get(start..)).map_or_else(String::new, |end| format!("…{end}"))
}
