//! The colours of a theme, and the surfaces mixed from them.

use ratatui::style::Color;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::rgb::{Rgb, contrast};

/// The two colours that a terminal reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalColors {
    /// Its background (OSC 11).
    pub background: Rgb,
    /// Its text (OSC 10), where it reports it.
    pub text: Option<Rgb>,
}

/// The colours of a theme file.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThemePalette {
    pub(super) base: Rgb,
    pub(super) text: Rgb,
    pub(super) accent: Rgb,
    pub(super) user: Rgb,
    pub(super) success: Rgb,
    pub(super) warning: Rgb,
    pub(super) error: Rgb,
    pub(super) keyword: Rgb,
    pub(super) string: Rgb,
    pub(super) function: Rgb,
    pub(super) type_name: Rgb,
    pub(super) constant: Rgb,
    /// The surfaces, where they are not mixed of base and text.
    #[serde(default)]
    pub(super) panel: Option<Rgb>,
    #[serde(default)]
    pub(super) raised: Option<Rgb>,
    #[serde(default)]
    pub(super) row: Option<Rgb>,
    /// The least contrast of text, 4.5 where the file does not say; the other floors follow it.
    #[serde(default = "borrowed_contrast")]
    pub(super) contrast: f64,
    /// Whether base and text are the terminal's: hints are no less readable then than other text.
    #[serde(skip)]
    pub(super) is_of_terminal: bool,
}

const fn borrowed_contrast() -> f64 {
    4.5
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("\"{text}\" is not #rrggbb")))
    }
}

/// The backgrounds, from the conversation to the selected row of an overlay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surfaces {
    pub(super) base: Rgb,
    pub(super) panel: Rgb,
    pub(super) raised: Rgb,
    pub(super) row: Rgb,
}

impl Surfaces {
    pub(super) const fn all(self) -> [Rgb; 4] {
        [self.base, self.panel, self.raised, self.row]
    }

    /// A colour of a theme with these surfaces among 256, where no two surfaces become the same, and text is
    /// as readable on them as it was.
    pub(super) fn to_indexed(self, color: Color) -> Color {
        let Some(rgb) = Rgb::of(color) else {
            return color;
        };
        let greys = self.grey_steps().map(|step| Color::Indexed(232_u8.saturating_add(step)));
        let surfaces = self.all();
        if let Some((_, grey)) = surfaces.iter().zip(greys).find(|(surface, _)| **surface == rgb) {
            return grey;
        }
        // The terminal may paint its own background, in a colour beyond the 256.
        let shown: Vec<Rgb> =
            greys.into_iter().filter_map(Rgb::shown).chain(std::iter::once(self.base)).collect();
        let least = surfaces.iter().map(|it| contrast(rgb, *it)).fold(f64::INFINITY, f64::min);
        rgb.indexed_readable_on(&shown, least)
    }

    /// The greys of the surfaces, as steps of the ramp.
    fn grey_steps(self) -> [u8; 4] {
        let (is_dark, mut step) = (self.base.is_dark(), self.base.grey_step());
        if !is_dark {
            // Leaves room for three darker steps.
            step = step.max(3);
        }
        let mut is_first = true;
        self.all().map(|surface| {
            if !std::mem::take(&mut is_first) {
                let next =
                    if is_dark { step.saturating_add(1).min(23) } else { step.saturating_sub(1) };
                let own = surface.grey_step();
                step = if is_dark { own.max(next) } else { own.min(next) };
            }
            step
        })
    }
}

impl ThemePalette {
    /// The theme of a terminal that reports its colours: hues of a theme, surfaces of its own.
    pub(super) fn of_terminal(colors: TerminalColors, hues: &Self) -> Self {
        let pole =
            if colors.background.is_dark() { Rgb(0xd7, 0xda, 0xe0) } else { Rgb(0x2a, 0x2c, 0x33) };
        let text = colors.text.unwrap_or(pole);
        Self {
            base: colors.background,
            text,
            panel: None,
            raised: None,
            row: None,
            contrast: borrowed_contrast(),
            is_of_terminal: true,
            ..*hues
        }
    }

    pub(super) fn surfaces(&self) -> Surfaces {
        let at = |percent| self.base.mix(self.text, percent);
        Surfaces {
            base: self.base,
            panel: self.panel.unwrap_or_else(|| at(5)),
            raised: self.raised.unwrap_or_else(|| at(10)),
            row: self.row.unwrap_or_else(|| at(18)),
        }
    }

    /// The least contrast of metadata and of colours of code.
    pub(super) fn muted_contrast(&self) -> f64 {
        if self.is_of_terminal || self.contrast >= 7.0 { 4.5 } else { 3.0 }
    }

    /// The least contrast of hints.
    pub(super) fn faint_contrast(&self) -> f64 {
        if self.is_of_terminal { 4.5 } else { self.rule_contrast() }
    }

    /// The least contrast of rules, which nobody reads.
    pub(super) fn rule_contrast(&self) -> f64 {
        if self.is_of_terminal || self.contrast >= 7.0 { 3.0 } else { 2.0 }
    }
}
