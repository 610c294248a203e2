//! The escape sequence (OSC 52) that asks a terminal to put text into its clipboard.

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

use super::multiplexer::Multiplexer;

/// Returns the sequence, wrapped so that a multiplexer passes it on to the terminal.
#[must_use]
pub fn sequence(text: &str, multiplexer: Multiplexer) -> String {
    let mut plain = String::new();
    // Writing to a String cannot fail.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
    let wrapped = multiplexer.wrap(&plain);
    match multiplexer {
        Multiplexer::None | Multiplexer::Screen => wrapped,
        // Plain for a tmux with set-clipboard, wrapped for one with allow-passthrough.
        Multiplexer::Tmux => plain + &wrapped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_wrapped_for_tmux_and_screen() {
        assert_eq!(sequence("hi", Multiplexer::None), "\x1b]52;c;aGk=\x1b\\");
        assert_eq!(
            sequence("hi", Multiplexer::Tmux),
            "\x1b]52;c;aGk=\x1b\\\x1bPtmux;\x1b\x1b]52;c;aGk=\x1b\x1b\\\x1b\\"
        );
        assert_eq!(sequence("hi", Multiplexer::Screen), "\x1bP\x1b]52;c;aGk=\x07\x1b\\");
    }
}
