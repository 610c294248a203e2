//! Draws the prompt picker: a line of each earlier prompt that matches.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::PromptPicker;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;

use super::dialog::{fitted_columns, key_hints, under_cursor};
use super::picker::{self, Picker, visible_rows};

/// The most columns and rows.
const WANTED_SIZE: (u16, u16) = (90, 16);
const MIN_ROWS: u16 = 3;
/// Characters of a prompt that can fit on one line.
const MAX_PREVIEW_CHARS: usize = 400;

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, prompts: &PromptPicker, theme: &Theme) {
    // The height is that of the unfiltered list, so that typing does not move the box.
    let rows = u16::try_from(prompts.prompts.len()).unwrap_or(u16::MAX);
    let wanted = (WANTED_SIZE.0, rows.clamp(MIN_ROWS, WANTED_SIZE.1));
    let (top, row_count) = visible_rows(area, wanted.1, prompts.list.selected);
    let columns = fitted_columns(area, WANTED_SIZE.0);
    let shown = prompts.list.matches.iter().enumerate().skip(top).take(row_count);
    let rows: Vec<Line<'static>> = shown
        .filter_map(|(row, index)| {
            let line =
                Line::styled(preview_line(prompts.prompts.get(*index)?, columns), theme.text);
            let chosen = row == prompts.list.selected;
            Some(if chosen { under_cursor(&line, columns, theme) } else { line })
        })
        .collect();
    let footer = key_hints(&[("Enter", "select"), ("Esc", "close")], columns, theme);
    let count = format!("{}/{}", prompts.list.matches.len(), prompts.prompts.len());
    let field = &prompts.list.editor;
    let picker =
        Picker { title: "Earlier prompts", sign: "› ", field, rows, wanted, count, footer };
    picker::draw(frame, area, picker, theme);
}

/// The start of a prompt on one line.
fn preview_line(prompt: &str, columns: usize) -> String {
    let beginning: String = prompt.chars().take(MAX_PREVIEW_CHARS).collect();
    let words: Vec<&str> = beginning.split_whitespace().collect();
    fit(&clean::line(&words.join(" ")), columns)
}
