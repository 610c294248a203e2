//! Whether the terminal draws images, and by which protocol. Must not send a terminal anything that it
//! might show as text: kitty and iTerm2 are known by their names, Sixel by the terminal's attributes.

use crate::app::{GraphicsProtocol, ImageDisplay};
use crate::settings::ImageChoice;

use super::clipboard::TerminalEnvironment;
use super::multiplexer::Multiplexer;

/// Asks for the size of a cell in pixels and for the primary attributes (see ctlseqs of xterm).
pub(super) const GRAPHICS_QUERY: &str = "\x1b[16t\x1b[c";
/// The attribute of terminals with Sixel graphics, as in the answers of DEC's VT340 (see ctlseqs of
/// xterm, "Send Device Attributes").
const SIXEL_ATTRIBUTE: u32 = 4;

/// Whether the terminal may be asked: what a multiplexer or a remote terminal draws is not known.
pub(super) fn may_have_graphics(environment: TerminalEnvironment, display: &ImageDisplay) -> bool {
    let is_direct = environment.multiplexer == Multiplexer::None && !environment.is_remote;
    is_direct && display.choice == ImageChoice::Auto && display.shows_images()
}

/// The protocol of a terminal that is known by what it says of itself in the environment.
pub(super) fn known_protocol(env: &dyn Fn(&str) -> Option<String>) -> Option<GraphicsProtocol> {
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
        assert!(may_have_graphics(direct, &display));
        let remote = TerminalEnvironment { is_remote: true, ..direct };
        let tmux = TerminalEnvironment { multiplexer: Multiplexer::Tmux, ..direct };
        assert!(!may_have_graphics(remote, &display) && !may_have_graphics(tmux, &display));
        let blocks = ImageChoice::Blocks;
        assert!(!may_have_graphics(direct, &ImageDisplay { choice: blocks, ..display }));
    }
}
