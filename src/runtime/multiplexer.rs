//! Programs between this one and the terminal, and how escape sequences pass them.

use super::environment::{is_set, variable};

/// How many bytes are passed to GNU screen in one piece: its string buffer has 768 (`MAXSTR` in screen.h
/// of version 4).
const SCREEN_CHUNK_BYTES: usize = 700;

/// A program between this one and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Multiplexer {
    /// Sequences reach the terminal as they are.
    #[default]
    None,
    /// Passes sequences on wrapped in its own, where `allow-passthrough` is set.
    Tmux,
    /// GNU screen, which passes sequences on in short pieces.
    Screen,
}

impl Multiplexer {
    pub(super) fn from_environment() -> Self {
        if is_set(&variable, "TMUX") {
            Self::Tmux
        } else if is_set(&variable, "STY") {
            Self::Screen
        } else {
            Self::None
        }
    }

    /// Wraps a sequence so that it reaches the terminal.
    pub(super) fn wrap(self, sequence: &str) -> String {
        match self {
            Self::None => sequence.to_owned(),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Self::Screen => {
                // The end of the inner sequence must not end the outer one.
                let inner = sequence.replace("\x1b\\", "\x07");
                let mut pieces = String::new();
                for piece in inner.as_bytes().chunks(SCREEN_CHUNK_BYTES) {
                    pieces.push_str(&format!("\x1bP{}\x1b\\", String::from_utf8_lossy(piece)));
                }
                pieces
            }
        }
    }
}

/// Whether GNU screen is around this program, also at the other end of SSH. While the program gets mouse
/// events, screen holds a lone ESC back until the next key (seen in 4.9, 2026-11-30).
pub(super) fn is_gnu_screen(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let is_screen = env("TERM").is_some_and(|kind| kind.starts_with("screen"));
    !is_set(env, "TMUX") && (is_screen || is_set(env, "STY"))
}

/// Whether a program around this one keeps a screen of its own, with its own count of columns.
pub(super) fn counts_columns(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let kind = env("TERM").unwrap_or_default();
    ["TMUX", "STY", "ZELLIJ"].iter().any(|name| is_set(env, name))
        || ["screen", "tmux"].iter().any(|name| kind.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiplexer_is_known_by_its_variable_or_by_the_name_of_its_terminal() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            }
        };
        assert!(is_gnu_screen(&with(&[("TERM", "screen.xterm-256color")])));
        assert!(is_gnu_screen(&with(&[("TERM", "xterm"), ("STY", "1.pts")])));
        let tmux = with(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux")]);
        assert!(!is_gnu_screen(&tmux) && counts_columns(&tmux));
        let remote = with(&[("TERM", "tmux-256color")]);
        assert!(!is_gnu_screen(&remote) && counts_columns(&remote));
        let plain = with(&[("TERM", "xterm-kitty"), ("STY", "")]);
        assert!(!is_gnu_screen(&plain) && !counts_columns(&plain));
    }

    #[test]
    fn screen_gets_pieces_that_fit_its_buffer() {
        let long = Multiplexer::Screen.wrap(&"x".repeat(2000));
        assert!(long.split("\x1b\\").all(|piece| piece.len() <= SCREEN_CHUNK_BYTES + 2));
        assert_eq!(long.replace("\x1bP", "").replace("\x1b\\", ""), "x".repeat(2000));
    }
}
