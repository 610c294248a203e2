//! The pieces that input is made of, before `keys` and `replies` decide which key or reply they are.
//! Must not depend on how they are found.

use super::csi::Csi;

/// One piece of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputToken {
    /// A character, with ESC in front of it where `alt` is set.
    Character {
        /// The character; U+FFFD stands for bytes that are none.
        character: char,
        /// Whether ESC came in front of it.
        alt: bool,
    },
    /// A control code other than ESC.
    Control {
        code: u8,
        /// Whether ESC came in front of it.
        alt: bool,
    },
    /// An ESC that begins nothing.
    Escape,
    Csi(Csi),
    /// `ESC O …`: a key in the terminal's application mode.
    Ss3 {
        /// Whether another ESC came in front of it.
        alt: bool,
        /// The number in front of the final byte; usually none.
        parameters: Vec<u8>,
        /// The final byte, which names the key.
        last: u8,
    },
    /// `CSI [ x`: a function key of the Linux console.
    LinuxFunction {
        /// Whether another ESC came in front of it.
        alt: bool,
        /// The final byte.
        last: u8,
    },
    /// `CSI M` and the three bytes after it: a mouse report of the oldest kind.
    X10Mouse {
        /// Whether another ESC came in front of it.
        alt: bool,
        /// Button, column and row.
        report: [u8; 3],
    },
    /// A control string, without its introducer and terminator.
    String(StringKind, Vec<u8>),
    /// Text between the marks of a bracketed paste.
    Paste(String),
}

/// The introducer of a control string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringKind {
    /// `ESC ]`, operating system command.
    Osc,
    /// `ESC P`, device control string.
    Dcs,
    /// `ESC _`, application program command.
    Apc,
    /// `ESC ^`, privacy message.
    Pm,
    /// `ESC X`, start of string.
    Sos,
}

impl StringKind {
    /// The kind that `ESC` and this byte introduce.
    pub(super) const fn from_introducer(byte: u8) -> Option<Self> {
        match byte {
            b']' => Some(Self::Osc),
            b'P' => Some(Self::Dcs),
            b'_' => Some(Self::Apc),
            b'^' => Some(Self::Pm),
            b'X' => Some(Self::Sos),
            _ => None,
        }
    }

    /// The byte after ESC that introduces it.
    pub(super) const fn introducer(self) -> char {
        match self {
            Self::Osc => ']',
            Self::Dcs => 'P',
            Self::Apc => '_',
            Self::Pm => '^',
            Self::Sos => 'X',
        }
    }
}
