//! The completion list, drawn over the end of the transcript.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::{CompletionList, FolderEntry, FolderEntryKind, State, question::completion};
use crate::settings::Theme;

use super::clean;
use super::composer::text_indent;
use super::cover::cover;
use super::fit::{counted_line, fit_matched};
use super::overlay::dialog::{draw_selected_row, key_hints, under_cursor};
use super::width::width;

const MAX_ROWS: u16 = 8;
/// The least and the most columns of the names.
const WIDTH_RANGE: (usize, usize) = (30, 60);
/// The title and the key hints.
const FRAME_ROWS: u16 = 2;

/// Draws the list above the row `bottom`, if it is open and fits.
pub(crate) fn draw(frame: &mut Frame<'_>, pane: Rect, bottom: u16, state: &State, theme: &Theme) {
    let Some(list) = completion::visible_list(state) else {
        return;
    };
    let available = bottom.saturating_sub(pane.y).saturating_sub(FRAME_ROWS).min(MAX_ROWS);
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
    // The names begin where the text of the composer does.
    let indent = text_indent(pane.width);
    let most = usize::from(pane.width.saturating_sub(indent * 2));
    let columns = longest.clamp(WIDTH_RANGE.0, WIDTH_RANGE.1).min(most);
    let box_width = u16::try_from(columns).unwrap_or(u16::MAX).saturating_add(indent * 2);
    let height = rows.saturating_add(FRAME_ROWS);
    let y = bottom.saturating_sub(height);
    let area = Rect { x: pane.x, y, width: box_width, height }.intersection(pane);
    cover(frame, area);
    frame.buffer_mut().set_style(area, theme.base.patch(theme.raised));
    let inside = area.inner(Margin::new(indent, 0));
    let row = |at: u16, height: u16| {
        Rect { y: inside.y.saturating_add(at), height, ..inside }.intersection(inside)
    };
    frame.render_widget(Paragraph::new(title_line(list, columns, theme)), row(0, 1));
    let hints = key_hints(&[("Tab", "complete"), ("Esc", "close")], columns, theme);
    frame.render_widget(Paragraph::new(hints), row(rows.saturating_add(1), 1));
    let mut fuzzy = FuzzyMatcher::of_name(&list.typed);
    let selected = entries.iter().position(|(index, _)| *index == list.selected);
    let lines: Vec<Line<'static>> = entries
        .into_iter()
        .map(|(index, entry)| {
            let line = entry_line(entry, &mut fuzzy, theme, columns);
            if index == list.selected { under_cursor(&line, columns, theme) } else { line }
        })
        .collect();
    let names = row(1, rows);
    frame.render_widget(Paragraph::new(lines), names);
    if let Some(selected) = selected.and_then(|selected| u16::try_from(selected).ok()) {
        draw_selected_row(frame, names, selected, theme);
    }
}

/// The folder, with the number of its entries that match.
fn title_line(list: &CompletionList, columns: usize, theme: &Theme) -> Line<'static> {
    let more = list.listing.as_ref().is_some_and(|listing| listing.truncated);
    let count = format!("{}{}", if more { "first " } else { "" }, list.matches.len());
    let folder = if list.folder.is_empty() { "Files" } else { list.folder.as_str() };
    counted_line((&clean::line(folder), theme.title), (count, theme.faint), columns)
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
