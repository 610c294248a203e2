//! Dims what lies behind a drawer or an overlay.

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};

use crate::settings::{Rgb, Theme};

/// How far the text moves towards its background, and that towards the base, in percent.
const PERCENT: u16 = 55;

/// Dims the text of an area: colours fade into their background; where the terminal's own colours are
/// used it is asked to dim them.
pub(crate) fn dim(area: Rect, theme: &Theme, buffer: &mut Buffer) {
    let ground = theme.base.bg.and_then(Rgb::of);
    for position in area.intersection(buffer.area).positions() {
        if style_second_half(position, buffer) {
            continue;
        }
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
        // What is reversed would stay the brightest thing on the screen.
        cell.modifier.remove(Modifier::BOLD | Modifier::REVERSED);
        match (Rgb::of(cell.fg), own) {
            (Some(text), Some(background)) => {
                let Rgb(red, green, blue) = text.mix(background, PERCENT);
                cell.fg = Color::Rgb(red, green, blue);
            }
            _ => cell.modifier.insert(Modifier::DIM),
        }
    }
}

/// Gives the second cell of a wide character its colours, which are seen where something covers the
/// first one; tells whether there is such a character.
fn style_second_half(position: Position, buffer: &mut Buffer) -> bool {
    let before = position.x.checked_sub(1).and_then(|x| buffer.cell((x, position.y)));
    let Some(style) = before.filter(|cell| cell.cell_width() > 1).map(Cell::style) else {
        return false;
    };
    if let Some(cell) = buffer.cell_mut(position) {
        cell.set_style(style);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ThemeName;
    use ratatui::style::Style;

    #[test]
    fn both_cells_of_a_wide_character_are_dimmed_alike() {
        let theme = Theme::built_in(ThemeName::Dark);
        let area = Rect::new(0, 0, 4, 1);
        let mut buffer = Buffer::empty(area);
        buffer.set_style(area, theme.base.patch(theme.panel));
        buffer.set_string(0, 0, "a名b", Style::new());
        dim(area, &theme, &mut buffer);
        let styles: Vec<Style> = buffer.content.iter().map(Cell::style).collect();
        assert!(styles.iter().all(|style| *style == styles[0]), "{styles:?}");
    }
}
