//! The command palette: name, what it does, and its keys.
//! May not choose.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::fuzzy::Fuzzy;
use crate::app::overlay::palette::text;
use crate::app::slash::Command;
use crate::app::{Palette, PaletteOpenedBy, State};
use crate::settings::{Does, Keymap, Theme};
use crate::view::fit::{fit, fit_matched};
use crate::view::width::width;

use super::dialog::key_hints;
use super::picker::{self, Picker, under_cursor, window};

/// Columns and rows of the palette where there is room.
const WANTED: (u16, u16) = (70, 16);
/// Columns of the names.
const NAMES: usize = 22;
/// The same where there is little room.
const NARROW: usize = 14;
/// Columns from which there is room for everything.
const ROOMY: usize = 60;

/// Draws the palette.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, palette: &Palette, theme: &Theme) {
    let (top, many) = window(area, WANTED.1, palette.selected);
    let wide = usize::from(WANTED.0.min(area.width.saturating_sub(4)));
    let mut fuzzy = Fuzzy::new(&palette.typed());
    let shown = palette.found.iter().enumerate().skip(top).take(many);
    let mut rows: Vec<Line<'static>> = shown
        .map(|(place, command)| {
            let line = row(command, &mut fuzzy, &state.keymap, theme, wide);
            if place == palette.selected { under_cursor(&line, wide, theme) } else { line }
        })
        .collect();
    if rows.is_empty() {
        let said = match palette.by {
            PaletteOpenedBy::Key => "nothing fits",
            PaletteOpenedBy::Slash => "no command: Enter writes it into your message",
        };
        rows.push(Line::styled(said, theme.faint));
    }
    let sign = match palette.by {
        PaletteOpenedBy::Key => "› ",
        PaletteOpenedBy::Slash => "/",
    };
    let pairs = [("Enter", "does it"), ("Esc", "leaves"), ("Tab", "completes")];
    let foot = key_hints(&pairs, wide, theme);
    let field = &palette.editor;
    let picker = Picker { title: "Commands", sign, field, rows, wanted: WANTED, foot };
    picker::draw(frame, area, picker, theme);
}

fn row(
    command: &Command,
    fuzzy: &mut Fuzzy,
    keymap: &Keymap,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    // Where there is little room, what it does is worth more than a second key.
    let keys = keys(command, keymap, if wide < ROOMY { 1 } else { 2 });
    let keys = fit(&keys, wide / 3);
    let places = fuzzy.places(&text(command));
    let (of_name, of_about): (Vec<usize>, Vec<usize>) =
        places.into_iter().partition(|place| *place < command.name.len());
    let behind = command.name.len().saturating_add(1);
    let of_about: Vec<usize> = of_about.iter().map(|at| at.saturating_sub(behind)).collect();
    let words = command.words.filter(|_| wide >= ROOMY);
    let words = words.map_or(String::new(), |(words, _)| format!(" {words}"));
    let names = if wide < ROOMY { NARROW } else { NAMES };
    let mut spans = vec![Span::styled("/", theme.faint)];
    spans.extend(fit_matched(command.name, &of_name, wide, theme.text, theme.strong));
    spans.push(Span::styled(words, theme.faint));
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(names.saturating_sub(used).max(1))));
    let used: usize = spans.iter().map(Span::width).sum();
    let room = wide.saturating_sub(used).saturating_sub(width(&keys)).saturating_sub(2);
    spans.extend(fit_matched(command.about, &of_about, room, theme.faint, theme.strong));
    let used: usize = spans.iter().map(Span::width).sum();
    let free = wide.saturating_sub(used).saturating_sub(width(&keys));
    spans.push(Span::raw(" ".repeat(free)));
    spans.push(Span::styled(keys, theme.key));
    Line::from(spans)
}

/// The keys of a command, the one to press first.
fn keys(command: &Command, keymap: &Keymap, most: usize) -> String {
    let mut keys: Vec<String> = Vec::new();
    for &scope in crate::settings::Scope::ALL {
        let rows = keymap.rows(scope).filter(|row| row.does == Does::Action(command.action));
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
