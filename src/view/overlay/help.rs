//! The help page: the keys by task, with a filter.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{HelpView, State};
use crate::chat::{casefold::casefold, count};
use crate::settings::{Action, Theme};

use super::dialog::{
    BoxMargins, BoxSize, content_columns, draw_counted_box, draw_first_field, draw_foot, key_hints,
};
use super::help_columns::{in_two_columns, section_lines};
use super::help_rows::{HelpRow, HelpSection, UNSENT_MARK, sections};

/// From this width on the sections are in two columns.
const MIN_COLUMNS_FOR_TWO: usize = 100;
/// Empty columns between the two.
const COLUMN_GAP: usize = 4;

/// Draws the page; returns the last line it can begin with.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    help: &HelpView,
    theme: &Theme,
) -> usize {
    let most = usize::from(content_columns(area));
    let gap = u16::from(area.height >= 16);
    // The filter, the footer, and what keeps them from the rows.
    let around = BoxMargins::of(area).rows().saturating_add(gap * 2).saturating_add(2);
    let room = usize::from(area.height.saturating_sub(around)).max(1);
    let found = matching_sections(sections(state), help.filter.text());
    let rows: usize = found.iter().map(|section| section.rows.len()).sum();
    let is_marked = found.iter().flat_map(|section| &section.rows).any(HelpRow::is_marked);
    let mut lines = if most >= MIN_COLUMNS_FOR_TWO {
        let columns = most.saturating_sub(COLUMN_GAP) / 2;
        let each = found.iter().map(|section| section_lines(section, columns, theme)).collect();
        in_two_columns(each, columns, COLUMN_GAP)
    } else {
        let each = found.iter().map(|section| section_lines(section, most, theme));
        each.collect::<Vec<_>>().join(&Line::default())
    };
    if lines.is_empty() {
        lines.push(Line::styled("No matches", theme.faint));
    }
    let all = lines.len();
    let last = all.saturating_sub(room);
    let top = help.top.min(last);
    let count = if help.filter.is_empty() {
        let end = top.saturating_add(room).min(all);
        format!("{}–{end} of {all}", top.saturating_add(1))
    } else {
        count::phrase(rows, "match")
    };
    // The size is that of the whole screen, so that typing does not move the box.
    let wanted = BoxSize { columns: most, rows: usize::from(area.height) };
    let inner = draw_counted_box(frame, area, ("Keys", &count), wanted, theme);
    draw_first_field(frame, inner, "› ", &help.filter, theme);
    let below = inner.height.min(gap.saturating_add(1));
    let inner = Rect {
        y: inner.y.saturating_add(below),
        height: inner.height.saturating_sub(below),
        ..inner
    };
    let hints = footer(state, last > 0, is_marked, most, theme);
    let shown = draw_foot(frame, inner, hints, all);
    let height = shown.height.min(u16::try_from(room).unwrap_or(u16::MAX));
    let shown = Rect { height, ..shown };
    let from = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((from, 0)), shown);
    last
}

fn footer(
    state: &State,
    scrolls: bool,
    is_marked: bool,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let palette = state.keymap.key_name(Action::Palette);
    let mut pairs = vec![("Esc", "close")];
    if is_marked {
        pairs.push((UNSENT_MARK, "this terminal may not send it"));
    }
    if scrolls {
        pairs.insert(0, ("PgDn PgUp", "scroll"));
    }
    pairs.extend(palette.as_deref().map(|key| (key, "command palette")));
    key_hints(&pairs, columns, theme)
}

/// The rows with every typed word, and all rows of a section whose title has them.
fn matching_sections(sections: Vec<HelpSection>, typed: &str) -> Vec<HelpSection> {
    let typed = casefold(typed);
    let matches = |text: &str| {
        let text = casefold(text);
        typed.split_whitespace().all(|word| text.contains(word))
    };
    let mut found = sections;
    for section in &mut found {
        let all = matches(section.title);
        section.rows.retain(|row| all || matches(&row.text()));
    }
    found.retain(|section| !section.rows.is_empty());
    found
}
