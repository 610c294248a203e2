//! The name of the program in large letters, in a gradient of the theme.

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use crate::settings::{Rgb, Theme};

/// The letters in half blocks.
const ROWS: [&str; 4] = [
    "   █           █                     ",
    "█▀▀█ █  █ █▀▀█ █ █▀▀█ █▀▀█ █  █ █▀▀█ ",
    "█  █ █  █ █  █ █ █  █ █  █ █  █ █▀▀▀ ",
    "▀▀▀▀ ▀▀▀▀ ▀▀▀▀ ▀ ▀▀▀▀ ▀▀▀█ ▀▀▀▀ ▀▀▀▀ ",
];
/// The tail of the g.
const TAIL: &str = "                      ▀▀▀▀            ";

/// Columns of the wordmark.
pub(super) const COLUMNS: usize = 37;

/// The lines of the wordmark.
pub(super) fn lines(theme: &Theme) -> Vec<Line<'static>> {
    let ends = [theme.accent, theme.accent_end].map(|style| style.fg.and_then(Rgb::of));
    let style = |column: usize| match ends {
        [Some(from), Some(to)] => {
            let percent = column.saturating_mul(100) / COLUMNS;
            let Rgb(red, green, blue) = from.mix(to, u16::try_from(percent).unwrap_or(100));
            Style::new().fg(Color::Rgb(red, green, blue))
        }
        _ => theme.accent,
    };
    let line = |row: &str| {
        let signs = row.chars().enumerate();
        signs.map(|(at, sign)| Span::styled(sign.to_string(), style(at))).collect::<Line<'_>>()
    };
    ROWS.iter().copied().chain([TAIL]).map(line).collect()
}
