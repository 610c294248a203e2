//! Which protocol the terminal reports keys in.
//! Must not ask the terminal.

/// Whether the kitty keyboard protocol is in force; a few sequences mean another key there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum KeyProtocol {
    /// It is not, as far as is known.
    #[default]
    Legacy,
    /// It is: Esc comes as `CSI 27 u`.
    Kitty,
}
