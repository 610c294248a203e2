//! Dims what lies behind a drawer or an overlay.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::settings::{Rgb, Theme};

/// How far the text moves towards its background, and that towards the base, in percent.
const PERCENT: u16 = 55;

/// Dims the text of an area: colours fade into their background; where the terminal's own colours are
/// used it is asked to dim them.
pub(crate) fn dim(area: Rect, theme: &Theme, buffer: &mut Buffer) {
    let ground = theme.base.bg.and_then(Rgb::of);
    for position in area.intersection(buffer.area).positions() {
        let Some(cell) = buffer.cell_mut(position) else {
            continue;
        };
        let own = match (Rgb::of(cell.bg), ground) {
            (Some(own), Some(ground)) => Some(own.mix(ground, PERCENT)),
            (own, ground) => own.or(ground),
        };
        if let Some(Rgb(red, green, blue)) = own {
            cell.bg = Color::Rgb(red, green, blue);
        }
        cell.modifier.remove(Modifier::BOLD);
        match (Rgb::of(cell.fg), own) {
            (Some(text), Some(background)) => {
                let Rgb(red, green, blue) = text.mix(background, PERCENT);
                cell.fg = Color::Rgb(red, green, blue);
            }
            _ => cell.modifier.insert(Modifier::DIM),
        }
    }
}
