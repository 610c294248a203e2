//! Colours as red, green and blue: mixing, contrast (WCAG 2.2) and the nearest of 256.

use ratatui::style::Color;

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    const BLACK: Self = Self(0, 0, 0);
    const WHITE: Self = Self(255, 255, 255);

    /// Reads a colour of the form `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::of)
    }

    /// The parts of a colour that has them.
    #[must_use]
    pub const fn of(color: Color) -> Option<Self> {
        match color {
            Color::Rgb(red, green, blue) => Some(Self(red, green, blue)),
            _ => None,
        }
    }

    /// What a terminal shows for a colour, one of the 256 included: the first sixteen are its own.
    pub(super) fn shown(color: Color) -> Option<Self> {
        match color {
            Color::Indexed(number @ 16..=231) => {
                let cube = number.saturating_sub(16);
                let level = |step: u8| match step {
                    0 => 0,
                    // The levels of xterm's colour cube (256colres.pl of xterm).
                    _ => step.saturating_mul(40).saturating_add(55),
                };
                Some(Self(level(cube / 36), level(cube / 6 % 6), level(cube % 6)))
            }
            Color::Indexed(number @ 232..) => {
                let grey = number.saturating_sub(232).saturating_mul(10).saturating_add(8);
                Some(Self(grey, grey, grey))
            }
            _ => Self::of(color),
        }
    }

    /// Returns the colour for ratatui, whatever the terminal can show.
    #[must_use]
    pub const fn color(self) -> Color {
        Color::Rgb(self.0, self.1, self.2)
    }

    /// The colour this many percent of the way to another one.
    #[must_use]
    pub fn mix(self, other: Self, percent: u16) -> Self {
        let part = |from: u8, to: u8| {
            let sum = u16::from(from) * (100 - percent.min(100)) + u16::from(to) * percent.min(100);
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Whether it looks dark, so that text on it has to be light.
    pub(super) fn is_dark(self) -> bool {
        contrast(self, Self::WHITE) > contrast(self, Self::BLACK)
    }

    /// Black or white, whichever is easier to read on it.
    fn pole(self) -> Self {
        if self.is_dark() { Self::WHITE } else { Self::BLACK }
    }

    /// The colour, moved away from a background until it is readable on all of these.
    pub(super) fn readable_on(self, backgrounds: &[Self], least: f64) -> Self {
        let pole = backgrounds.first().map_or(Self::WHITE, |background| background.pole());
        let is_readable =
            |color: &Self| backgrounds.iter().all(|it| contrast(*color, *it) >= least);
        (0..=100)
            .step_by(2)
            .map(|percent| self.mix(pole, percent))
            .find(is_readable)
            .unwrap_or(pole)
    }

    /// The nearest of the 256 colours that is readable on all of these backgrounds.
    pub(super) fn indexed_readable_on(self, backgrounds: &[Self], least: f64) -> Color {
        let pole = backgrounds.first().map_or(Self::WHITE, |background| background.pole());
        let is_readable = |color: &Color| {
            Self::shown(*color)
                .is_some_and(|rgb| backgrounds.iter().all(|it| contrast(rgb, *it) >= least))
        };
        let mut mixed = (0..=100).step_by(2).map(|percent| self.mix(pole, percent).indexed());
        mixed.find(is_readable).unwrap_or(pole.indexed())
    }

    /// The colour of a text if it is readable on this background, else black or white of the 256.
    pub(super) fn readable_text(self, text: Color, least: f64) -> Color {
        let is_readable = Self::shown(text).is_some_and(|text| contrast(text, self) >= least);
        if is_readable { text } else { self.pole().indexed() }
    }

    /// The nearest grey of the 256 colours, as a step of its ramp (0 is darkest).
    pub(super) fn grey_step(self) -> u8 {
        let Self(red, green, blue) = self;
        let bright = (u16::from(red) * 30 + u16::from(green) * 59 + u16::from(blue) * 11) / 100;
        u8::try_from((bright.saturating_sub(3) / 10).min(23)).unwrap_or(23)
    }

    /// The nearest of the 256 colours.
    #[must_use]
    pub fn indexed(self) -> Color {
        let Self(red, green, blue) = self;
        let spread = red.max(green).max(blue).abs_diff(red.min(green).min(blue));
        if spread < 12 && (8..=238).contains(&green) {
            return Color::Indexed(232 + self.grey_step());
        }
        let step = |value: u8| match value {
            0..=47 => 0_u8,
            48..=114 => 1,
            115..=154 => 2,
            155..=194 => 3,
            195..=234 => 4,
            235..=255 => 5,
        };
        Color::Indexed(16 + step(red) * 36 + step(green) * 6 + step(blue))
    }
}

/// The contrast of two colours, from 1 (equal) to 21 (black and white).
#[must_use]
pub(super) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
fn luminance(Rgb(red, green, blue): Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
