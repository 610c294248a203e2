//! The name of the program in large letters, in a gradient of the theme.

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use crate::settings::{Rgb, Theme};

/// The letters in half blocks, where there is room for them.
const LARGE: &[&str] = &[
    "   █           █                     ",
    "█▀▀█ █  █ █▀▀█ █ █▀▀█ █▀▀█ █  █ █▀▀█ ",
    "█  █ █  █ █  █ █ █  █ █  █ █  █ █▀▀▀ ",
    "▀▀▀▀ ▀▀▀▀ ▀▀▀▀ ▀ ▀▀▀▀ ▀▀▀█ ▀▀▀▀ ▀▀▀▀ ",
    "                      ▀▀▀▀           ",
];
const SMALL: &[&str] = &[
    "  █         █                ",
    "█▀█ █ █ █▀█ █ █▀█ █▀█ █ █ █▀▀",
    "█▄█ █▄█ █▄█ █ █▄█ ▄▄█ █▄█ ██▄",
];

/// The sizes of the wordmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wordmark {
    Large,
    Small,
}

impl Wordmark {
    const fn rows(self) -> &'static [&'static str] {
        match self {
            Self::Large => LARGE,
            Self::Small => SMALL,
        }
    }

    pub(super) fn columns(self) -> usize {
        self.rows().first().map_or(0, |row| row.chars().count())
    }

    pub(super) fn lines(self, theme: &Theme) -> Vec<Line<'static>> {
        let ends = [theme.accent, theme.accent_end].map(|style| style.fg.and_then(Rgb::of));
        let columns = self.columns().max(1);
        let style = |column: usize| match ends {
            [Some(from), Some(to)] => {
                let percent = column.saturating_mul(100).checked_div(columns).unwrap_or(0);
                let Rgb(red, green, blue) = from.mix(to, u16::try_from(percent).unwrap_or(100));
                Style::new().fg(Color::Rgb(red, green, blue))
            }
            _ => theme.accent,
        };
        let line = |row: &&str| {
            let signs = row.chars().enumerate();
            signs.map(|(at, sign)| Span::styled(sign.to_string(), style(at))).collect::<Line<'_>>()
        };
        self.rows().iter().map(line).collect()
    }
}
