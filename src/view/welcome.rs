//! The page of a new conversation: the wordmark, what is missing to start, recent conversations and
//! the first keys; on a small screen the most important of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::State;
use crate::app::list::recent_conversations;
use crate::settings::{Action, Theme};

use super::age::age_phrase;
use super::clean;
use super::fit::{fit, fit_words};
use super::message::remark_lines;
use super::pane_widths::is_list_beside;
use super::width::width;
use super::wordmark::Wordmark;

/// The most columns of the page.
const MAX_COLUMNS: u16 = 62;
const SLOGAN: &str = "Chat with any model in your terminal";
/// Below this width a conversation is shown without its age.
const MIN_COLUMNS_FOR_AGE: usize = 46;
/// The hint where no API key is set.
const NO_API_KEY: &str = "No API key is set. Type /setup to choose a server and a key.";

/// What stands at the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageHead {
    WordmarkAndSlogan,
    SmallWordmarkAndSlogan,
    SmallWordmark,
    Title,
}

impl PageHead {
    /// The wordmark at the top.
    const fn wordmark(self) -> Option<Wordmark> {
        match self {
            Self::WordmarkAndSlogan => Some(Wordmark::Large),
            Self::SmallWordmarkAndSlogan | Self::SmallWordmark => Some(Wordmark::Small),
            Self::Title => None,
        }
    }
}

/// How much of the page is shown.
#[derive(Debug, Clone, Copy)]
struct PageExtent {
    head: PageHead,
    /// The most conversations to continue.
    recent: usize,
    /// The most keys to name.
    keys: usize,
}

/// From the whole page to the least of it: the first that fits is shown.
const EXTENTS: [PageExtent; 10] = [
    PageExtent { head: PageHead::WordmarkAndSlogan, recent: 5, keys: 6 },
    PageExtent { head: PageHead::SmallWordmarkAndSlogan, recent: 5, keys: 6 },
    PageExtent { head: PageHead::SmallWordmarkAndSlogan, recent: 3, keys: 5 },
    PageExtent { head: PageHead::SmallWordmark, recent: 3, keys: 5 },
    PageExtent { head: PageHead::Title, recent: 3, keys: 5 },
    PageExtent { head: PageHead::Title, recent: 3, keys: 3 },
    PageExtent { head: PageHead::Title, recent: 1, keys: 2 },
    PageExtent { head: PageHead::Title, recent: 0, keys: 2 },
    PageExtent { head: PageHead::Title, recent: 0, keys: 1 },
    PageExtent { head: PageHead::Title, recent: 0, keys: 0 },
];

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    if let Some(opening) = &state.transcript.opening {
        let text = format!("Opening {}…", clean::line(opening.as_str()));
        let text = fit(&text, usize::from(area.width));
        return frame.render_widget(Paragraph::new(Line::styled(text, theme.muted)), area);
    }
    let page_width = area.width.min(MAX_COLUMNS);
    let x = area.x.saturating_add(area.width.saturating_sub(page_width) / 2);
    let columns = usize::from(page_width);
    let problem = state.list.problem.as_deref().filter(|_| !is_list_beside(state));
    let room = columns.saturating_sub(2);
    let mut missing = match problem {
        Some(problem) => balanced_lines(problem, theme.error, room),
        None if state.session.lacks_key => balanced_lines(NO_API_KEY, theme.warning, room),
        None => Vec::new(),
    };
    for line in &mut missing {
        line.spans.insert(0, Span::raw("  "));
    }
    let parts = |amount: PageExtent| -> Vec<Vec<Line<'static>>> {
        let head = head_lines(amount.head, theme, columns);
        let recent = recent_lines(amount.recent, state, theme, columns);
        let keys = key_lines(amount.keys, state, theme, columns);
        let all = [head, missing.clone(), recent, keys];
        all.into_iter().filter(|lines| !lines.is_empty()).collect()
    };
    let height = |parts: &[Vec<Line<'static>>]| {
        let rows: usize = parts.iter().map(Vec::len).sum();
        rows.saturating_add(parts.len().saturating_sub(1))
    };
    let shown = EXTENTS
        .into_iter()
        .filter(|amount| amount.head.wordmark().is_none_or(|it| columns >= it.columns()))
        .map(|amount| (amount.head, parts(amount)))
        .find(|(head, parts)| {
            // A wordmark stands clear of the edges.
            let margin = if head.wordmark().is_some() { 2 } else { 0 };
            height(parts).saturating_add(margin) <= usize::from(area.height)
        })
        .map(|(_, parts)| parts);
    let parts = shown.unwrap_or_else(|| vec![missing.clone()]);
    let lines: Vec<Line<'static>> = parts.join(&Line::default());
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    let y = area.y.saturating_add(area.height.saturating_sub(rows) / 2);
    let page = Rect { x, y, width: page_width, height: rows };
    let marked: Vec<u16> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.style == theme.selected)
        .filter_map(|(at, _)| u16::try_from(at).ok())
        .collect();
    frame.render_widget(Paragraph::new(lines), page);
    for row in marked {
        let y = page.y.saturating_add(row);
        frame.buffer_mut().set_stringn(page.x, y, "▌", 1, theme.accent);
    }
}

/// A sentence in as few lines as it takes, each about as long as the others.
fn balanced_lines(text: &str, style: Style, columns: usize) -> Vec<Line<'static>> {
    let lines = remark_lines(text, style, columns);
    let narrower = (1..columns).rev().map(|columns| remark_lines(text, style, columns));
    narrower.take_while(|other| other.len() == lines.len()).last().unwrap_or(lines)
}

/// Draws the wordmark and the slogan, or only a title where there is little room.
fn head_lines(head: PageHead, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let Some(wordmark) = head.wordmark() else {
        return vec![Line::styled(fit_words("  New conversation", columns), theme.title)];
    };
    let centered = |mut line: Line<'static>, line_columns: usize| {
        let left = columns.saturating_sub(line_columns) / 2;
        line.spans.insert(0, Span::raw(" ".repeat(left)));
        line
    };
    let mut lines: Vec<Line<'static>> =
        wordmark.lines(theme).into_iter().map(|line| centered(line, wordmark.columns())).collect();
    if head != PageHead::SmallWordmark {
        let slogan = fit_words(SLOGAN, columns);
        lines.push(Line::default());
        lines.push(centered(Line::styled(slogan.clone(), theme.muted), width(&slogan)));
        lines.push(Line::default());
    }
    lines
}

/// The conversations to continue; the first one is opened by Enter.
fn recent_lines(most: usize, state: &State, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let recent = recent_conversations(&state.list).take(most);
    let mut lines = Vec::new();
    for (index, row) in recent.enumerate() {
        if index == 0 {
            lines.push(Line::styled("  Continue", theme.faint));
        }
        let shows_age = columns >= MIN_COLUMNS_FOR_AGE;
        let age = || age_phrase(row.last_update, state.now, &state.time_zone);
        let age = if shows_age { age() } else { String::new() };
        let title = row.title.text();
        let title = if title.is_empty() { "(no title)" } else { title };
        let room = columns.saturating_sub(width(&age)).saturating_sub(6);
        let title = fit(&clean::title(title), room);
        let free =
            columns.saturating_sub(width(&title)).saturating_sub(width(&age)).saturating_sub(4);
        let reversed = theme.selected.add_modifier.contains(Modifier::REVERSED);
        let faint = if index == 0 && reversed { theme.text } else { theme.faint };
        let line = Line::from(vec![
            Span::raw(format!("  {title}{}", " ".repeat(free))),
            Span::styled(age, faint),
            Span::raw("  "),
        ]);
        lines.push(if index == 0 { line.style(theme.selected) } else { line.style(theme.text) });
    }
    lines
}

/// The keys to start with; where not all fit, those that others lead to are left out.
fn key_lines(most: usize, state: &State, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let named = |action| state.keymap.key_name(action);
    let any = !state.list.rows.is_empty();
    let send: &[&str] = if any {
        &["send, or open the marked conversation", "send, or continue", "send"]
    } else {
        &["send the message", "send"]
    };
    // Key, effect in ever fewer words, whether it is useful now, and how early it is left out.
    let all: [(Option<String>, &[&str], bool, u8); 6] = [
        (named(Action::Send), send, true, 0),
        (named(Action::NewLine), &["new line"], true, 2),
        (Some("@".to_owned()), &["attach a file"], true, 4),
        (named(Action::FindEverywhere), &["search all conversations", "search"], any, 3),
        (named(Action::Palette), &["commands"], true, 5),
        (named(Action::Help), &["help"], true, 0),
    ];
    let mut here: Vec<(String, &[&str], u8)> = all
        .into_iter()
        .filter(|(_, _, of_use, _)| *of_use)
        .filter_map(|(key, what, _, late)| Some((key?, what, late)))
        .collect();
    while here.len() > most {
        let latest = here.iter().map(|(_, _, late)| *late).max();
        let index = here.iter().rposition(|(_, _, late)| Some(*late) == latest);
        here.remove(index.unwrap_or(0));
    }
    let column = here.iter().map(|(key, ..)| width(key)).max().unwrap_or(0).max(6);
    let room = columns.saturating_sub(column).saturating_sub(4);
    let line = |(key, what, _): (String, &[&str], u8)| {
        let fits = what.iter().find(|words| width(words) <= room).or(what.last());
        let what = fit_words(fits.copied().unwrap_or_default(), room);
        Line::from(vec![
            Span::styled(format!("  {key:<column$}"), theme.key),
            Span::styled(format!("  {what}"), theme.muted),
        ])
    };
    here.into_iter().map(line).collect()
}
