//! The terminal's own colours: how to ask for them, and its answer in 8 bits a channel. Must not wait
//! for the answer: not every terminal gives one.

use crate::settings::{ColorDepth, Rgb};

use super::terminal_input::Color;

/// The questions, OSC 10 and OSC 11 (see ctlseqs of xterm): the background last, so that its answer
/// finds the text known.
pub(super) const COLOR_QUERY: &str = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\";

/// Terminals of sixteen colours that answer or ignore the questions, by the beginning of their names (seen in
/// xterm 379, mlterm 3.9.0, tmux 3.3a and GNU screen 4.9, 2026-11-30). Others, as the Linux console, might show
/// them as text.
const NAMES: [&str; 5] = ["xterm", "mlterm", "rxvt", "tmux", "screen"];

/// Whether a terminal may be asked.
pub(super) fn may_ask(depth: ColorDepth, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let kind = env("TERM").unwrap_or_default();
    match depth {
        ColorDepth::TrueColor | ColorDepth::Indexed => true,
        ColorDepth::Ansi16 => NAMES.iter().any(|name| kind.starts_with(name)),
        ColorDepth::NoColor => false,
    }
}

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

    #[test]
    fn a_terminal_of_sixteen_colours_is_asked_where_it_is_known() {
        let ask = |kind: &'static str, depth| may_ask(depth, &move |_| Some(kind.to_owned()));
        assert!(ask("xterm", ColorDepth::Ansi16) && ask("mlterm", ColorDepth::Ansi16));
        assert!(!ask("linux", ColorDepth::Ansi16) && !ask("xterm", ColorDepth::NoColor));
        assert!(ask("anything", ColorDepth::Indexed));
    }
}
