//! Draws the form for editing a preset: a row for each field, and what prevents saving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::editor::Editor;
use crate::app::overlay::presets::{LABEL_COLUMNS, MAX_COLUMNS, text_columns};
use crate::app::overlay::tools::rows;
use crate::app::{PresetField, PresetForm, PresetPicker, State};
use crate::chat::preset::PresetRules;
use crate::settings::{Action, Theme};
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;
use crate::view::text_field::{draw_field, draw_rows, place_cursor, row_layout_for};

use super::super::dialog::{BoxSize, draw_box, draw_footer};
use super::super::tools;
use super::text::{outcome_lines, tool_names};
use crate::view::key_hint_rows::key_hint_rows;

/// The least and the most rows of the instructions.
const INSTRUCTION_ROWS: (usize, usize) = (2, 12);

/// Shown where a preset leaves an option as it is.
const NOT_SET: &str = "not set";

enum FormRow {
    Field(PresetField),
    /// The label of the instructions.
    Heading,
    /// The instructions with this many rows.
    Text(usize),
    /// A fault or a tip.
    Sentence(Line<'static>),
}

impl FormRow {
    const fn height(&self) -> usize {
        match self {
            Self::Field(_) | Self::Heading | Self::Sentence(_) => 1,
            Self::Text(rows) => *rows,
        }
    }
}

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    form: &PresetForm,
    picker: &PresetPicker,
    theme: &Theme,
) {
    let columns = text_columns(area.width);
    let mut footer = outcome_lines(picker, columns, theme);
    footer.extend(key_hints(state, form, columns, theme));
    let available = usize::from(area.height.saturating_sub(2)).saturating_sub(footer.len());
    let wanted = row_layout_for(&form.instructions, columns)
        .len()
        .clamp(INSTRUCTION_ROWS.0, INSTRUCTION_ROWS.1);
    let fixed: usize = form_rows(state, form, 0, columns, theme).iter().map(FormRow::height).sum();
    let text = wanted.min(available.saturating_sub(fixed)).max(INSTRUCTION_ROWS.0);
    let all = form_rows(state, form, text, columns, theme);
    let height: usize = all.iter().map(FormRow::height).sum();
    if height < available {
        footer.insert(0, Line::default());
    }
    let title = if form.original.is_some() { "Preset" } else { "New preset" };
    let wanted =
        BoxSize { columns: usize::from(MAX_COLUMNS), rows: height.saturating_add(footer.len()) };
    let inner = draw_box(frame, area, title, wanted, theme);
    // The caret moves by the rows of this width, however wide the box is.
    let width = inner.width.min(u16::try_from(columns).unwrap_or(u16::MAX));
    let inner = Rect { width, ..inner };
    let above = draw_footer(frame, inner, footer);
    let mut y = -rows_above_view(&all, form.field, usize::from(above.height));
    for row in all {
        let height = i32::try_from(row.height()).unwrap_or(0);
        if let Some(target) = visible_part(above, y, height) {
            draw_row(frame, target, form, row, theme);
        }
        y = y.saturating_add(height);
    }
    if let Some(list) = &form.tool_list {
        let rows = rows(&state.session.tool_servers, list, &form.chosen_tools());
        tools::draw(frame, area, &rows, list.selected, theme);
    }
}

/// All rows; a fault is below its field.
fn form_rows(
    state: &State,
    form: &PresetForm,
    text: usize,
    columns: usize,
    theme: &Theme,
) -> Vec<FormRow> {
    let mut rows = Vec::new();
    for field in PresetField::ALL {
        if field == PresetField::Instructions {
            rows.push(FormRow::Heading);
            rows.push(FormRow::Text(text));
        } else {
            rows.push(FormRow::Field(field));
        }
        let faults = form.faults.iter().filter(|fault| PresetField::of(**fault) == field);
        let sentences: Vec<Line<'static>> =
            faults.flat_map(|fault| remark_lines(fault.sentence(), theme.error, columns)).collect();
        if sentences.is_empty() && field == form.field {
            let tip = field_tip(state, field, form.rules);
            let tip = remark_lines(&tip, theme.faint, columns);
            rows.extend(tip.into_iter().filter(|line| line.width() > 0).map(FormRow::Sentence));
        }
        rows.extend(sentences.into_iter().map(FormRow::Sentence));
    }
    rows
}

fn field_tip(state: &State, field: PresetField, rules: PresetRules) -> String {
    let key = state.keymap.primary_key(Action::ToggleTools);
    let key = key.filter(|_| field == PresetField::Tools && !state.session.tool_servers.is_empty());
    let tip = match (field, rules) {
        (PresetField::Model, PresetRules::Web) => WEB_MODELS_TIP,
        (PresetField::Model, PresetRules::Own) => {
            "Any model of the server. Empty: the current model."
        }
        (PresetField::Effort | PresetField::Tools, _) => "Left and Right to choose.",
        (PresetField::Name | PresetField::Instructions, _) => "",
    };
    key.map_or_else(|| tip.to_owned(), |key| format!("{tip} {key} lists all tools."))
}

/// The models the web app offers (commit bdc7763, 2026); a test compares them with the rules.
const WEB_MODELS_TIP: &str = "gpt-5.4, gpt-5.3-codex, gpt-5.2, gpt-5.1, gpt-5, gpt-5-mini or \
                              gpt-5-pro. Empty: gpt-5.4.";

/// Rows scrolled out above, so that the focused field is in view.
fn rows_above_view(rows: &[FormRow], field: PresetField, available: usize) -> i32 {
    let mut end = 0_usize;
    let mut from = 0_usize;
    let mut found = false;
    for row in rows {
        let is_it = match row {
            FormRow::Field(it) => *it == field,
            FormRow::Heading | FormRow::Text(_) => field == PresetField::Instructions,
            FormRow::Sentence(_) => found,
        };
        if found && !is_it {
            break;
        }
        if is_it && !found {
            (found, from) = (true, end);
        }
        end = end.saturating_add(row.height());
    }
    let lowest = end.saturating_sub(available).min(from);
    i32::try_from(lowest).unwrap_or(0)
}

/// The visible part of rows that start at `y`.
fn visible_part(view: Rect, y: i32, height: i32) -> Option<Rect> {
    let top = u16::try_from(y).ok()?;
    let available = view.height.checked_sub(top).filter(|available| *available > 0)?;
    let height = u16::try_from(height).ok()?.min(available);
    Some(Rect { y: view.y.saturating_add(top), height, ..view })
}

fn draw_row(frame: &mut Frame<'_>, target: Rect, form: &PresetForm, row: FormRow, theme: &Theme) {
    match row {
        FormRow::Sentence(line) => frame.render_widget(Paragraph::new(line), target),
        FormRow::Heading => {
            let style = label_style(form, PresetField::Instructions, theme);
            let label = Line::styled(PresetField::Instructions.label(), style);
            frame.render_widget(Paragraph::new(label), target);
        }
        FormRow::Text(_) => {
            frame.buffer_mut().set_style(target, theme.panel);
            let rows = row_layout_for(&form.instructions, usize::from(target.width).max(1));
            draw_rows(frame, target, &form.instructions, &rows, theme);
            if form.field == PresetField::Instructions {
                place_cursor(frame, target, &form.instructions, &rows);
            }
        }
        FormRow::Field(field) => draw_one_row_field(frame, target, form, field, theme),
    }
}

fn draw_one_row_field(
    frame: &mut Frame<'_>,
    target: Rect,
    form: &PresetForm,
    field: PresetField,
    theme: &Theme,
) {
    let filled = form.preset().with_defaults(form.rules);
    let label = Span::styled(field.label(), label_style(form, field, theme));
    frame.render_widget(Paragraph::new(Line::from(label)), target);
    let rest = Rect {
        x: target.x.saturating_add(LABEL_COLUMNS),
        width: target.width.saturating_sub(LABEL_COLUMNS),
        ..target
    };
    let text = |editor: &Editor, frame: &mut Frame<'_>| {
        frame.buffer_mut().set_style(rest, theme.panel);
        if field == form.field {
            draw_field(frame, rest, editor, theme);
        } else if editor.is_empty() && field == PresetField::Model {
            frame.render_widget(Paragraph::new(Line::styled(NOT_SET, theme.faint)), rest);
        } else {
            let line = fit(&clean::line(editor.text()), usize::from(rest.width));
            frame.render_widget(Paragraph::new(Line::styled(line, theme.text)), rest);
        }
    };
    let choice = match field {
        PresetField::Name => return text(&form.name, frame),
        PresetField::Model => return text(&form.model, frame),
        PresetField::Effort => filled.effort.unwrap_or_else(|| NOT_SET.to_owned()),
        PresetField::Instructions | PresetField::Tools => {
            filled.tools.as_ref().map_or_else(|| NOT_SET.to_owned(), |it| tool_names(it))
        }
    };
    let style = match choice.as_str() {
        _ if field == form.field => theme.selected_row,
        NOT_SET => theme.faint,
        _ => theme.text,
    };
    let choice = fit(&clean::line(&choice), usize::from(rest.width).saturating_sub(4));
    let shown = if field == form.field { format!("‹ {choice} ›") } else { choice };
    frame.render_widget(Paragraph::new(Line::styled(shown, style)), rest);
}

fn label_style(form: &PresetForm, field: PresetField, theme: &Theme) -> ratatui::style::Style {
    if form.field == field { theme.key } else { theme.faint }
}

fn key_hints(
    state: &State,
    form: &PresetForm,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let editor = state.keymap.key_name(Action::ExternalEditor);
    let keeps = if form.field == PresetField::Instructions { "Ctrl+S" } else { "Enter" };
    let keys = [
        (Some(keeps.to_owned()), "save"),
        (Some("Tab".to_owned()), "next"),
        (editor, "editor"),
        (Some("Esc".to_owned()), "close"),
    ];
    key_hint_rows(keys.into_iter().filter_map(|(key, what)| Some((key?, what))), columns, theme)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::preset::WEB_MODELS;

    #[test]
    fn the_tip_names_every_model_of_the_rules() {
        for model in WEB_MODELS {
            assert!(WEB_MODELS_TIP.contains(model), "{model}");
        }
    }
}
