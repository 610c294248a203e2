//! Draws the model picker: the models of each server below its name.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::{ModelGroup, ModelPicker, State, window_advice};
use crate::settings::{Keymap, Theme};
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;

use super::dialog::{fitted_columns, key_hints, under_cursor};
use super::picker::{self, Picker, matching_line, visible_rows};

const MAX_COLUMNS: u16 = 60;
/// The least and the most rows.
const ROW_RANGE: (usize, usize) = (3, 16);

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &ModelPicker,
    theme: &Theme,
) {
    let columns = fitted_columns(area, MAX_COLUMNS);
    // The height is that of the unfiltered list, so that typing does not move the box.
    let all: usize = picker.groups.iter().map(|group| group_height(group, picker, columns)).sum();
    let wanted = u16::try_from(all.clamp(ROW_RANGE.0, ROW_RANGE.1)).unwrap_or(u16::MAX);
    let list = model_rows(state, picker, theme, columns);
    let (top, many) = visible_rows(area, wanted, list.cursor);
    let rows: Vec<Line<'static>> = list.lines.into_iter().skip(top).take(many).collect();
    let footer = key_hints(&[("Enter", "select"), ("Esc", "close")], columns, theme);
    let all: usize = picker.groups.iter().map(|group| group.models().len()).sum();
    let count = format!("{}/{all}", picker.list.matches.len());
    let field = &picker.list.editor;
    let picker = Picker {
        title: "Model",
        sign: "› ",
        field,
        rows,
        wanted: (MAX_COLUMNS, wanted),
        count,
        footer,
    };
    picker::draw(frame, area, picker, theme);
}

/// The rows of the list, and which of them has the cursor.
struct ModelRows {
    lines: Vec<Line<'static>>,
    cursor: usize,
}

/// The rows of a group while nothing is filtered.
fn group_height(group: &ModelGroup, picker: &ModelPicker, columns: usize) -> usize {
    let heading = usize::from(picker.groups.len() > 1);
    let rows = match &group.listed {
        Some(Err(failure)) => {
            remark_lines(&failure.sentence, Style::new(), columns).len().saturating_add(1)
        }
        Some(Ok(_)) | None => group.models().len(),
    };
    rows.max(1).saturating_add(heading)
}

/// The matching models below the names of their servers. With one server there is no name.
fn model_rows(state: &State, picker: &ModelPicker, theme: &Theme, columns: usize) -> ModelRows {
    let mut rows = ModelRows { lines: Vec::new(), cursor: 0 };
    let line = |text: &str, style| Line::styled(fit(&clean::line(text), columns), style);
    for (position, group) in picker.groups.iter().enumerate() {
        let matches = picker.list.matches.iter().enumerate();
        let matches: Vec<usize> =
            matches.filter(|(_, it)| it.group == position).map(|(at, _)| at).collect();
        if picker.groups.len() > 1 {
            // A filter leaves out servers without a match.
            if matches.is_empty() && !picker.list.editor.is_empty() {
                continue;
            }
            rows.lines.push(line(&heading(group), theme.heading));
        }
        let remark = group_remark(group, matches.is_empty(), &state.keymap);
        let remark = remark.map(|text| remark_lines(&text, theme.faint, columns));
        rows.lines.extend(remark.into_iter().flatten());
        push_models(&mut rows, &matches, (state, picker), theme, columns);
    }
    rows
}

/// Adds models by their positions among the matches.
fn push_models(
    rows: &mut ModelRows,
    matches: &[usize],
    (state, picker): (&State, &ModelPicker),
    theme: &Theme,
    columns: usize,
) {
    let mut fuzzy = FuzzyMatcher::new(picker.list.editor.text());
    for at in matches {
        let Some((server, model)) = picker.model(*at) else { continue };
        let is_used = model == state.session.model
            && state.session.server.as_ref().is_none_or(|used| used == server);
        let line =
            matching_line(model, if is_used { "● " } else { "  " }, &mut fuzzy, theme, columns);
        if *at == picker.list.selected {
            rows.cursor = rows.lines.len();
            rows.lines.push(under_cursor(&line, columns, theme));
        } else {
            rows.lines.push(line);
        }
    }
}

/// The name of a group: that of its server, with the host where it has another name.
fn heading(group: &ModelGroup) -> String {
    let server = &group.server;
    if server.is_named() {
        format!("{} · {}", server.name, server.host)
    } else {
        server.host.clone()
    }
}

/// What stands in place of the models of a group.
fn group_remark(group: &ModelGroup, is_empty: bool, keymap: &Keymap) -> Option<String> {
    match &group.listed {
        None => Some("Loading the server's models…".to_owned()),
        Some(Err(failure)) => Some(window_advice::failure_text(failure, keymap)),
        Some(Ok(_)) if is_empty => Some("No matches".to_owned()),
        Some(Ok(_)) => None,
    }
}
