//! Which protocol the terminal reports keys in.
//! Must not ask the terminal.

/// Whether the kitty keyboard protocol is in force; a few sequences mean another key there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Protocol {
    /// It is not, or nobody knows.
    #[default]
    Legacy,
    /// It is: Esc comes as `CSI 27 u`.
    Kitty,
}
