//! Whether output is coloured, and how a terminal writes styles.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

use crate::settings::{ColorChoice, ColorDepth};

/// How many colours an output has: as `--color` says, else `NO_COLOR`, `CLICOLOR_FORCE` or
/// `FORCE_COLOR`, else as many as the terminal reports.
pub(super) fn depth(
    choice: ColorChoice,
    is_terminal: bool,
    env: &dyn Fn(&str) -> Option<String>,
) -> ColorDepth {
    let is_terminal = is_terminal && understands_escape_sequences();
    let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    let forced = |name: &str| env(name).is_some_and(|value| !value.is_empty() && value != "0");
    let is_refused =
        env("FORCE_COLOR").as_deref() == Some("0") || env("TERM").as_deref() == Some("dumb");
    let wanted = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto => {
            forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") || is_terminal && !is_refused
        }
    };
    if !wanted {
        return ColorDepth::NoColor;
    }
    let without_refusal = |name: &str| env(name).filter(|_| name != "NO_COLOR");
    ColorDepth::of(&without_refusal)
}

/// Whether the terminal takes escape sequences for what they are; the old console of Windows shows them.
/// Newer ones have to be asked, which this does.
#[cfg(windows)]
fn understands_escape_sequences() -> bool {
    crossterm::ansi_support::supports_ansi()
}

#[cfg(not(windows))]
const fn understands_escape_sequences() -> bool {
    true
}

/// A line with its styles as escape sequences, and a line break.
pub(super) fn ansi_line(line: &Line<'_>) -> String {
    let mut text = String::new();
    for span in &line.spans {
        let codes = sgr_codes(line.style.patch(span.style));
        if codes.is_empty() {
            text.push_str(&span.content);
        } else {
            text.push_str(&format!("\x1b[{}m{}\x1b[0m", codes.join(";"), span.content));
        }
    }
    text.push('\n');
    text
}

fn sgr_codes(style: Style) -> Vec<String> {
    let modifiers = [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ];
    let set = modifiers.iter().filter(|(modifier, _)| style.add_modifier.contains(*modifier));
    let mut codes: Vec<String> = set.map(|(_, code)| (*code).to_owned()).collect();
    codes.extend(style.fg.and_then(|color| color_code(color, 30)));
    codes.extend(style.bg.and_then(|color| color_code(color, 40)));
    codes
}

/// The code of a colour; `base` is 30 for text and 40 for the background.
fn color_code(color: Color, base: u8) -> Option<String> {
    let named = |number: u8| Some(base.saturating_add(number).to_string());
    let bright = |number: u8| Some(base.saturating_add(60).saturating_add(number).to_string());
    match color {
        Color::Reset => None,
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => Some(format!("{};5;{index}", base.saturating_add(8))),
        Color::Rgb(red, green, blue) => {
            Some(format!("{};2;{red};{green};{blue}", base.saturating_add(8)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::text::Span;

    #[test]
    fn flags_win_over_variables_and_variables_over_the_terminal() {
        let is_colored = |choice, is_terminal, pairs: &[(&str, &str)]| {
            let find = |name: &str| {
                pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            depth(choice, is_terminal, &find) != ColorDepth::NoColor
        };
        let (auto, always, never) = (ColorChoice::Auto, ColorChoice::Always, ColorChoice::Never);
        assert!(is_colored(auto, true, &[]) && !is_colored(auto, false, &[]));
        assert!(!is_colored(auto, true, &[("NO_COLOR", "1")]));
        assert!(is_colored(always, false, &[("NO_COLOR", "1")]));
        assert!(!is_colored(never, true, &[("FORCE_COLOR", "1")]));
        for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
            assert!(is_colored(auto, false, &[(name, "1")]), "{name}");
            assert!(!is_colored(auto, false, &[(name, "0")]), "{name}");
            assert!(!is_colored(auto, true, &[(name, "1"), ("NO_COLOR", "1")]), "{name}");
        }
        assert!(!is_colored(auto, true, &[("FORCE_COLOR", "0")]));
        assert!(!is_colored(auto, true, &[("TERM", "dumb")]));
    }

    #[test]
    fn styles_become_codes_that_end_with_their_text() {
        let style = Style::new().bold().fg(Color::Rgb(1, 2, 3)).bg(Color::LightRed);
        let line = Line::from(vec![Span::styled("a", style), Span::raw("b")]);
        assert_eq!(ansi_line(&line), "\x1b[1;38;2;1;2;3;101ma\x1b[0mb\n");
    }
}
