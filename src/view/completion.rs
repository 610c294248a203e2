//! The completion list, drawn over the end of the transcript.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use crate::app::fuzzy::FuzzyMatcher;
use crate::app::{CompletionList, FolderEntry, FolderEntryKind, State, completion};
use crate::settings::Theme;

use super::clean;
use super::cover::cover;
use super::fit::{fit, fit_matched, fit_words};
use super::width::width;

const MAX_ROWS: u16 = 8;
/// The least and the most columns of the names.
const WIDTH_RANGE: (usize, usize) = (30, 60);
const KEY_HINTS: &str = " Tab complete · Esc close ";

/// Draws the list above the row `bottom`, if it is open and fits.
pub(crate) fn draw(frame: &mut Frame<'_>, pane: Rect, bottom: u16, state: &State, theme: &Theme) {
    let Some(list) = completion::visible_list(state) else {
        return;
    };
    let available = bottom.saturating_sub(pane.y).saturating_sub(2).min(MAX_ROWS);
    let rows = u16::try_from(list.matches.len()).unwrap_or(u16::MAX).min(available);
    if rows == 0 {
        return;
    }
    let top = list.selected.saturating_add(1).saturating_sub(usize::from(rows));
    let lowest = list.matches.len().saturating_sub(usize::from(rows));
    let range = top.min(lowest)..list.matches.len().min(top.saturating_add(usize::from(rows)));
    let entries: Vec<(usize, &FolderEntry)> =
        range.filter_map(|index| Some((index, list.entry(index)?))).collect();
    let longest = entries.iter().map(|(_, entry)| width(&display_name(entry))).max().unwrap_or(0);
    let most = usize::from(pane.width.saturating_sub(6));
    let columns = longest.clamp(WIDTH_RANGE.0, WIDTH_RANGE.1).min(most);
    let box_width = u16::try_from(columns.saturating_add(4)).unwrap_or(u16::MAX);
    let height = rows.saturating_add(2);
    let (x, y) = (pane.x.saturating_add(1), bottom.saturating_sub(height));
    let area = Rect { x, y, width: box_width, height }.intersection(pane);
    cover(frame, area);
    frame.buffer_mut().set_style(area, theme.base.patch(theme.raised));
    frame.render_widget(list_block(list, columns, theme), area);
    let mut fuzzy = FuzzyMatcher::new(&list.typed.replace(' ', "\\ "));
    let lines: Vec<Line<'static>> = entries
        .into_iter()
        .map(|(index, entry)| {
            let line = entry_line(entry, &mut fuzzy, theme, columns);
            if index != list.selected {
                return line;
            }
            // Colors would be hard to read in the selected row.
            let text = line.to_string();
            let rest = " ".repeat(columns.saturating_sub(width(&text)));
            Line::styled(format!("{text}{rest}"), theme.selected_row)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area.inner(Margin::new(2, 1)));
}

fn list_block(list: &CompletionList, columns: usize, theme: &Theme) -> Block<'static> {
    let folder = if list.folder.is_empty() { "Files" } else { list.folder.as_str() };
    let title = fit(&clean::line(folder), columns.saturating_sub(8));
    let more = list.listing.as_ref().is_some_and(|listing| listing.truncated);
    let count = if more { "first " } else { "" };
    let count = format!(" {count}{} ", list.matches.len());
    Block::new()
        .borders(Borders::ALL)
        .border_style(theme.border)
        .title(Span::styled(format!(" {title} "), theme.title))
        .title(Line::styled(count, theme.faint).right_aligned())
        .title_bottom(Span::styled(fit_words(KEY_HINTS, columns.saturating_add(2)), theme.faint))
}

fn entry_line(
    entry: &FolderEntry,
    fuzzy: &mut FuzzyMatcher,
    theme: &Theme,
    columns: usize,
) -> Line<'static> {
    let name = clean::line(&entry.name);
    let positions = fuzzy.match_positions(&name);
    let slash = usize::from(entry.kind == FolderEntryKind::Folder);
    let mut spans =
        fit_matched(&name, &positions, columns.saturating_sub(slash), theme.text, theme.strong);
    if entry.kind == FolderEntryKind::Folder {
        spans.push(Span::styled("/", theme.faint));
    }
    Line::from(spans)
}

fn display_name(entry: &FolderEntry) -> String {
    let slash = if entry.kind == FolderEntryKind::Folder { "/" } else { "" };
    format!("{}{slash}", clean::line(&entry.name))
}
