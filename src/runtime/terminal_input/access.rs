//! Whether this program may read the terminal, or another one does.
//! Must not say who the other program is.

/// Whether the bytes are this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They are this program's keys.
    Read,
    /// Another program reads them; only the end of the terminal is reported.
    Watch,
}
