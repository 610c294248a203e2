//! Whether the terminal draws images, and by which protocol. Must not send a terminal anything that it
//! might show as text: kitty and iTerm2 are known by their names, Sixel by the terminal's attributes.

use std::ops::RangeInclusive;

use ratatui::backend::WindowSize;

use crate::app::{CellSize, GraphicsProtocol, ImageDisplay};
use crate::settings::ImageChoice;

use super::clipboard::TerminalEnvironment;
use super::environment::is_set;
use super::multiplexer::Multiplexer;

/// Asks for the terminal's version, the size of a cell in pixels and the primary attributes (see ctlseqs of
/// xterm). The version first: it may rule out what the others tell of.
pub(super) const GRAPHICS_QUERY: &str = "\x1b[>q\x1b[16t\x1b[c";
/// The first version of kitty that knows placeholder characters of images
/// (sw.kovidgoyal.net/kitty/graphics-protocol, read 2026-11-30); 0.26.5 shows them as boxes.
const FIRST_KITTY: (u32, u32) = (0, 28);
/// The pixels that a side of a cell may have; other numbers are mistakes.
const CELL_PIXELS: RangeInclusive<u16> = 2..=200;
/// The attribute of terminals with Sixel graphics, as in the answers of DEC's VT340 (see ctlseqs of
/// xterm, "Send Device Attributes").
const SIXEL_ATTRIBUTE: u32 = 4;

/// Whether the terminal may be asked: what a multiplexer or a remote terminal draws is not known.
pub(super) fn may_have_graphics(
    environment: TerminalEnvironment,
    display: &ImageDisplay,
    env: &dyn Fn(&str) -> Option<String>,
) -> bool {
    if is_konsole(env) {
        return false;
    }
    let is_direct = environment.multiplexer == Multiplexer::None && !environment.is_remote;
    is_direct && display.choice == ImageChoice::Auto && display.shows_images()
}

/// The protocol of a terminal that is known by what it says of itself in the environment.
pub(super) fn known_protocol(env: &dyn Fn(&str) -> Option<String>) -> Option<GraphicsProtocol> {
    // Names of other terminals may be inherited from the one that it was started in.
    if is_konsole(env) {
        return None;
    }
    let terminal = env("TERM").unwrap_or_default();
    let program = env("TERM_PROGRAM").unwrap_or_default();
    if matches!(terminal.as_str(), "xterm-kitty" | "xterm-ghostty") {
        Some(GraphicsProtocol::Kitty)
    } else if matches!(program.as_str(), "iTerm.app" | "WezTerm") {
        Some(GraphicsProtocol::Iterm2)
    } else {
        None
    }
}

/// Whether it is Konsole, which leaves images on screen that were moved or covered (seen in 22.12.3 and
/// 25.04.2, 2026-11-30). Its variable is inherited by terminals that are started in it, and those have names
/// of their own.
fn is_konsole(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| is_set(env, name);
    let kind = env("TERM").unwrap_or_default();
    let is_its_name = kind == "xterm-256color" || kind.starts_with("konsole");
    is_its_name && is_set("KONSOLE_VERSION") && !is_set("XTERM_VERSION") && !is_set("VTE_VERSION")
}

/// Whether a terminal of this version (XTVERSION) draws images wrong, whatever else it says.
pub(super) fn draws_images_wrong(version: &str) -> bool {
    let is_old_kitty = version.strip_prefix("kitty(").is_some_and(|number| {
        let mut numbers = number.split(['.', ')']).map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < FIRST_KITTY,
            _ => false,
        }
    });
    is_old_kitty || version.starts_with("Konsole")
}

/// A cell of this many pixels, where they make sense.
pub(super) fn cell_size(width: u32, height: u32) -> Option<CellSize> {
    let pixels = |size: u32| u16::try_from(size).ok().filter(|size| CELL_PIXELS.contains(size));
    Some(CellSize { width: pixels(width)?, height: pixels(height)? })
}

/// The size of a cell by what the system knows of the window (`TIOCGWINSZ`), for terminals that refuse to
/// tell it, as xterm does unless `allowWindowOps` is set. Many terminals do not tell the system.
pub(super) fn cell_of_window(window: WindowSize) -> Option<CellSize> {
    let WindowSize { columns_rows: cells, pixels } = window;
    let width = u32::from(pixels.width).checked_div(u32::from(cells.width))?;
    let height = u32::from(pixels.height).checked_div(u32::from(cells.height))?;
    cell_size(width, height)
}

/// The protocol that primary attributes tell of.
pub(super) fn protocol_by_attributes(attributes: &[u32]) -> Option<GraphicsProtocol> {
    attributes.contains(&SIXEL_ATTRIBUTE).then_some(GraphicsProtocol::Sixel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_known_by_its_name_and_sixel_by_its_attributes() {
        let known = |name: &'static str, value: &'static str| {
            known_protocol(&move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(known("TERM", "xterm-kitty"), Some(GraphicsProtocol::Kitty));
        assert_eq!(known("TERM_PROGRAM", "iTerm.app"), Some(GraphicsProtocol::Iterm2));
        assert_eq!(known("TERM", "xterm-256color"), None);
        assert_eq!(protocol_by_attributes(&[62, 4, 22]), Some(GraphicsProtocol::Sixel));
        assert_eq!(protocol_by_attributes(&[62, 22]), None);
    }

    #[test]
    fn neither_a_multiplexer_nor_a_remote_terminal_is_asked() {
        let display = ImageDisplay::default();
        let direct = TerminalEnvironment::default();
        let may_have_graphics =
            |environment, display: &_| may_have_graphics(environment, display, &|_| None);
        assert!(may_have_graphics(direct, &display));
        let remote = TerminalEnvironment { is_remote: true, ..direct };
        let tmux = TerminalEnvironment { multiplexer: Multiplexer::Tmux, ..direct };
        assert!(!may_have_graphics(remote, &display) && !may_have_graphics(tmux, &display));
        let blocks = ImageChoice::Blocks;
        assert!(!may_have_graphics(direct, &ImageDisplay { choice: blocks, ..display }));
    }

    #[test]
    fn konsole_and_kitty_before_placeholders_get_blocks() {
        for wrong in ["kitty(0.26.5)", "kitty(0.27.1)", "Konsole 22.12.3"] {
            assert!(draws_images_wrong(wrong), "{wrong}");
        }
        for right in [
            "kitty(0.28.0)",
            "kitty(0.41.1)",
            "kitty(1.0)",
            "kitty(?)",
            "foot(1.13.1)",
            "XTerm(379)",
        ] {
            assert!(!draws_images_wrong(right), "{right}");
        }
        let konsole = |kind: &'static str| {
            move |name: &str| match name {
                "TERM" => Some(kind.to_owned()),
                "KONSOLE_VERSION" => Some("221203".to_owned()),
                "TERM_PROGRAM" => Some("WezTerm".to_owned()),
                _ => None,
            }
        };
        assert_eq!(known_protocol(&konsole("xterm-256color")), None);
        assert_eq!(known_protocol(&konsole("xterm-kitty")), Some(GraphicsProtocol::Kitty));
        let display = ImageDisplay::default();
        let direct = TerminalEnvironment::default();
        assert!(!may_have_graphics(direct, &display, &konsole("xterm-256color")));
        assert!(may_have_graphics(direct, &display, &konsole("foot")));
    }

    #[test]
    fn the_window_tells_the_size_of_a_cell_where_it_has_pixels() {
        let window = |columns, rows, width, height| {
            let columns_rows = ratatui::layout::Size::new(columns, rows);
            let pixels = ratatui::layout::Size::new(width, height);
            cell_of_window(WindowSize { columns_rows, pixels })
        };
        assert_eq!(window(120, 36, 964, 616), Some(CellSize { width: 8, height: 17 }));
        assert_eq!(window(120, 36, 0, 0), None);
        assert_eq!(window(0, 0, 964, 616), None);
    }
}
