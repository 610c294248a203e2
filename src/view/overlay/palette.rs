//! The command palette.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::fuzzy::FuzzyMatcher;
use crate::app::overlay::palette::search_text;
use crate::app::slash_commands::{self, SlashCommand};
use crate::app::{Palette, PaletteOpenedBy, State};
use crate::settings::{BindingTarget, Keymap, Theme};
use crate::view::fit::{fit, fit_matched};
use crate::view::width::width;

use super::dialog::{content_columns, key_hints};
use super::picker::{self, Picker, under_cursor, visible_rows};

/// The most columns and rows.
const WANTED_SIZE: (u16, u16) = (70, 16);
const NAME_COLUMNS: usize = 22;
/// Columns of the names on a narrow screen.
const NARROW_NAME_COLUMNS: usize = 14;
/// The least columns of the full layout.
const MIN_WIDE_COLUMNS: usize = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    palette: &Palette,
    theme: &Theme,
) {
    let (top, many) = visible_rows(area, WANTED_SIZE.1, palette.selected);
    let wide = usize::from(WANTED_SIZE.0.min(content_columns(area)));
    let mut fuzzy = FuzzyMatcher::new(&palette.typed());
    let shown = palette.matches.iter().enumerate().skip(top).take(many);
    let mut rows: Vec<Line<'static>> = shown
        .map(|(place, command)| {
            let line = command_line(command, &mut fuzzy, &state.keymap, theme, wide);
            if place == palette.selected { under_cursor(&line, wide, theme) } else { line }
        })
        .collect();
    if rows.is_empty() {
        let text = match palette.opened_by {
            PaletteOpenedBy::Key => "No matches",
            PaletteOpenedBy::Slash => "No command · Enter put the text into your message",
        };
        rows.push(Line::styled(text, theme.faint));
    }
    let sign = match palette.opened_by {
        PaletteOpenedBy::Key => "› ",
        PaletteOpenedBy::Slash => "/",
    };
    let pairs = [("Enter", "run"), ("Esc", "close"), ("Tab", "complete")];
    let foot = key_hints(&pairs, wide, theme);
    let count = format!("{}/{}", palette.matches.len(), slash_commands::commands().count());
    let field = &palette.editor;
    let picker = Picker { title: "Commands", sign, field, rows, wanted: WANTED_SIZE, count, foot };
    picker::draw(frame, area, picker, theme);
}

fn command_line(
    command: &SlashCommand,
    fuzzy: &mut FuzzyMatcher,
    keymap: &Keymap,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    // On a narrow screen the description is worth more than a second key.
    let keys = command_keys(command, keymap, if wide < MIN_WIDE_COLUMNS { 1 } else { 2 });
    let keys = fit(&keys, wide / 3);
    let places = fuzzy.match_positions(&search_text(command));
    let (of_name, of_about): (Vec<usize>, Vec<usize>) =
        places.into_iter().partition(|place| *place < command.name.len());
    let after = command.name.len().saturating_add(1);
    let of_about: Vec<usize> = of_about.iter().map(|at| at.saturating_sub(after)).collect();
    let words = command.argument.filter(|_| wide >= MIN_WIDE_COLUMNS);
    let words = words.map_or(String::new(), |(words, _)| format!(" {words}"));
    let names = if wide < MIN_WIDE_COLUMNS { NARROW_NAME_COLUMNS } else { NAME_COLUMNS };
    let mut spans = vec![Span::styled("/", theme.faint)];
    spans.extend(fit_matched(command.name, &of_name, wide, theme.text, theme.strong));
    spans.push(Span::styled(words, theme.faint));
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(names.saturating_sub(used).max(1))));
    let used: usize = spans.iter().map(Span::width).sum();
    let available = wide.saturating_sub(used).saturating_sub(width(&keys)).saturating_sub(2);
    spans.extend(fit_matched(command.description, &of_about, available, theme.faint, theme.strong));
    let used: usize = spans.iter().map(Span::width).sum();
    let free = wide.saturating_sub(used).saturating_sub(width(&keys));
    spans.push(Span::raw(" ".repeat(free)));
    spans.push(Span::styled(keys, theme.key));
    Line::from(spans)
}

/// The keys of a command, the primary one first.
fn command_keys(command: &SlashCommand, keymap: &Keymap, most: usize) -> String {
    let mut keys: Vec<String> = Vec::new();
    for &scope in crate::settings::Scope::ALL {
        let rows =
            keymap.rows(scope).filter(|row| row.target == BindingTarget::Action(command.action));
        for chord in rows.flat_map(|row| row.chords.iter()) {
            let chord = chord.to_string();
            if !keys.contains(&chord) {
                keys.push(chord);
            }
        }
    }
    keys.truncate(most);
    keys.join(", ")
}
