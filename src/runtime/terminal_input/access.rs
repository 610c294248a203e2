//! Whether this program may read the terminal, or another one does, and what keys typed before mean.
//! Must not say who the other program is.

/// Whether the bytes are this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They are this program's keys.
    Read,
    /// Another program reads them; only the end of the terminal is reported.
    Watch,
}

/// What a line feed means that was typed before reading began: without raw mode that is what Enter gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFeed {
    /// Enter: it was typed after the command that started this program, for this program.
    Enter,
    /// Itself: another program had the terminal, and Enter that was meant for that one must not send the question
    /// in the composer.
    Itself,
}
