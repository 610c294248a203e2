//! The terminal's background: how to ask for it, and whether an answer is light or dark. Must not wait
//! for the answer: not every terminal gives one.

use crate::app::TerminalBackground;

use super::terminal_input::Color;

/// The question.
pub(super) const BACKGROUND_QUERY: &str = "\x1b]11;?\x1b\\";

/// Half of the largest brightness.
const HALF: u32 = 0x8000;

/// Whether a colour is light or dark to the eye: green counts most, blue least (ITU-R BT.601).
pub(super) fn classify_background(color: Color) -> TerminalBackground {
    let [red, green, blue] = [color.red, color.green, color.blue].map(u32::from);
    let weighted = red.saturating_mul(30).saturating_add(green.saturating_mul(59));
    let brightness = weighted.saturating_add(blue.saturating_mul(11)) / 100;
    if brightness < HALF { TerminalBackground::Dark } else { TerminalBackground::Light }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_people_use_are_told_apart() {
        for (red, green, blue, wanted) in [
            (0xffff, 0xffff, 0xffff, TerminalBackground::Light),
            (0xfdfd, 0xf6f6, 0xe3e3, TerminalBackground::Light),
            (0x1e1e, 0x1e1e, 0x2e2e, TerminalBackground::Dark),
            (0x0000, 0x0000, 0xffff, TerminalBackground::Dark),
        ] {
            assert_eq!(classify_background(Color { red, green, blue }), wanted);
        }
    }
}
