//! The terminal's own colours: how to ask for them, and its answer in 8 bits a channel. Must not wait
//! for the answer: not every terminal gives one.

use crate::settings::Rgb;

use super::terminal_input::Color;

/// The questions, OSC 10 and OSC 11 (see ctlseqs of xterm): the background last, so that its answer
/// finds the text known.
pub(super) const COLOR_QUERY: &str = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\";

/// A colour with 8 bits a channel.
pub(super) fn to_rgb(color: Color) -> Rgb {
    let [red, green, blue] =
        [color.red, color.green, color.blue].map(|part| u8::try_from(part >> 8).unwrap_or(u8::MAX));
    Rgb(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_keeps_the_higher_half_of_each_channel() {
        let color = Color { red: 0xfdfd, green: 0xf6f6, blue: 0xe3e3 };
        assert_eq!(to_rgb(color), Rgb(0xfd, 0xf6, 0xe3));
    }
}
