//! Text for the clipboard and the result of copying it.

/// A text to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipboardText {
    /// The text itself, unchanged.
    pub text: String,
    /// What it is, for the middle of a sentence: "the answer".
    pub description: String,
}

/// Where a copied text went, for the notice about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyResult {
    /// The description of the text.
    pub description: String,
    /// The clipboard or the file that took the text, or why none did.
    pub method: CopyMethod,
    /// How many characters of it are invisible or could control a terminal.
    pub hidden_characters: usize,
}

/// Where the text was copied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyMethod {
    /// To the clipboard of the system.
    Native,
    /// To tmux, which passes it on.
    Tmux,
    /// Nowhere yet: only the terminal is left (OSC 52), which does not confirm it. Holds the text.
    Terminal(String),
    /// To a file, whose path this is.
    File(String),
    /// Nowhere, for this reason.
    Failed(String),
}

impl CopyMethod {
    /// Says where a text went; `what` names it in the middle of a sentence.
    #[must_use]
    pub fn sentence(&self, what: &str) -> String {
        match self {
            Self::Native => format!("Copied {what}."),
            Self::Tmux => format!("Copied {what} to tmux."),
            Self::Terminal(_) => format!(
                "Sent {what} to the terminal's clipboard (OSC 52). Not every terminal supports it."
            ),
            Self::File(path) => format!("No clipboard is available. Saved {what} to {path}"),
            Self::Failed(why) => format!("Nothing was copied: {why}"),
        }
    }
}

/// The message copied by the key before: digits now copy its code blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentCopy {
    /// Position of the message.
    pub(in crate::app) item: usize,
    /// The number typed so far.
    pub(super) block_number: usize,
}
