//! The escape sequence (OSC 52) that asks a terminal to put text into its clipboard.

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

use super::clipboard::{Multiplexer, TerminalEnvironment};

/// How many bytes GNU screen passes on in one piece: its string buffer (MAXSTR) has 768.
const SCREEN_CHUNK_BYTES: usize = 700;

/// Returns the sequence, wrapped so that a multiplexer passes it on to the terminal.
#[must_use]
pub fn sequence(text: &str, environment: TerminalEnvironment) -> String {
    let mut plain = String::new();
    // Writing to a String cannot fail.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
    if environment.multiplexer == Multiplexer::Tmux {
        // Plain for a tmux with set-clipboard, wrapped for one with allow-passthrough.
        let wrapped = plain.replace('\x1b', "\x1b\x1b");
        return format!("{plain}\x1bPtmux;{wrapped}\x1b\\");
    }
    if environment.multiplexer == Multiplexer::Screen {
        // The end of the inner sequence must not end the outer one.
        let inner = plain.replace("\x1b\\", "\x07");
        let mut pieces = String::new();
        for piece in inner.as_bytes().chunks(SCREEN_CHUNK_BYTES) {
            pieces.push_str(&format!("\x1bP{}\x1b\\", String::from_utf8_lossy(piece)));
        }
        return pieces;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_wrapped_for_tmux_and_screen() {
        let plain = TerminalEnvironment::default();
        assert_eq!(sequence("hi", plain), "\x1b]52;c;aGk=\x1b\\");
        let tmux = TerminalEnvironment { multiplexer: Multiplexer::Tmux, ..plain };
        assert_eq!(
            sequence("hi", tmux),
            "\x1b]52;c;aGk=\x1b\\\x1bPtmux;\x1b\x1b]52;c;aGk=\x1b\x1b\\\x1b\\"
        );
        let screen = TerminalEnvironment { multiplexer: Multiplexer::Screen, ..plain };
        assert_eq!(sequence("hi", screen), "\x1bP\x1b]52;c;aGk=\x07\x1b\\");
        let long = sequence(&"x".repeat(2000), screen);
        assert!(long.split("\x1b\\").all(|piece| piece.len() <= SCREEN_CHUNK_BYTES + 2));
    }
}
