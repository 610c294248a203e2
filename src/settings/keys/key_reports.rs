//! How much of a key press a terminal reports.

/// How much of a key press the terminal reports, from little to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum KeyReports {
    /// What terminals have always reported, as far as is known.
    #[default]
    Basic,
    /// Modifiers with keys that had no code for them, such as Shift+Enter (`modifyOtherKeys` of xterm).
    OtherKeys,
    /// Every key with its modifiers.
    Full,
}
