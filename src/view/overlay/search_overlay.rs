//! The search in all conversations.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{SearchHit, SearchOverlay, SearchProgress, State};
use crate::chat::{DetailKind, Role, count};
use crate::settings::Theme;
use crate::view::age::ages;
use crate::view::clean;
use crate::view::fit::{counted_line, fit, fit_words, with_end};
use crate::view::width::width;

use crate::view::overlay::dialog::{fitted_columns, key_hints, under_cursor};
use crate::view::overlay::picker::{self, Picker, visible_rows};

/// The most columns and rows.
const WANTED_SIZE: (u16, u16) = (100, 30);
/// Below this width a hit is shown without its role.
const MIN_COLUMNS_FOR_ROLE: usize = 50;
/// Below this width its age is a few characters.
const MIN_COLUMNS_FOR_WORDS: usize = 70;
/// Where fewer rows than these are above the composer, the box covers it.
const MIN_ROWS_ABOVE_COMPOSER: u16 = 18;
/// From this many rows on an empty one separates conversations.
const MIN_ROWS_FOR_GAPS: usize = 10;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    find: &SearchOverlay,
    theme: &Theme,
) {
    let wanted = (WANTED_SIZE.0, wanted_rows(area));
    let (_, room) = visible_rows(area, wanted.1, 0);
    let columns = fitted_columns(area, WANTED_SIZE.0);
    let mut rows = hit_rows(state, find, theme, (columns, room));
    if rows.is_empty() {
        rows.push(Line::styled(empty_text(find), theme.faint));
    }
    let footer = key_hints(&[("Enter", "select"), ("Esc", "close")], columns, theme);
    let count = progress_text(find);
    let picker = Picker {
        title: "Search all conversations",
        sign: "› ",
        field: &find.editor,
        rows,
        wanted,
        count,
        footer,
    };
    picker::draw(frame, area, picker, theme);
}

/// As many rows as there may be, or as stand above the composer of a high screen.
fn wanted_rows(area: Rect) -> u16 {
    let above = picker::rows_above_composer(area);
    if above >= MIN_ROWS_ABOVE_COMPOSER { WANTED_SIZE.1.min(above) } else { WANTED_SIZE.1 }
}

/// The hits in view, each conversation's below its title.
fn hit_rows(
    state: &State,
    find: &SearchOverlay,
    theme: &Theme,
    (columns, room): (usize, usize),
) -> Vec<Line<'static>> {
    let gap = usize::from(room >= MIN_ROWS_FOR_GAPS);
    let mut rows: Vec<Line<'static>> = Vec::new();
    let top = first_in_view(&find.hits, find.selected, room, gap);
    for (index, hit) in find.hits.iter().enumerate().skip(top) {
        let is_first = index == top || !is_same_conversation(&find.hits, index);
        let above = if rows.is_empty() { 0 } else { gap };
        let needed = if is_first { above.saturating_add(2) } else { 1 };
        if rows.len().saturating_add(needed) > room {
            break;
        }
        if is_first {
            rows.extend((0..above).map(|_| Line::default()));
            rows.push(heading(&find.hits, hit, theme, columns));
        }
        let line = hit_line(hit, state, theme, columns);
        let selected = index == find.selected;
        rows.push(if selected { under_cursor(&line, columns, theme) } else { line });
    }
    rows
}

/// The title of a conversation, with the number of its hits.
fn heading(hits: &[SearchHit], hit: &SearchHit, theme: &Theme, columns: usize) -> Line<'static> {
    let many = hits.iter().filter(|other| other.conversation == hit.conversation).count();
    let count = count::phrase(many, "match");
    let title = if hit.title.is_empty() { "(no title)" } else { &hit.title };
    counted_line((&clean::line(title), theme.strong), (count, theme.faint), columns)
}

fn empty_text(find: &SearchOverlay) -> &'static str {
    match &find.progress {
        None => "Type a word or two.",
        Some(SearchProgress::Searching) => "Searching…",
        Some(SearchProgress::Done | SearchProgress::TooMany) => "No matches",
        Some(SearchProgress::Failed(_)) => "The search failed.",
    }
}

fn progress_text(find: &SearchOverlay) -> String {
    let many = find.hits.len();
    match &find.progress {
        Some(SearchProgress::Failed(failure)) => clean::line(&failure.sentence).into_owned(),
        Some(SearchProgress::Searching | SearchProgress::Done) | None if many == 0 => String::new(),
        Some(SearchProgress::Searching) => format!("{many} so far, searching…"),
        Some(SearchProgress::Done) | None => count::phrase(many, "match"),
        Some(SearchProgress::TooMany) => format!("{many}+ matches"),
    }
}

/// Whether a hit is in the conversation of the hit before it.
fn is_same_conversation(hits: &[SearchHit], index: usize) -> bool {
    let conversation = |index: usize| hits.get(index).map(|hit| &hit.conversation);
    let before = index.checked_sub(1).and_then(conversation);
    before.is_some() && before == conversation(index)
}

/// The first hit in view, so that the selected one is the last that fits or above.
fn first_in_view(hits: &[SearchHit], selected: usize, room: usize, gap: usize) -> usize {
    let mut first = selected;
    // The selected hit and the heading above the first one.
    let mut used = 2_usize;
    while let Some(before) = first.checked_sub(1) {
        used = used.saturating_add(1);
        if !is_same_conversation(hits, first) {
            used = used.saturating_add(1).saturating_add(gap);
        }
        if used > room {
            break;
        }
        first = before;
    }
    first
}

/// The match in its context, with its role and age at the right.
fn hit_line(hit: &SearchHit, state: &State, theme: &Theme, columns: usize) -> Line<'static> {
    let who = hit.message.as_ref().map_or_else(
        || "Title".to_owned(),
        |message| {
            let name = match &message.role {
                Role::User => "Question",
                Role::Assistant => "Answer",
                Role::Other(_) => "Message",
            };
            let who = message.part.map_or(name, DetailKind::label);
            let mut ages = ages(message.at, state.now, &state.time_zone).into_iter();
            let age = if columns < MIN_COLUMNS_FOR_WORDS { ages.last() } else { ages.next() };
            age.map_or_else(|| who.to_owned(), |age| format!("{who} · {age}"))
        },
    );
    let who = if columns < MIN_COLUMNS_FOR_ROLE { String::new() } else { who };
    let room = columns.saturating_sub(width(&who)).saturating_sub(2);
    with_end(snippet(hit, theme, room), Span::styled(who, theme.faint), columns)
}

/// The match in its context; the match is always visible.
fn snippet(hit: &SearchHit, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
    let room = columns.saturating_sub(2);
    let found = fit(&clean::line(&hit.excerpt.matched), room);
    let rest = room.saturating_sub(width(&found));
    let before = fit_end(&clean::line(&hit.excerpt.before), rest / 2);
    let rest = rest.saturating_sub(width(&before));
    let text = clean::line(&hit.excerpt.after);
    let words = fit_words(&text, rest);
    let after = if words.is_empty() { fit(&text, rest) } else { words };
    vec![
        Span::styled(format!("  {before}"), theme.muted),
        Span::styled(found, theme.strong.patch(theme.accent)),
        Span::styled(after, theme.muted),
    ]
}

/// The end of a text that fits a width, from the beginning of a word where one fits, with an ellipsis.
fn fit_end(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let fits = |at: &usize| width(text.get(*at..).unwrap_or_default()) <= room;
    let words = text.match_indices(' ').map(|(at, space)| at.saturating_add(space.len()));
    let word = words.filter(|at| *at < text.len()).find(fits);
    let start = word.or_else(|| text.char_indices().map(|(at, _)| at).find(fits));
    start.and_then(|start| text.get(start..)).map_or_else(String::new, |end| format!("…{end}"))
}
